import History
import Logging
import WorkflowAPI
import WorkflowRuntime

/// Queries to a run as it was at an event of its history: the beginning of the history is replayed here, and asked.
struct PastQuery {
    private let engine: WorkflowEngine
    private let namespace: Namespace
    private let target: RunOptions

    init(_ engine: WorkflowEngine, _ namespace: Namespace, _ target: RunOptions) {
        self.engine = engine
        self.namespace = namespace
        self.target = target
    }

    /// The answer as of an event. Throws a refusal when there is no such event, when this program does not know the type,
    /// and when the query fails.
    func answer(_ query: String, _ input: Payload, asOf eventID: Int64) async throws -> Payload? {
        let summary = try await engine.service.describeWorkflow(
            DescribeWorkflowRequest(namespace: namespace, workflowID: target.workflowID, runID: target.run)
        ).summary
        guard (1...max(1, summary.historyLength)).contains(eventID) else {
            throw WorkflowServiceError(
                .invalidArgument,
                "workflow '\(target.id)' has events 1 to \(summary.historyLength), not \(eventID)",
                execution: summary.execution
            )
        }
        guard let registration = InstalledRegistry.current.registration(of: summary.workflowType) else {
            throw WorkflowServiceError(
                .noWorker,
                "this program has no workflow type '\(summary.workflowType)', whose past it could replay",
                execution: summary.execution
            )
        }
        let history = try await engine.service.history(
            GetHistoryRequest(namespace: namespace, workflowID: target.workflowID, runID: summary.execution.runID)
        ).filter { $0.id <= eventID }
        let task = WorkflowTask(
            queryOnly: WorkflowQuery(id: "1", queryType: query, arguments: [input]),
            namespace: namespace,
            execution: summary.execution,
            workflowType: summary.workflowType,
            history: try await PayloadCodecChain(InstalledRegistry.payloadCodecs).decoded(history)
        )
        switch registration.answer(task, logger: Logger(label: ProgramName.current) { _ in SwiftLogNoOpLogHandler() }) {
        case .answered(let payloads): return payloads.first
        case .failed(let failure):
            throw WorkflowServiceError(.queryFailed, failure.message, execution: summary.execution)
        }
    }
}
