/// How workflow code left its run: data for people, JSON and logs. A run that did so cannot be replayed, so its workflow
/// task fails and the run lives on.
public struct EscapeReport: Error, Codable, Hashable, Sendable, CustomStringConvertible {
    /// The ways out.
    public enum Kind: String, Codable, Hashable, Sendable, CaseIterable {
        /// `Task { }`, `Task.detached`, an actor of the default executor.
        case task
        /// The main actor.
        case mainActor
        /// The actor of another run.
        case otherRun
        /// Something else than the runtime resumed it: I/O, Dispatch, another actor.
        case resumedFromOutside
        /// It waits for something that the runtime does not know.
        case suspendedOutside
    }

    /// The execution.
    public var workflowID: String
    /// The run.
    public var runID: String
    /// The registered name of the workflow.
    public var workflowType: String
    /// The event whose turn it was; 0 if that is not known.
    public var eventID: Int64
    /// Which way.
    public var kind: Kind
    /// What happened, and what to use instead.
    public var reason: String

    /// The reason.
    public var description: String { reason }
}

/// Why a run cannot be trusted any more.
struct Escape {
    var kind: EscapeReport.Kind
    var reason: String
}
