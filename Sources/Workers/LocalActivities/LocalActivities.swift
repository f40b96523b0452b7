import Synchronization
import WorkflowAPI
import WorkflowRuntime

/// The local activities of one run, from the workflow task that begins them to that which records the last of them.
///
/// What ends is kept until the run is asked to go on; whoever carries the run waits for that with ``whenReady(_:)``.
final class LocalActivities: Sendable {
    /// What there is to do.
    enum Ready: Sendable {
        /// These have ended, in this order.
        case ended([LocalActivityEnd])
        /// The workflow task has run for most of its time, or has much to record: it is to be completed with what there is,
        /// and followed by another.
        case interrupted
        /// The worker stops: the task is to be handed back.
        case stopped
    }

    /// So many ends are recorded with one workflow task.
    private static let endsPerTask = 500

    private struct State {
        var task: WorkflowTask
        var running: [Int: LocalActivityExecution] = [:]
        /// What the run has not been told.
        var ended: [LocalActivityMemory.Entry] = []
        /// What it has been told since something was recorded.
        var told: [LocalActivityMemory.Entry] = []
        var waiter: (@Sendable (Ready) -> Void)?
        var reminder: Reminders.ID?
        var isInterrupted = false
        /// The worker stops.
        var isStopping = false
        /// One of them is to be run again elsewhere.
        var isStopped = false
        var isAbandoned = false
        /// Nobody carries the run any more, and this was not recorded.
        var isFinished = false

        /// What there is to do.
        mutating func ready() -> Ready? {
            if isAbandoned { return .stopped }
            // Before what has ended, which counts in the next workflow task as well: this one may not wait.
            if isInterrupted, !isStopped { return .interrupted }
            if !ended.isEmpty {
                let now = ended.prefix(max(1, LocalActivities.endsPerTask - told.count))
                ended.removeFirst(now.count)
                told += now
                if told.count >= LocalActivities.endsPerTask { isInterrupted = true }
                return .ended(now.map(\.end))
            }
            return isStopped && (running.isEmpty || isInterrupted) ? .stopped : nil
        }

        mutating func call() -> (@Sendable () -> Void)? {
            guard let body = waiter, let ready = ready() else { return nil }
            waiter = nil
            return { body(ready) }
        }
    }

    private let host: LocalActivityHost
    private let state: Mutex<State>

    /// - Parameter received: When the worker got the task.
    init(of task: WorkflowTask, receivedAt received: Duration, host: LocalActivityHost) {
        self.host = host
        state = Mutex(State(task: task))
        host.running.insert(self)
        let session = host.session
        // A shutdown that cancelled everything before the insertion has missed these.
        if session.shutdown.phase >= .cancelling || session.loss.isStopping { cancel(.shutdown) }
        if session.shutdown.phase >= .abandoning { abandon() }
        begin(task, receivedAt: received)
    }

    /// Goes on with another workflow task of the run.
    func begin(_ task: WorkflowTask, receivedAt received: Duration) {
        let (earlier, running) = state.withLock { state in
            state.task = task
            state.isInterrupted = false
            return (state.reminder, state.running.values)
        }
        host.around.reminders.cancel(earlier)
        let left = max(.zero, task.timeForLocalActivities - (host.session.clock.elapsed - received))
        let reminder = host.around.reminders.set(after: left) { [weak self] in self?.interrupt() }
        state.withLock { $0.reminder = reminder }
        for execution in running { execution.goOn(in: task) }
    }

    /// Begins what the run waits for and cancels what it waits for no more. Throws ``WorkflowTaskFailure`` for an activity
    /// that cannot be run here.
    func update(_ wanted: [LocalActivityTask], at time: Timestamp) throws(WorkflowTaskFailure) {
        let numbers = Set(wanted.map(\.sequence))
        let (unwanted, task, known) = state.withLock { state in
            let unwanted = state.running.filter { !numbers.contains($0.key) }
            for number in unwanted.keys { state.running[number] = nil }
            state.ended.removeAll { !numbers.contains($0.end.sequence) }
            return (unwanted, state.task, Set(state.running.keys).union(state.ended.map(\.end.sequence)))
        }
        LocalActivityExecution.cancel(unwanted.values)
        for local in wanted where !known.contains(local.sequence) {
            if let end = host.memory.takeEnd(of: local, in: task) {
                note(local, end)
                continue
            }
            let execution = try execution(of: local, in: task, at: time)
            let isStopping = state.withLock { state in
                state.running[local.sequence] = execution
                return state.isStopping
            }
            if isStopping { execution.stop() } else { execution.begin() }
        }
    }

