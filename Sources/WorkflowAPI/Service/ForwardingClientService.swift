/// A client service in front of another: what it does not do itself goes on as it is.
package protocol ForwardingClientService: WorkflowClientService {
    /// Where requests go on to.
    var base: any WorkflowClientService { get }
}

// The duties are those of ``WorkflowClientService``.
extension ForwardingClientService {
    package func startWorkflow(_ request: StartWorkflowRequest) async throws -> StartWorkflowResponse {
        try await base.startWorkflow(request)
    }

    package func signalWorkflow(_ request: SignalWorkflowRequest) async throws {
        try await base.signalWorkflow(request)
    }

    package func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> [Payload] {
        try await base.queryWorkflow(request)
    }

    package func queryWorkflow(
        _ request: QueryWorkflowRequest,
        orReplay replay: LocalReplay
    ) async throws -> [Payload] { try await base.queryWorkflow(request, orReplay: replay) }

    package func cancelWorkflow(_ request: CancelWorkflowRequest) async throws {
        try await base.cancelWorkflow(request)
    }

    package func terminateWorkflow(_ request: TerminateWorkflowRequest) async throws {
        try await base.terminateWorkflow(request)
    }

    package func describeWorkflow(_ request: DescribeWorkflowRequest) async throws -> WorkflowDescription {
        try await base.describeWorkflow(request)
    }

    package func history(_ request: GetHistoryRequest) async throws -> [HistoryEvent] {
        try await base.history(request)
    }

    package func listWorkflows(_ request: ListWorkflowsRequest) async throws -> [WorkflowSummary] {
        try await base.listWorkflows(request)
    }

    package func countWorkflows(_ request: ListWorkflowsRequest) async throws -> [WorkflowStatus: Int] {
        try await base.countWorkflows(request)
    }

    package func retryTasks(_ request: AdministerTaskRequest) async throws -> [String] {
        try await base.retryTasks(request)
    }

    package func resolveActivity(_ request: AdministerTaskRequest, as resolution: ActivityResolution) async throws {
        try await base.resolveActivity(request, as: resolution)
    }

    package func describeTaskQueue(
        _ taskQueue: TaskQueue,
        in namespace: Namespace
    ) async throws -> TaskQueueDescription { try await base.describeTaskQueue(taskQueue, in: namespace) }

    package func registrations(in namespace: Namespace) async throws -> [WorkerRegistration] {
        try await base.registrations(in: namespace)
    }

    package func createNamespace(_ namespace: Namespace, retention: Duration?) async throws {
        try await base.createNamespace(namespace, retention: retention)
    }

    package func listNamespaces() async throws -> [NamespaceDescription] { try await base.listNamespaces() }
}
