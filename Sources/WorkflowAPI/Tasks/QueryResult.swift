/// Answers a query by replaying a run that is handed over with its whole history; read-only.
public typealias QueryResponder = @Sendable (WorkflowTask) async -> QueryResult

/// The answer to a query.
public enum QueryResult: Hashable, Sendable {
    /// What the query returned.
    case answered([Payload])
    /// What it threw, or why it could not be asked.
    case failed(Failure)
}