    private func execution(
        of local: LocalActivityTask,
        in task: WorkflowTask,
        at time: Timestamp
    ) throws(WorkflowTaskFailure) -> LocalActivityExecution {
        let session = host.session
        guard let registration = session.registry.activity(named: local.activityType) else {
            let message = session.registry.unknownActivityMessage(
                local.activityType,
                taskQueue: session.configuration.taskQueue
            )
            throw WorkflowTaskFailure(message, type: "UnknownLocalActivity")
        }
        guard case .ordinary(let work) = registration.work else {
            throw WorkflowTaskFailure(
                "activity type '\(local.activityType)' is an exactly-once step, which cannot be run as a local activity; "
                    + "call it with ActivityOptions",
                type: "BadLocalActivity"
            )
        }
        return LocalActivityExecution(local, of: task, at: time, work: work, session: session, around: host.around) {
            [weak self] end in self?.note(local, end)
        }
    }

    private func note(_ local: LocalActivityTask, _ end: LocalActivityEnd?) {
        typealias Noted = (call: (@Sendable () -> Void)?, late: LocalActivityMemory.Entry?, task: WorkflowTask)
        let noted: Noted = state.withLock { state in
            state.running[local.sequence] = nil
            guard let end else {
                state.isStopped = true
                return (state.call(), nil, state.task)
            }
            let entry = LocalActivityMemory.Entry(local: local, end: end)
            guard !state.isFinished else { return (nil, entry, state.task) }
            state.ended.append(entry)
            return (state.call(), nil, state.task)
        }
        if let late = noted.late { host.memory.keep([late], of: noted.task) }
        noted.call?()
    }

    /// Calls back once when there is something to do: at once, or from wherever that comes about. One at a time.
    func whenReady(_ body: @escaping @Sendable (Ready) -> Void) {
        let call = state.withLock { state in
            state.waiter = body
            return state.call()
        }
        call?()
    }

    /// Whoever waits gets what there is and goes on with another workflow task.
    private func interrupt() {
        let call = state.withLock { state in
            state.isInterrupted = true
            return state.call()
        }
        call?()
    }

    /// What the run has been told so far is recorded.
    func noteRecorded() {
        let runID = state.withLock { state in
            state.told = []
            return state.task.execution.runID
        }
        host.memory.forget(runID)
    }

    /// Ends: what runs is told to stop, and what has ended without being recorded is remembered for another attempt.
    func finish(isRecorded: Bool) {
        if isRecorded { noteRecorded() }
        let (rest, unrecorded, reminder, task) = state.withLock { state in
            defer { (state.running, state.told, state.ended, state.reminder) = ([:], [], [], nil) }
            state.isFinished = !isRecorded
            let unrecorded = isRecorded ? [] : state.told + state.ended
            return (state.running.values, unrecorded, state.reminder, state.task)
        }
        host.running.remove(self)
        host.around.reminders.cancel(reminder)
        host.memory.keep(unrecorded, of: task)
        LocalActivityExecution.cancel(rest)
    }
}

extension LocalActivities: RunningActivity {
    /// Tells all of them to stop, because the worker does.
    func cancel(_ reason: ActivityAttempt.CancelReason) {
        let running = state.withLock { state in
            state.isStopping = true
            return Array(state.running.values)
        }
        for execution in running { execution.stop() }
    }

    /// Waits for none of them any more.
    func abandon() {
        let call = state.withLock { state in
            state.isAbandoned = true
            return state.call()
        }
        call?()
    }
}

extension WorkflowTask {
    /// How long the task may be kept for local activities: four fifths of its limit, as in Temporal's Core.
    fileprivate var timeForLocalActivities: Duration {
        for event in history.reversed() {
            if case .workflowTaskScheduled(let scheduled) = event.attributes, scheduled.startToCloseTimeout > .zero {
                return scheduled.startToCloseTimeout * 4 / 5
            }
        }
        return .seconds(8)
    }
}
