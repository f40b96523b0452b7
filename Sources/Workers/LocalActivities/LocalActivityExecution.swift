import CoreMetrics
import Logging
import Synchronization
import WorkflowAPI
import WorkflowRuntime

/// A local activity in work: its attempts, one after the other, on the threads of activities.
///
/// An attempt that passes its limit is told to stop and not waited for; what it still returns is dropped, and it counts as
/// being in work until it does.
final class LocalActivityExecution: Sendable {
    typealias Work = @Sendable ([Payload], ActivityContext) async throws -> [Payload]

    /// What all of a worker share.
    struct Surroundings: Sendable {
        var executor: ActivityExecutor
        var reminders: Reminders
        var gate: LocalActivityGate
        var pace: LocalActivityPace
    }

    private enum Phase {
        /// For room, or for the time of the next attempt.
        case waiting
        case working
        case over
    }

    private struct State {
        var phase = Phase.waiting
        var attempt: Int
        var task: WorkflowTask
        var code: Task<Void, Never>?
        /// Of the limit on the attempt, or of the time of the next.
        var reminder: Reminders.ID?
        /// Of the limit on all attempts.
        var closing: Reminders.ID?
        var note: CrashBlameFile.Note?
        var context: ActivityContext?
        /// When the code of the attempt began; nil if it has not.
        var began: Duration?
        var isStopping = false

        func isWorking(_ number: Int) -> Bool { phase == .working && attempt == number }
    }

    let local: LocalActivityTask
    private let work: Work
    private let session: WorkerSession
    private let around: Surroundings
    /// The run's time when it was given to the worker, and the worker's own.
    private let start: (run: Timestamp, clock: Duration)
    /// Nil when the worker stops and the activity has to be run again.
    private let onEnd: @Sendable (LocalActivityEnd?) -> Void
    private let state: Mutex<State>

    init(
        _ local: LocalActivityTask,
        of task: WorkflowTask,
        at time: Timestamp,
        work: @escaping Work,
        session: WorkerSession,
        around: Surroundings,
        onEnd: @escaping @Sendable (LocalActivityEnd?) -> Void
    ) {
        self.local = local
        self.work = work
        self.session = session
        self.around = around
        self.onEnd = onEnd
        start = (time, session.clock.elapsed)
        state = Mutex(State(attempt: local.attempt, task: task))
    }

    /// Begins the first attempt once there is room.
    func begin() {
        if let left = local.options.scheduleToCloseTimeout.map({ local.scheduledTime + $0 - now }) {
            guard left > .zero else { return passLimitOfAll() }
            let closing = around.reminders.set(after: left) { self.passLimitOfAll() }
            let isOver = state.withLock { state in
                state.closing = closing
                return state.phase == .over
            }
            if isOver { around.reminders.cancel(closing) }
        }
        enter()
    }

    private func enter() { around.gate.enter { self.beginAttempt() } }

    /// The limit on all attempts passed, wherever this one stands.
    private func passLimitOfAll() {
        let number = state.withLock { $0.phase == .working ? $0.attempt : nil }
        if let number { end(number, .failure(AttemptTimedOut(kind: .scheduleToClose))) }
        finish(local.failed(local.timeoutFailure(.scheduleToClose), .timeout))
    }

    /// Goes on in another workflow task of the run: that is to blame for what its code does from now on.
    func goOn(in task: WorkflowTask) {
        let note = state.withLock { state in
            state.task = task
            return state.note
        }
        if let note { session.blame?.rewrite(note, task.token) }
    }

    /// The run's time now.
    private var now: Timestamp { start.run + (session.clock.elapsed - start.clock) }

    /// - Returns: false if there is nothing to begin.
    private func beginAttempt() -> Bool {
        let number: Int? = state.withLock { state in
            guard state.phase == .waiting else { return nil }
            state.phase = .working
            return state.attempt
        }
        guard let number else { return false }
        let code = Task(executorPreference: around.executor) { await self.run(number) }
        let isStopping = state.withLock { state in
            guard state.isWorking(number) else { return true }
            state.code = code
            return state.isStopping
        }
        if isStopping { code.cancel() }
        return true
    }

    private func run(_ number: Int) async {
        defer { around.gate.leave() }
        let task: WorkflowTask? = state.withLock { state in
            // It may have been cancelled while it waited for a thread.
            guard state.isWorking(number) else { return nil }
            // Not before: the time in the queue for a thread is none of the activity's.
            state.began = session.clock.elapsed
            return state.task
        }
        guard let task else { return }
        limit(number)
        let note = session.blame?.note(task.token)
        let context = context(number, task)
        let present = state.withLock { state in
            if state.isWorking(number) { (state.note, state.context) = (note, context) }
            return state.task.token
        }
        if let note, present != task.token { session.blame?.rewrite(note, present) }
        defer { session.blame?.clear(note) }
        let result: Result<[Payload], any Error>
        do {
            result = .success(
                try await CrashBlameMark.$current.withValue(note?.mark ?? .nobody) {
                    try await ActivityContext.$current.withValue(context) { try await work(local.input, context) }
                }
            )
        } catch {
            result = .failure(error)
        }
        end(number, result.flatMap(sized))
    }

    /// Sees to it that an attempt whose code begins now ends in time.
    private func limit(_ number: Int) {
        let reminder = around.reminders.set(after: local.options.startToCloseTimeout) {
            self.end(number, .failure(AttemptTimedOut(kind: .startToClose)))
        }
        let isOver = state.withLock { state in
            guard state.isWorking(number) else { return true }
            state.reminder = reminder
            return false
        }
        if isOver { around.reminders.cancel(reminder) }
    }

