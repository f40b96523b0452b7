import History
import WorkflowAPI

/// The environment's engine as its client sees it: whoever waits for a run drives the environment meanwhile, since nobody
/// else does.
struct DrivenClientService: WorkflowClientService {
    let base: EmbeddedWorkflowService
    let driver: EnvironmentDriver

    func startWorkflow(_ request: StartWorkflowRequest) async throws -> StartWorkflowResponse {
        driver.serve(request.taskQueue)
        return try await base.startWorkflow(request)
    }

    func history(_ request: GetHistoryRequest) async throws -> [HistoryEvent] {
        guard let patience = request.waitForClose else { return try await base.history(request) }
        let target = DescribeWorkflowRequest(
            namespace: request.namespace,
            workflowID: request.workflowID,
            runID: request.runID
        )
        try await driver.drive(for: patience) {
            try await base.describeWorkflow(target).summary.status == .running
        }
        var answer = request
        answer.waitForClose = .zero
        return try await base.history(answer)
    }

    func signalWorkflow(_ request: SignalWorkflowRequest) async throws { try await base.signalWorkflow(request) }

    func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> [Payload] {
        try await base.queryWorkflow(request)
    }

    func queryWorkflow(_ request: QueryWorkflowRequest, orReplay replay: LocalReplay) async throws -> [Payload] {
        try await base.queryWorkflow(request, orReplay: replay)
    }

    func cancelWorkflow(_ request: CancelWorkflowRequest) async throws { try await base.cancelWorkflow(request) }

    func terminateWorkflow(_ request: TerminateWorkflowRequest) async throws {
        try await base.terminateWorkflow(request)
    }

    func describeWorkflow(_ request: DescribeWorkflowRequest) async throws -> WorkflowDescription {
        try await base.describeWorkflow(request)
    }

    func listWorkflows(_ request: ListWorkflowsRequest) async throws -> [WorkflowSummary] {
        try await base.listWorkflows(request)
    }

    func countWorkflows(_ request: ListWorkflowsRequest) async throws -> [WorkflowStatus: Int] {
        try await base.countWorkflows(request)
    }

    func retryTasks(_ request: AdministerTaskRequest) async throws -> [String] { try await base.retryTasks(request) }

    func resolveActivity(_ request: AdministerTaskRequest, as resolution: ActivityResolution) async throws {
        try await base.resolveActivity(request, as: resolution)
    }

    func describeTaskQueue(_ taskQueue: TaskQueue, in namespace: Namespace) async throws -> TaskQueueDescription {
        try await base.describeTaskQueue(taskQueue, in: namespace)
    }

    func registrations(in namespace: Namespace) async throws -> [WorkerRegistration] {
        try await base.registrations(in: namespace)
    }

    func createNamespace(_ namespace: Namespace, retention: Duration?) async throws {
        try await base.createNamespace(namespace, retention: retention)
    }

    func listNamespaces() async throws -> [NamespaceDescription] { try await base.listNamespaces() }
}
