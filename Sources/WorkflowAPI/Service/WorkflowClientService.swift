/// What clients call: start, message, look, stop.
///
/// Every method throws ``WorkflowServiceError`` and changes nothing when it does, except for `outcomeUnknown`, after
/// which the same request id tells.
public protocol WorkflowClientService: Sendable {
    /// Starts a run, or answers the one that the request id or the conflict policy names.
    func startWorkflow(_ request: StartWorkflowRequest) async throws -> StartWorkflowResponse

    /// Records a signal; when this returns the signal will not be lost.
    func signalWorkflow(_ request: SignalWorkflowRequest) async throws

    /// Asks a run. The answer takes account of every event acknowledged before the question.
    func queryWorkflow(_ request: QueryWorkflowRequest) async throws -> [Payload]

    /// The same for an asker who has a workflow type itself: when no worker can be asked and the run is of that type, it
    /// is replayed with `replay`. A service that cannot hand the run over ignores it.
    func queryWorkflow(_ request: QueryWorkflowRequest, orReplay replay: LocalReplay) async throws -> [Payload]

    /// Asks a run to stop in good order.
    func cancelWorkflow(_ request: CancelWorkflowRequest) async throws

    /// Ends a run.
    func terminateWorkflow(_ request: TerminateWorkflowRequest) async throws

    /// All there is to know about a run without reading its history.
    func describeWorkflow(_ request: DescribeWorkflowRequest) async throws -> WorkflowDescription

    /// Events of a run in order; with `waitForClose` its close event, or `timeout` when that did not come in time.
    func history(_ request: GetHistoryRequest) async throws -> [HistoryEvent]

    /// Executions, newest start first.
    func listWorkflows(_ request: ListWorkflowsRequest) async throws -> [WorkflowSummary]

    /// How many executions there are in each status.
    func countWorkflows(_ request: ListWorkflowsRequest) async throws -> [WorkflowStatus: Int]

    /// Releases a quarantine, or tries activities now that wait for their next attempt.
    /// - Returns: what was released, a line for each; empty when nothing waited.
    func retryTasks(_ request: AdministerTaskRequest) async throws -> [String]

    /// Closes a pending activity by hand, whoever has it.
    func resolveActivity(_ request: AdministerTaskRequest, as resolution: ActivityResolution) async throws

    /// Pollers and backlog of a task queue.
    func describeTaskQueue(_ taskQueue: TaskQueue, in namespace: Namespace) async throws -> TaskQueueDescription

    /// What live workers can run, in a namespace.
    func registrations(in namespace: Namespace) async throws -> [WorkerRegistration]

    /// Makes a namespace; `alreadyStarted` if it exists.
    func createNamespace(_ namespace: Namespace, retention: Duration?) async throws

    /// All namespaces.
    func listNamespaces() async throws -> [NamespaceDescription]
}

extension WorkflowClientService {
    /// Asks without the replay.
    public func queryWorkflow(
        _ request: QueryWorkflowRequest,
        orReplay replay: LocalReplay
    ) async throws -> [Payload] { try await queryWorkflow(request) }
}

/// Both halves.
public typealias WorkflowService = WorkflowClientService & WorkflowTaskService