    private func context(_ number: Int, _ task: WorkflowTask) -> ActivityContext {
        let info = ActivityInfo(
            local,
            attempt: number,
            startedTime: now,
            of: task,
            taskQueue: session.configuration.taskQueue
        )
        return ActivityContext(
            info: info,
            heartbeatDetails: [],
            logger: { [session, local] in
                var logger = session.logger
                for (key, value) in WorkerSession.fields(of: local, attempt: number, task) {
                    logger[metadataKey: key] = value
                }
                return logger
            },
            onHeartbeat: { _ in }
        )
    }

    /// A result that could not be recorded is the failure of its attempt; codecs may make it larger.
    private func sized(_ result: [Payload]) -> Result<[Payload], any Error> {
        let limit = session.configuration.payloadCodecs.isEmpty ? PayloadLimits.maxBytes : PayloadLimits.maxBytes / 2
        return Result {
            for payload in result { try payload.checkSize("the result of \(local.activityID)", limit: limit) }
            return result
        }
    }

    /// An attempt ended, or passed its limit: whichever comes first.
    private func end(_ number: Int, _ result: Result<[Payload], any Error>) {
        typealias Ended = (duration: Duration?, isStopping: Bool, reminders: [Reminders.ID?], code: Task<Void, Never>?)
        let ended: Ended? = state.withLock { state in
            guard state.isWorking(number) else { return nil }
            if case .failure = result, !state.isStopping { state.phase = .waiting } else { state.phase = .over }
            defer {
                (state.began, state.reminder, state.code) = (nil, nil, nil)
                (state.note, state.context) = (nil, nil)
            }
            let duration = state.began.map { session.clock.elapsed - $0 }
            let reminders = [state.reminder, state.phase == .over ? state.closing : nil]
            return (duration, state.isStopping, reminders, state.code)
        }
        guard let ended else { return }
        for reminder in ended.reminders { around.reminders.cancel(reminder) }
        if let duration = ended.duration {
            around.pace.note(local.activityType, duration)
            session.metrics.localActivity.recordNanoseconds(duration.clampedNanoseconds)
        }
        switch result {
        case .success(let result):
            session.metrics.localActivity(outcome: "completed")
            onEnd(end(.completed(result), attempt: number))
        case .failure where ended.isStopping:
            session.metrics.localActivity(outcome: "released")
            onEnd(nil)
        case .failure(let error as AttemptTimedOut):
            ended.code?.cancel()
            session.metrics.localActivity(outcome: "timed_out")
            // Whoever has found that the limit on all attempts passed ends it.
            if error.kind == .startToClose { fail(number, local.timeoutFailure(.startToClose)) }
        case .failure(let error):
            session.metrics.localActivity(outcome: "failed")
            fail(number, FailureConverter.failure(for: error))
        }
    }

    private func fail(_ number: Int, _ failure: Failure) {
        if let task = state.withLock({ $0.phase == .over ? nil : $0.task }) {
            var fields = WorkerSession.fields(of: local, attempt: number, task)
            fields[LogKeys.error] = "\(failure.message)"
            session.logger.info("an attempt at a local activity failed", metadata: fields)
        }
        switch local.next(afterFailed: number, failure, now: now) {
        case .end(let outcome): finish(outcome)
        case .again(let pause):
            state.withLock { $0.attempt += 1 }
            let reminder = around.reminders.set(after: pause) { self.enter() }
            let isOver = state.withLock { state in
                if state.phase == .waiting { state.reminder = reminder }
                return state.phase == .over
            }
            if isOver { around.reminders.cancel(reminder) }
        }
    }

    /// Ends it where no attempt is in work; nothing happens if somebody else has.
    private func finish(_ outcome: LocalActivityEnd.Outcome?) {
        let found: (attempt: Int, reminders: [Reminders.ID?])? = state.withLock { state in
            guard state.phase == .waiting else { return nil }
            state.phase = .over
            return (state.attempt, [state.reminder, state.closing])
        }
        guard let (attempt, reminders) = found else { return }
        for reminder in reminders { around.reminders.cancel(reminder) }
        onEnd(outcome.map { end($0, attempt: attempt) })
    }

    private func end(_ outcome: LocalActivityEnd.Outcome, attempt: Int) -> LocalActivityEnd {
        LocalActivityEnd(sequence: local.sequence, outcome: outcome, attempt: attempt, time: now)
    }

    /// Nobody wants them any more: they are told to stop, and nothing is said of their ends. None of them begins because
    /// another has made room.
    static func cancel(_ executions: some Collection<LocalActivityExecution>) {
        for rest in executions.map({ $0.markOver() }) { rest() }
    }

    private func markOver() -> () -> Void {
        let (reminders, code, context) = state.withLock { state in
            state.phase = .over
            return ([state.reminder, state.closing], state.code, state.context)
        }
        return { [around] in
            context?.requestCancel()
            for reminder in reminders { around.reminders.cancel(reminder) }
            code?.cancel()
        }
    }

    /// The worker stops: the attempt is told so. Its result still counts; if it has none it is to be run again.
    func stop() {
        let code = state.withLock { state in
            state.isStopping = true
            return state.code
        }
        code?.cancel()
        finish(nil)
    }
}

/// An attempt passed a limit.
private struct AttemptTimedOut: Error {
    var kind: TimeoutType
}
