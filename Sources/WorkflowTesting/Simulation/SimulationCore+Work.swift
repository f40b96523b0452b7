import History
import WorkflowAPI
import WorkflowRuntime

/// What the worker of the process does.
extension SimulationCore {
    /// Does one task of a queue, if there is one.
    func work(on queue: TaskQueue, of namespace: Namespace) async throws -> Bool {
        let turn = try await call("poll for workflow tasks") { process in
            let poll = PollTaskRequest(
                namespace: namespace,
                taskQueue: queue,
                worker: process.worker,
                stickyQueue: process.stickyQueue,
                timeout: .zero
            )
            return (process, try await process.service.pollWorkflowTask(poll))
        }
        guard let turn else { return true }
        if let task = turn.1 {
            try await perform(task, turn.0)
            return true
        }
        let attempt = try await call("poll for activities") { process in
            let poll = PollTaskRequest(namespace: namespace, taskQueue: queue, worker: process.worker, timeout: .zero)
            return (process, try await process.service.pollActivityTask(poll))
        }
        guard let attempt else { return true }
        guard let task = attempt.1 else { return false }
        try await perform(task, attempt.0)
        return true
    }

    // MARK: Workflow tasks

    /// The task with the history that the run needs; nil if the process died.
    private func prepared(_ task: WorkflowTask) async throws -> WorkflowTask? {
        guard task.isPartial, !worker.continues(task) else { return task }
        let last = task.history.last?.id ?? max(task.startedEventID, task.previousStartedEventID)
        let history = try await call("read the history of \(task.workflowType)") {
            try await $0.service.history(of: task.execution, in: task.namespace, through: last)
        }
        guard let history else { return nil }
        var task = task
        task.history = history
        task.isPartial = false
        return task
    }

    private func perform(_ partial: WorkflowTask, _ process: SimulatedProcess) async throws {
        guard let task = try await prepared(partial) else { return }
        let number = plan.count(\.turns)
        let type = task.workflowType
        let turn = try await worker.turn(on: task) { [self] local, context in
            try await attempt(local, context)
        }
        let activation: WorkflowActivation
        switch turn.result {
        case .failure(let failure):
            turn.run.evict()
            let failure = await failure.named()
            throw SimulationProblem(
                kind: .workflowTask,
                message: "the workflow task of '\(task.execution.workflowID)' failed: \(failure.failure.message)"
            )
        case .success(let success): activation = success
        }
        plan.tell("turn \(number), \(type): \(activation.commands.map(\.name).joined(separator: ", "))")
        for case .scheduleActivity(let activity) in activation.commands {
            if let queue = activity.taskQueue { serve(queue) }
        }
        if plan.dies(at: "workflow task of \(type), after its code", .crashInTurn(number)) {
            turn.run.evict()
            return try await die(process)
        }
        let request = CompleteWorkflowTaskRequest(
            token: task.token,
            worker: process.worker,
            commands: activation.commands,
            stickyQueue: activation.isClosed ? nil : process.stickyQueue,
            sdkMetadata: activation.sdkMetadata,
            forceNewTask: activation.wantsNewTask
        )
        let what = "the answer to turn \(number), of \(type),"
        let steps = plan.strike("\(what) is under way for some steps") {
            if case .holdTurn(number, let steps) = $0 { steps } else { nil }
        }
        if let steps {
            turn.run.evict()
            return hold(for: steps) { [self] in _ = try await complete(task, request) }
        }
        let isTaken = try await complete(task, request)
        if isTaken, !activation.isClosed, isAlive(process) {
            worker.keep(turn.run, of: task.execution)
        } else {
            turn.run.evict()
        }
        let again = plan.strike("\(what) arrives again") {
            if case .repeatTurn(number, let steps) = $0 { steps } else { nil }
        }
        if let again { hold(for: again) { [self] in _ = try await complete(task, request) } }
    }

    /// An attempt at a local activity, which may fail before or after its code.
    private func attempt(_ local: LocalActivityTask, _ context: ActivityContext) async throws -> [Payload] {
        let number = plan.count(\.attempts)
        let (type, execution) = (local.activityType, context.info.execution)
        plan.tell("attempt \(number), local \(type) of '\(execution.workflowID)', its attempt \(context.info.attempt)")
        if plan.strikes(.failBeforeAttempt(number), "attempt \(number), of \(type), fails before its code runs") {
            throw Self.error
        }
        let result = try await worker.attempt(local, context)
        if plan.strikes(.failAfterAttempt(number), "attempt \(number), of \(type), fails although its code ran") {
            throw Self.error
        }
        return result
    }

    /// - Returns: whether the engine took it.
    private func complete(_ task: WorkflowTask, _ request: CompleteWorkflowTaskRequest) async throws -> Bool {
        let isTaken = try await answer("complete the workflow task of \(task.workflowType)") {
            _ = try await $0.service.completeWorkflowTask(request)
        }
        guard isTaken else { return false }
        let row = try await base.execution(.run(task.namespace, task.execution))
        guard let pending = row.workflowTask, pending.attempt > 1, let cause = pending.lastFailureCause,
            ![.unhandledCommand, .forceCloseCommand, .resetStickyTaskQueue].contains(cause)
        else { return true }
        throw SimulationProblem(
            kind: .workflowTask,
            message: "the engine refused the commands of '\(task.execution.workflowID)' (cause \(cause.rawValue))"
        )
    }

