import CoreMetrics
import Logging
import Synchronization
import WorkflowAPI
import WorkflowRuntime

/// A local activity in work: its attempts, one after the other, on the threads of activities.
///
/// An attempt that passes its limit is told to stop and not waited for; what it still returns is dropped.
final class LocalActivityExecution: Sendable {
    /// What all of a worker share.
    struct Surroundings: Sendable {
        var executor: ActivityExecutor
        var reminders: Reminders
        var gate: LocalActivityGate
        var pace: LocalActivityPace
    }

    private struct State {
        var attempt: Int
        var code: Task<Void, Never>?
        var reminder: Reminders.ID?
        /// When the code of the attempt began; nil if it has not.
        var began: Duration?
        var isInGate = false
        var isOver = false
        var isStopping = false
    }

    let local: LocalActivityTask
    private let task: WorkflowTask
    private let work: @Sendable ([Payload], ActivityContext) async throws -> [Payload]
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
        work: @escaping @Sendable ([Payload], ActivityContext) async throws -> [Payload],
        session: WorkerSession,
        around: Surroundings,
        onEnd: @escaping @Sendable (LocalActivityEnd?) -> Void
    ) {
        self.local = local
        self.task = task
        self.work = work
        self.session = session
        self.around = around
        self.onEnd = onEnd
        start = (time, session.clock.elapsed)
        state = Mutex(State(attempt: local.attempt))
    }

    /// Begins with the first attempt, once there is room.
    func begin() { around.gate.enter { self.beginAttempt() } }

    /// The run's time now.
    private var now: Timestamp { start.run + (session.clock.elapsed - start.clock) }

    private func beginAttempt() {
        let limit = min(local.options.startToCloseTimeout, timeLeft ?? .seconds(1_000_000_000))
        let number: Int? = state.withLock { state in
            guard !state.isOver else { return nil }
            state.isInGate = true
            return state.attempt
        }
        guard let number else { return around.gate.leave() }
        let reminder = around.reminders.set(after: limit) { self.end(number, .failure(AttemptTimedOut())) }
        let code = Task(executorPreference: around.executor) { await self.run(number) }
        let isStale = state.withLock { state in
            guard !state.isOver, state.attempt == number, state.isInGate else { return true }
            state.reminder = reminder
            state.code = code
            return state.isStopping
        }
        // It may have ended already, or have been told to stop.
        if isStale { code.cancel() }
    }

    private func run(_ number: Int) async {
        let info = ActivityInfo(
            local,
            attempt: number,
            startedTime: now,
            of: task,
            taskQueue: session.configuration.taskQueue
        )
        let context = ActivityContext(
            info: info,
            heartbeatDetails: [],
            logger: { [session, task, local] in
                var logger = session.logger
                for (key, value) in WorkerSession.fields(of: local, attempt: number, task) {
                    logger[metadataKey: key] = value
                }
                return logger
            },
            onHeartbeat: { _ in }
        )
        // Not before: the time in the queue for a thread is none of the activity's.
        state.withLock { $0.began = session.clock.elapsed }
        let note = session.blame?.note(task.token)
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
        end(number, result)
    }

    /// An attempt ended, or passed its limit: whichever comes first.
    private func end(_ number: Int, _ result: Result<[Payload], any Error>) {
        typealias Ended = (duration: Duration?, isStopping: Bool, reminder: Reminders.ID?, code: Task<Void, Never>?)
        let ended: Ended? = state.withLock { state in
            guard !state.isOver, state.isInGate, state.attempt == number else { return nil }
            state.isInGate = false
            defer { (state.began, state.reminder, state.code) = (nil, nil, nil) }
            return (state.began.map { session.clock.elapsed - $0 }, state.isStopping, state.reminder, state.code)
        }
        guard let ended else { return }
        around.reminders.cancel(ended.reminder)
        around.gate.leave()
        if let duration = ended.duration {
            around.pace.note(local.activityType, duration)
            session.metrics.localActivity.recordNanoseconds(duration.clampedNanoseconds)
        }
        switch result.flatMap(sized) {
        case .success(let result):
            session.metrics.localActivity(outcome: "completed")
            finish(.completed(result), attempt: number)
        case .failure where ended.isStopping:
            session.metrics.localActivity(outcome: "released")
            if isNowOver() { onEnd(nil) }
        case .failure(let error):
            let hasPassedLimit = error is AttemptTimedOut
            if hasPassedLimit { ended.code?.cancel() }
            session.metrics.localActivity(outcome: hasPassedLimit ? "timed_out" : "failed")
            fail(number, hasPassedLimit ? local.timeoutFailure : FailureConverter.failure(for: error))
        }
    }

    /// A result that could not be recorded is the failure of its attempt.
    private func sized(_ result: [Payload]) -> Result<[Payload], any Error> {
        Result {
            for payload in result { try payload.checkSize("the result of \(local.activityID)") }
            return result
        }
    }

    private func fail(_ number: Int, _ failure: Failure) {
        var fields = WorkerSession.fields(of: local, attempt: number, task)
        fields[LogKeys.error] = "\(failure.message)"
        session.logger.info("an attempt at a local activity failed", metadata: fields)
        switch local.next(afterFailed: number, failure, now: now) {
        case .end(let outcome): finish(outcome, attempt: number)
        case .again(let pause):
            state.withLock { $0.attempt += 1 }
            let reminder = around.reminders.set(after: pause) { self.begin() }
            let isOver = state.withLock { state in
                state.reminder = reminder
                return state.isOver
            }
            if isOver { around.reminders.cancel(reminder) }
        }
    }

    private func finish(_ outcome: LocalActivityEnd.Outcome, attempt: Int) {
        guard isNowOver() else { return }
        onEnd(LocalActivityEnd(sequence: local.sequence, outcome: outcome, attempt: attempt, time: now))
    }

    private func isNowOver() -> Bool {
        state.withLock { state in
            defer { state.isOver = true }
            return !state.isOver
        }
    }

    private var timeLeft: Duration? {
        local.options.scheduleToCloseTimeout.map { max(.zero, local.scheduledTime + $0 - now) }
    }

    /// Nobody wants it any more: it is told to stop, and nothing is said of its end.
    func cancel() {
        let (isInGate, reminder, code) = state.withLock { state in
            let isInGate = state.isInGate && !state.isOver
            state.isOver = true
            return (isInGate, state.reminder, state.code)
        }
        around.reminders.cancel(reminder)
        code?.cancel()
        if isInGate { around.gate.leave() }
    }

    /// The worker stops: the attempt is told so. Its result still counts; if it has none it is to be run again.
    func stop() {
        typealias Found = (isBetweenAttempts: Bool, reminder: Reminders.ID?, code: Task<Void, Never>?)
        let found: Found? = state.withLock { state in
            guard !state.isOver, !state.isStopping else { return nil }
            state.isStopping = true
            return (!state.isInGate, state.reminder, state.code)
        }
        guard let found else { return }
        found.code?.cancel()
        guard found.isBetweenAttempts else { return }
        around.reminders.cancel(found.reminder)
        if isNowOver() { onEnd(nil) }
    }
}

/// An attempt passed its limit.
private struct AttemptTimedOut: Error {}
