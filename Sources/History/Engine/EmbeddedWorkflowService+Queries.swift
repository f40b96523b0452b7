import Synchronization
package import WorkflowAPI

/// Answers a query by replaying a run that is handed to it with its whole history; read-only.
package typealias QueryResponder = @Sendable (WorkflowTask) async -> QueryResult

/// The workflow types that this process can answer queries for.
final class QueryResponders: Sendable {
    private let responders = Mutex<[String: QueryResponder]>([:])

    func add(_ workflowType: String, _ responder: @escaping QueryResponder) {
        responders.withLock { $0[workflowType] = responder }
    }

    func responder(for workflowType: String) -> QueryResponder? { responders.withLock { $0[workflowType] } }
}

extension EmbeddedWorkflowService {
    /// Lets this process answer queries to runs of a type by replay, whether or not a worker runs here.
    package func answerQueries(of workflowType: String, with responder: @escaping QueryResponder) {
        queries.add(workflowType, responder)
    }

    package func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> [Payload] {
        let target = RunTarget(request.namespace, request.workflowID, request.runID)
        let row = try await store.read(target).execution
        guard let responder = queries.responder(for: row.workflowType) else {
            throw WorkflowServiceError(
                .noWorker,
                "no worker with type '\(row.workflowType)' is running here that could answer "
                    + "query '\(request.query.queryType)' of workflow '\(request.workflowID)'",
                execution: row.execution
            )
        }
        let events = try await store.events(.run(request.namespace, row.execution), after: 0, through: .max)
        let task = WorkflowTask(
            token: TaskToken(
                namespace: row.namespace,
                execution: row.execution,
                runKey: row.runKey,
                scheduledEventID: 0,
                startedEventID: 0,
                attempt: 0,
                claim: 0
            ),
            namespace: row.namespace,
            execution: row.execution,
            workflowType: row.workflowType,
            previousStartedEventID: 0,
            startedEventID: events.last?.id ?? 0,
            attempt: 1,
            history: events,
            queries: [request.query],
            isQueryOnly: true
        )
        switch await responder(task) {
        case .answered(let payloads): return payloads
        case .failed(let failure): throw WorkflowServiceError(.queryFailed, failure.message, execution: row.execution)
        }
    }

    /// Nothing is handed to workers to answer: every query is answered by replay in the process that was asked.
    package func answerQueries(_ results: [String: QueryResult], token: TaskToken) async throws {
        throw WorkflowServiceError(.staleTask, "nobody waits for an answer of \(token.execution)")
    }
}
