import Synchronization
package import WorkflowAPI

/// The workflow types that this process can answer queries for: for good, or as long as a worker is registered.
final class QueryResponders: Sendable {
    private struct Offer: Sendable {
        var worker: WorkerIdentity?
        var answer: QueryResponder
    }

    private let offers = Mutex<[String: [Offer]]>([:])

    func add(_ workflowType: String, of worker: WorkerIdentity? = nil, _ answer: @escaping QueryResponder) {
        offers.withLock { $0[workflowType, default: []].append(Offer(worker: worker, answer: answer)) }
    }

    func removeAll(of worker: WorkerIdentity) {
        offers.withLock { offers in
            for type in offers.keys { offers[type]?.removeAll { $0.worker == worker } }
        }
    }

    /// The newest offer.
    func responder(for workflowType: String) -> QueryResponder? {
        offers.withLock { $0[workflowType]?.last?.answer }
    }
}

extension EmbeddedWorkflowService {
    /// Lets this process answer queries to runs of a type by replay, whether or not a worker runs here.
    package func answerQueries(of workflowType: String, with responder: @escaping QueryResponder) {
        queries.add(workflowType, responder)
    }

    package func offerReplays(_ registration: WorkerRegistration, _ answer: @escaping QueryResponder) {
        for type in registration.workflowTypes { queries.add(type.name, of: registration.worker, answer) }
    }

    package func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> [Payload] {
        try await answer(request) { _ in nil }
    }

    package func queryWorkflow(
        _ request: QueryWorkflowRequest,
        orReplay replay: LocalReplay
    ) async throws -> [Payload] {
        try await answer(request) { $0 == replay.workflowType ? replay.answer : nil }
    }

    private func answer(
        _ request: QueryWorkflowRequest,
        else fallback: (_ workflowType: String) -> QueryResponder?
    ) async throws -> [Payload] {
        try checkIdentifier(request.query.queryType, "query name")
        let target = RunTarget(request.namespace, request.workflowID, request.runID)
        let state = try await store.read(target)
        let row = state.execution
        guard let responder = queries.responder(for: row.workflowType) ?? fallback(row.workflowType) else {
            throw WorkflowServiceError(
                .noWorker,
                "no worker with type '\(row.workflowType)' is running here that could answer "
                    + "query '\(request.query.queryType)' of workflow '\(request.workflowID)'",
                execution: row.execution
            )
        }
        let written = try await store.events(
            .run(request.namespace, row.execution),
            after: 0,
            through: row.nextEventID - 1
        )
        // What arrived while a worker has the workflow task waits for its ids; it was acknowledged all the same.
        var arrivals = Transition(state: state, at: row.lastEventTime)
        try arrivals.flushBufferedEvents()
        let task = WorkflowTask(
            queryOnly: request.query,
            namespace: row.namespace,
            execution: row.execution,
            workflowType: row.workflowType,
            history: written + arrivals.events
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
