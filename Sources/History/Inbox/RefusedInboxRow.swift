public import WorkflowAPI

/// A row of `workflow_inbox` that the engine refused, and why: it waits for a person.
public struct RefusedInboxRow: Hashable, Sendable {
    /// The caller's key.
    public var requestID: String
    /// `start` or `signal`.
    public var kind: String
    /// The tenant.
    public var namespace: Namespace
    /// The execution.
    public var workflowID: WorkflowID
    /// The workflow type of a start, the name of a signal.
    public var name: String
    /// Why.
    public var problem: String
    /// When.
    public var refusedTime: Timestamp
}

extension RefusedInboxRow {
    /// From the columns `request_id, kind, workflow_id`, a name, `problem, refused_time`.
    init(_ row: some RowReader, in namespace: Namespace) {
        self.init(
            requestID: row.text(0),
            kind: row.text(1),
            namespace: namespace,
            workflowID: WorkflowID(row.text(2)),
            name: row.text(3),
            problem: row.text(4),
            refusedTime: Timestamp(nanoseconds: row.integer(5))
        )
    }
}
