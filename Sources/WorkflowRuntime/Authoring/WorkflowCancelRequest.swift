/// Who asked a run to stop in good order, and why; see ``Workflow/cancelRequest``.
public struct WorkflowCancelRequest: Hashable, Sendable {
    /// Why; nil when no reason was given.
    public var reason: String?
    /// Who, as their client calls itself: `user@host` for the command line.
    public var identity: String

    /// A request of its parts.
    public init(reason: String? = nil, identity: String) {
        self.reason = reason
        self.identity = identity
    }
}