    /// Sends an answer. False when nobody wants it any more, or the process died.
    private func answer(
        _ place: @autoclosure () -> String,
        _ body: (SimulatedProcess) async throws -> Void
    ) async throws -> Bool {
        do {
            return try await call(place(), body) != nil
        } catch let error as WorkflowServiceError where [.staleTask, .workflowClosed, .notFound].contains(error.code) {
            plan.tell("an answer came too late: \(error.message)")
            return false
        }
    }

    // MARK: Activities

    private func perform(_ task: ActivityTask, _ process: SimulatedProcess) async throws {
        let number = plan.count(\.attempts)
        let type = task.activityType
        plan.tell("attempt \(number), \(type) of '\(task.execution.workflowID)', its attempt \(task.attempt)")
        if plan.dies(at: "activity \(type), before its code", .crashBeforeAttempt(number)) {
            return try await die(process)
        }
        let activity = try worker.activity(named: type)
        if plan.strikes(.failBeforeAttempt(number), "attempt \(number), of \(type), fails before its code runs") {
            return try await settle(task, number, Self.failing(task, process))
        }
        let send: Send
        switch activity.work {
        case .ordinary(let work):
            send = await run(task, number, work, process)
            guard isAlive(process) else { return }
            if plan.dies(at: "activity \(type), after its code", .crashAfterAttempt(number)) {
                return try await die(process)
            }
        case .transactional(let prepare): send = step(task, number, prepare, process)
        }
        try await settle(task, number, send)
        guard activity.isTransactional, isAlive(process),
            plan.dies(at: "activity \(type), after its step", .crashAfterAttempt(number))
        else { return }
        try await die(process)
    }

    private typealias Send = @Sendable (SimulatedProcess) async throws -> Void

    /// Sends an answer now, later, or twice.
    private func settle(_ task: ActivityTask, _ number: Int, _ send: @escaping Send) async throws {
        let type = task.activityType
        let place = "answer for activity \(type)"
        let steps = plan.strike("the answer of attempt \(number), of \(type), is under way for some steps") {
            if case .holdAttempt(number, let steps) = $0 { steps } else { nil }
        }
        if let steps {
            return hold(for: steps) { [self] in _ = try await answer(place, send) }
        }
        _ = try await answer(place, send)
        let again = plan.strike("the answer of attempt \(number), of \(type), arrives again") {
            if case .repeatAttempt(number, let steps) = $0 { steps } else { nil }
        }
        if let again { hold(for: again) { [self] in _ = try await answer(place, send) } }
    }

    private func run(
        _ task: ActivityTask,
        _ number: Int,
        _ work: @Sendable ([Payload], ActivityContext) async throws -> [Payload],
        _ process: SimulatedProcess
    ) async -> Send {
        let ending = await worker.attempt(task, work)
        let what = "attempt \(number), of \(task.activityType), fails although its code ran"
        if plan.strikes(.failAfterAttempt(number), what) { return Self.failing(task, process) }
        switch ending.result {
        case .success(let result):
            let request = CompleteActivityTaskRequest(token: task.token, worker: process.worker, result: result)
            return { _ = try await $0.service.completeActivityTask(request) }
        case .failure(let error):
            plan.tell("attempt \(number) failed: \(error)")
            let request = FailActivityTaskRequest(
                token: task.token,
                worker: process.worker,
                failure: FailureConverter.failure(for: error),
                lastHeartbeatDetails: ending.lastHeartbeat
            )
            return { try await $0.service.failActivityTask(request) }
        }
    }

    private func step(
        _ task: ActivityTask,
        _ number: Int,
        _ prepare: ActivityRegistration.StepPreparation,
        _ process: SimulatedProcess
    ) -> Send {
        let step: StoreStep
        do {
            step = try worker.step(of: task, prepare)
        } catch {
            let request = FailActivityTaskRequest(
                token: task.token,
                worker: process.worker,
                failure: FailureConverter.failure(for: error)
            )
            return { try await $0.service.failActivityTask(request) }
        }
        let what = "attempt \(number), of \(task.activityType), fails although its code ran"
        let fails = plan.strikes(.failAfterAttempt(number), what)
        let request = RunActivityStepRequest(token: task.token, worker: process.worker)
        return { process in
            _ = try await process.service.runActivityStep(request) { transaction in
                let result = step(transaction)
                return fails ? .failed(Self.failure) : result
            }
        }
    }

    private static func failing(_ task: ActivityTask, _ process: SimulatedProcess) -> Send {
        let request = FailActivityTaskRequest(token: task.token, worker: process.worker, failure: failure)
        return { try await $0.service.failActivityTask(request) }
    }

    private static let error = ApplicationError(type: "SimulatedFailure", message: "it failed, as was planned")

    private static var failure: Failure { FailureConverter.failure(for: error) }
}

extension Command {
    /// What is asked for, in a word or two.
    fileprivate var name: String { String("\(self)".prefix { $0 != "(" }) }
}
