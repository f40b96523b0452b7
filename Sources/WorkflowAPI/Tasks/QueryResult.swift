/// Answers a query by replaying a run that is handed over with its whole history; read-only.
public typealias QueryResponder = @Sendable (WorkflowTask) async -> QueryResult

/// A workflow type that the asker of a query has itself, so that it can be answered where no worker runs.
public struct LocalReplay: Sendable {
    /// The registered name.
    public var workflowType: String
    /// Answers by replay.
    public var answer: QueryResponder

    /// All parts by name.
    public init(workflowType: String, answer: @escaping QueryResponder) {
        self.workflowType = workflowType
        self.answer = answer
    }
}

/// The answer to a query.
public enum QueryResult: Hashable, Sendable {
    /// What the query returned.
    case answered([Payload])
    /// What it threw, or why it could not be asked.
    case failed(Failure)
}
