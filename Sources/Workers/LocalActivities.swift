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
        /// The workflow task has run for most of its time: it is to be completed with what there is, and followed by
        /// another.
        case interrupted
        /// The worker stops: the task is to be handed back.
        case stopped
    }

    private struct State {
        var task: WorkflowTask
        var running: [Int: LocalActivityExecution] = [:]
        var ended: [LocalActivityEnd] = []
        /// What has ended since something was recorded.
        var unrecorded: [LocalActivityMemory.Entry] = []
        var waiter: (@Sendable (Ready) -> Void)?
        var reminder: Reminders.ID?
        var isInterrupted = false
        var isStopping = false
        var isStopped = false

        /// What there is to do, for the waiter if one is there.
        mutating func ready() -> Ready? {
            if isStopped && ended.isEmpty { return .stopped }
            // First of all: what has ended counts in the next workflow task as well, and this one may not wait.
            if isInterrupted && !isStopped { return .interrupted }
            guard !ended.isEmpty else { return nil }
            defer { ended = [] }
            return .ended(ended)
        }

        mutating func call() -> (@Sendable () -> Void)? {
            guard let body = waiter, let ready = ready() else { return nil }
            waiter = nil
            return { body(ready) }
        }
    }

    private let session: WorkerSession
    private let around: LocalActivityExecution.Surroundings
    private let running: RunningActivities
    private let memory: LocalActivityMemory
    private let state: Mutex<State>

    init(
        of task: WorkflowTask,
        session: WorkerSession,
        around: LocalActivityExecution.Surroundings,
        running: RunningActivities,
        memory: LocalActivityMemory
    ) {
        self.session = session
        self.around = around
        self.running = running
        self.memory = memory
        state = Mutex(State(task: task))
        running.insert(self)
        // A shutdown that cancelled everything before the insertion has missed these.
        if session.shutdown.phase >= .cancelling { cancel(.shutdown) }
        if session.shutdown.phase >= .abandoning { abandon() }
        begin(task)
    }

    /// Goes on with another workflow task of the run.
    func begin(_ task: WorkflowTask) {
        let reminder = around.reminders.set(after: task.timeForLocalActivities) { [weak self] in self?.interrupt() }
        let earlier = state.withLock { state in
            defer { state.reminder = reminder }
            state.task = task
            state.isInterrupted = false
            return state.reminder
        }
        around.reminders.cancel(earlier)
    }

    /// Begins what the run waits for and cancels what it waits for no more. Throws ``WorkflowTaskFailure`` for an activity
    /// that cannot be run here.
    func update(_ wanted: [LocalActivityTask], at time: Timestamp) throws(WorkflowTaskFailure) {
        let numbers = Set(wanted.map(\.sequence))
        let (unwanted, task, known) = state.withLock { state in
            let unwanted = state.running.filter { !numbers.contains($0.key) }
            for number in unwanted.keys { state.running[number] = nil }
            state.ended.removeAll { !numbers.contains($0.sequence) }
            return (unwanted, state.task, Set(state.running.keys).union(state.ended.map(\.sequence)))
        }
        for execution in unwanted.values { execution.cancel() }
        for local in wanted where !known.contains(local.sequence) {
            if let end = memory.end(of: local, of: task.execution.runID) {
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
        return LocalActivityExecution(local, of: task, at: time, work: work, session: session, around: around) {
            [weak self] end in self?.note(local, end)
        }
    }

    private func note(_ local: LocalActivityTask, _ end: LocalActivityEnd?) {
        let call = state.withLock { state in
            state.running[local.sequence] = nil
            if let end {
                state.ended.append(end)
                state.unrecorded.append(LocalActivityMemory.Entry(local: local, end: end))
            } else {
                state.isStopped = true
            }
            return state.call()
        }
        call?()
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

    /// What has ended so far is recorded.
    func noteRecorded() {
        let runID = state.withLock { state in
            state.unrecorded = []
            return state.task.execution.runID
        }
        memory.forget(runID)
    }

    /// Ends: what runs is told to stop, and what has ended without being recorded is remembered for another attempt.
    func finish(isRecorded: Bool) {
        if isRecorded { noteRecorded() }
        let (rest, unrecorded, reminder, runID) = state.withLock { state in
            defer { (state.running, state.unrecorded, state.reminder) = ([:], [], nil) }
            return (state.running.values, state.unrecorded, state.reminder, state.task.execution.runID)
        }
        running.remove(self)
        around.reminders.cancel(reminder)
        for execution in rest { execution.cancel() }
        memory.keep(unrecorded, of: runID)
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
            state.isStopped = true
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
