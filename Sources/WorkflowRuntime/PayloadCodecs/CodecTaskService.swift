import WorkflowAPI

/// A task service behind a chain of payload codecs.
///
/// A task whose payloads cannot be decoded, because a key is missing for instance, fails as a task: it is visible in
/// `describe` and tried again, and the run lives on.
struct CodecTaskService: WorkflowTaskService {
    let base: any WorkflowTaskService
    let chain: PayloadCodecChain

    /// What is written inside of a transaction must be encoded there, without waiting. Nobody waits in one for a whole history
    /// to be decoded: offers to run workflow code there are not passed on.
    var capabilities: ServiceCapabilities {
        let capabilities = base.capabilities.subtracting(.inlineTurns)
        return chain.isImmediate ? capabilities : capabilities.subtracting(.storeTransactions)
    }

    func register(_ registration: WorkerRegistration) async throws -> WorkerIdentity {
        try await base.register(registration)
    }

    func withdraw(_ registration: WorkerRegistration) async throws { try await base.withdraw(registration) }

    func offerReplays(_ registration: WorkerRegistration, _ answer: @escaping QueryResponder) {
        base.offerReplays(registration, chain.around(answer))
    }

    func pollWorkflowTask(_ request: PollTaskRequest) async throws -> WorkflowTask? {
        var request = request
        request.inlineTurn = nil
        return await readable(try await base.pollWorkflowTask(request), request.worker)
    }

    func pollActivityTask(_ request: PollTaskRequest) async throws -> ActivityTask? {
        await readable(try await base.pollActivityTask(request), request.worker)
    }

    func completeWorkflowTask(_ request: CompleteWorkflowTaskRequest) async throws -> NextTasks {
        var coded = request
        for index in coded.commands.indices { coded.commands[index] = try await encoded(coded.commands[index]) }
        for (id, result) in coded.queryResults { coded.queryResults[id] = try await encoded(result) }
        return await readable(try await base.completeWorkflowTask(coded), request.worker)
    }

    func failWorkflowTask(_ request: FailWorkflowTaskRequest) async throws {
        var request = request
        request.failure = try await encoded(request.failure)
        try await base.failWorkflowTask(request)
    }

    func answerQueries(_ results: [String: QueryResult], token: TaskToken) async throws {
        var coded = results
        for (id, result) in results { coded[id] = try await encoded(result) }
        try await base.answerQueries(coded, token: token)
    }

    func history(
        of execution: WorkflowExecution,
        in namespace: Namespace,
        through eventID: Int64
    ) async throws -> [HistoryEvent] {
        var events = try await base.history(of: execution, in: namespace, through: eventID)
        for index in events.indices { events[index] = try await chain.decoded(events[index]) }
        return events
    }

    func completeActivityTask(_ request: CompleteActivityTaskRequest) async throws -> NextTasks {
        var coded = request
        coded.inlineTurn = nil
        coded.result = try await encoded(coded.result)
        return await readable(try await base.completeActivityTask(coded), request.worker)
    }

    func runActivityStep(
        _ request: RunActivityStepRequest,
        _ step: @escaping StoreStep
    ) async throws -> RunActivityStepResponse {
        let chain = chain
        let answer = try await base.runActivityStep(request) { transaction in
            let result = PayloadCodecChain.$ofStep.withValue(chain) { step(transaction) }
            do {
                return try result.changingPayloads { try chain.encodedImmediately($0) }
            } catch {
                return .failed(PayloadCodecChain.failure(error))
            }
        }
        return RunActivityStepResponse(
            failure: answer.failure,
            next: await readable(answer.next, request.worker)
        )
    }

    func failActivityTask(_ request: FailActivityTaskRequest) async throws {
        var request = request
        request.failure = try await encoded(request.failure)
        if let details = request.lastHeartbeatDetails { request.lastHeartbeatDetails = try await encoded(details) }
        try await base.failActivityTask(request)
    }

    func cancelActivityTask(_ request: CancelActivityTaskRequest) async throws {
        var request = request
        request.details = try await encoded(request.details)
        try await base.cancelActivityTask(request)
    }

    func heartbeat(_ request: HeartbeatRequest) async throws -> HeartbeatResponse {
        var request = request
        request.details = try await encoded(request.details)
        return try await base.heartbeat(request)
    }

    func release(_ token: TaskToken, worker: WorkerIdentity) async throws {
        try await base.release(token, worker: worker)
    }

    func reportCrash(of token: TaskToken, worker: WorkerIdentity, message: String) async throws {
        try await base.reportCrash(of: token, worker: worker, message: message)
    }

    /// What cannot be encoded is refused as a bad argument, which fails the task rather than loses it. A codec that cannot be
    /// used at the moment says so with a `WorkflowServiceError` of its own, `unavailable`, which is tried again.
    private func encoded<Carrier: PayloadCarrier>(_ carrier: Carrier) async throws -> Carrier {
        do {
            return try await chain.encoded(carrier)
        } catch let error where error is WorkflowServiceError || error is CancellationError {
            throw error
        } catch {
            throw WorkflowServiceError(.invalidArgument, PayloadCodecChain.failure(error).message)
        }
    }

    private func readable(_ next: NextTasks, _ worker: WorkerIdentity) async -> NextTasks {
        var tasks: [ActivityTask] = []
        for task in next.activityTasks {
            if let task = await readable(task, worker) { tasks.append(task) }
        }
        return NextTasks(
            workflowTask: await readable(next.workflowTask, worker),
            activityTasks: tasks,
            areCommandsRefused: next.areCommandsRefused
        )
    }

    private func readable(_ task: WorkflowTask?, _ worker: WorkerIdentity) async -> WorkflowTask? {
        await readable(task, \.token, worker) { token, failure in
            let cause = WorkflowTaskFailedCause.workflowWorkerUnhandledFailure
            try await base.failWorkflowTask(.init(token: token, worker: worker, cause: cause, failure: failure))
        }
    }

    private func readable(_ task: ActivityTask?, _ worker: WorkerIdentity) async -> ActivityTask? {
        await readable(task, \.token, worker) { token, failure in
            try await base.failActivityTask(.init(token: token, worker: worker, failure: failure))
        }
    }

    /// The task decoded; nil when it cannot be, in which case it is handed back or fails.
    private func readable<Work: PayloadCarrier>(
        _ task: Work?,
        _ token: KeyPath<Work, TaskToken>,
        _ worker: WorkerIdentity,
        fail: (TaskToken, Failure) async throws -> Void
    ) async -> Work? {
        guard let task else { return nil }
        do {
            return try await chain.decoded(task)
        } catch let error where error is WorkflowServiceError || error is CancellationError {
            try? await base.release(task[keyPath: token], worker: worker)
        } catch {
            try? await fail(task[keyPath: token], PayloadCodecChain.failure(error))
        }
        return nil
    }
}
