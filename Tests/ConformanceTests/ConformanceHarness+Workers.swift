import History
import Testing
import WorkflowAPI

extension WorkerIdentity {
    static let a = WorkerIdentity(identity: "worker-a")
    static let b = WorkerIdentity(identity: "worker-b")
}

extension ConformanceHarness {
    /// A workflow task if one waits; never parks.
    func poll(
        _ worker: WorkerIdentity = .a,
        queue: TaskQueue = .main,
        sticky: TaskQueue? = nil,
        namespace: Namespace = .default
    ) async throws -> WorkflowTask? {
        try await service.pollWorkflowTask(
            PollTaskRequest(
                namespace: namespace,
                taskQueue: queue,
                worker: worker,
                stickyQueue: sticky,
                timeout: .zero
            )
        )
    }

    /// A workflow task that has to be there.
    func take(
        _ worker: WorkerIdentity = .a,
        sticky: TaskQueue? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> WorkflowTask {
        try #require(
            try await poll(worker, sticky: sticky),
            "there is no workflow task",
            sourceLocation: sourceLocation
        )
    }

    @discardableResult
    func complete(
        _ task: WorkflowTask,
        _ commands: [Command] = [],
        by worker: WorkerIdentity = .a,
        configure: (inout CompleteWorkflowTaskRequest) -> Void = { _ in }
    ) async throws -> NextTasks {
        var request = CompleteWorkflowTaskRequest(token: task.token, worker: worker, commands: commands)
        configure(&request)
        return try await service.completeWorkflowTask(request)
    }

    /// Takes the workflow task and answers it.
    func turn(_ commands: [Command] = [], sourceLocation: SourceLocation = #_sourceLocation) async throws {
        try await complete(try await take(sourceLocation: sourceLocation), commands)
    }

    func fail(
        _ task: WorkflowTask,
        cause: WorkflowTaskFailedCause = .workflowWorkerUnhandledFailure,
        message: String = "bad code"
    ) async throws {
        try await service.failWorkflowTask(
            FailWorkflowTaskRequest(token: task.token, worker: .a, cause: cause, failure: .application(message))
        )
    }

    /// An activity task if one waits; never parks.
    func pollActivity(_ worker: WorkerIdentity = .a, queue: TaskQueue = .main) async throws -> ActivityTask? {
        try await service.pollActivityTask(
            PollTaskRequest(namespace: .default, taskQueue: queue, worker: worker, timeout: .zero)
        )
    }

    /// An activity task that has to be there.
    func takeActivity(
        _ worker: WorkerIdentity = .a,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws -> ActivityTask {
        try #require(try await pollActivity(worker), "there is no activity task", sourceLocation: sourceLocation)
    }

    @discardableResult
    func complete(
        _ task: ActivityTask,
        result: [Payload] = [],
        wantsWorkflowTask: Bool = false,
        polling queue: TaskQueue = .main
    ) async throws -> NextTasks {
        try await service.completeActivityTask(
            CompleteActivityTaskRequest(
                token: task.token,
                worker: .a,
                result: result,
                wantsWorkflowTaskOf: wantsWorkflowTask ? queue : nil
            )
        )
    }

    func fail(_ task: ActivityTask, _ failure: Failure = .application("no luck"), details: [Payload]? = nil)
        async throws
    {
        try await service.failActivityTask(
            FailActivityTaskRequest(token: task.token, worker: .a, failure: failure, lastHeartbeatDetails: details)
        )
    }

    func cancel(_ task: ActivityTask, details: [Payload] = []) async throws {
        try await service.cancelActivityTask(
            CancelActivityTaskRequest(token: task.token, worker: .a, details: details)
        )
    }

    @discardableResult
    func heartbeat(_ task: ActivityTask, details: [Payload] = []) async throws -> HeartbeatResponse {
        try await service.heartbeat(HeartbeatRequest(token: task.token, worker: .a, details: details))
    }

    /// Registers a worker, which opens a session for it.
    func register(
        _ identity: String,
        queue: TaskQueue = .main,
        workflowTypes: [String] = ["Order"],
        activityTypes: [String] = ["Charge"]
    ) async throws -> WorkerIdentity {
        try await service.register(
            WorkerRegistration(
                namespace: .default,
                taskQueue: queue,
                worker: WorkerIdentity(identity: identity),
                workflowTypes: workflowTypes.map {
                    WorkflowTypeDescription(name: $0, signals: ["approve"], queries: ["status"])
                },
                activityTypes: activityTypes
            )
        )
    }
}
