public import WorkflowAPI

/// The signal that a handler handles, as history has it; see ``Workflow/signal``.
public struct WorkflowSignalInfo: Hashable, Sendable {
    /// Its name.
    public var name: String
    /// Who sent it, as their client calls itself: `user@host` for the command line. Empty when the client said nothing.
    public var identity: String
    /// When it was taken by the service, which may be long before a worker is there to handle it.
    public var time: Timestamp

    /// A signal of its parts.
    public init(name: String, identity: String, time: Timestamp) {
        self.name = name
        self.identity = identity
        self.time = time
    }
}

/// Carries the signal through the task of its handler, and into what the handler starts.
enum SignalScope {
    @TaskLocal static var signal: WorkflowSignalInfo?
}
