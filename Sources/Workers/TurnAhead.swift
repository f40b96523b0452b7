import Synchronization
package import WorkflowAPI
import WorkflowRuntime

/// A workflow task that is run before it is handed out (``WorkflowAPI/InlineTurn``): between the service, which waits a moment
/// for its commands, and the handler, which gets the task once it is committed and goes on where the code has got.
package final class TurnAhead: Sendable {
    /// What a turn on the run's thread gave.
    package struct Turn: Sendable {
        /// Why a turn comes back whose code still waits for local activities.
        enum Pause: Sendable {
            /// Its workflow task has taken most of its time.
            case interrupted
            /// The worker stops.
            case stopped
        }

        var run: WorkflowRun
        var result: Result<WorkflowActivation, WorkflowTaskFailure>
        /// The local activities of the workflow task, if it has or had any. Whoever deals with the turn finishes them.
        var locals: LocalActivities?
        var pause: Pause?
    }

    /// Its code has been run, or is being run, and the service has handed it out.
    struct HandedOut: Sendable {
        /// The task as it was run.
        var prepared: WorkflowTask
        var end: InlineTurn.End
        /// What came of it, if that is there.
        var outcome: WorkflowThreads.Outcome<Turn>?
    }

    private struct State {
        var prepared: WorkflowTask?
        var end: InlineTurn.End?
        var outcome: WorkflowThreads.Outcome<Turn>?
        var slots: [TaskSlot] = []
        var isAnswered = false
    }

    private let state = Mutex(State())
    private let whole = FirstAnswer<WorkflowThreads.Outcome<Turn>>()

    /// Nothing has been run.
    package init() {}

    /// The code is about to be run.
    func begin(_ prepared: WorkflowTask) { state.withLock { $0.prepared = prepared } }

    /// The service is about to be answered, so that it does not wait any longer; false if it has been.
    func answer() -> Bool {
        state.withLock { state in
            defer { state.isAnswered = true }
            return !state.isAnswered
        }
    }

    /// The code has come to an end; `slots` are for the activities that it schedules.
    func finish(_ outcome: WorkflowThreads.Outcome<Turn>, keeping slots: [TaskSlot]) {
        state.withLock { state in
            state.outcome = outcome
            state.slots = slots
        }
        whole.give(outcome)
    }

    /// Waits for the end of the code, however long that takes. Call once.
    func wholeOutcome() async -> WorkflowThreads.Outcome<Turn> { await whole.take() }

    /// The slots that were kept, once.
    func takeSlots() -> [TaskSlot] {
        state.withLock { state in
            defer { state.slots = [] }
            return state.slots
        }
    }

    /// The service says what became of the task.
    /// - Returns: whether its code still runs, and the run that has to be thrown away, if it was begun for nothing.
    func settle(_ end: InlineTurn.End) -> (isLate: Bool, toThrowAway: RunID?) {
        state.withLock { state in
            state.end = end
            let isLate = state.prepared != nil && !state.isAnswered
            return (isLate, end == .undone ? state.prepared?.execution.runID : nil)
        }
    }

    /// What has begun, for whoever got the task; nil if its code is still to be run.
    var handedOut: HandedOut? {
        state.withLock { state in
            guard let prepared = state.prepared, let end = state.end, end != .undone else { return nil }
            return HandedOut(prepared: prepared, end: end, outcome: state.outcome)
        }
    }
}

/// A workflow task on its way to its handler.
package struct WorkflowWork: Sendable {
    /// The task.
    package var task: WorkflowTask
    /// What has been done of it already.
    package var ahead: TurnAhead?

    /// A task, and what has been done of it.
    package init(_ task: WorkflowTask, ahead: TurnAhead? = nil) {
        self.task = task
        self.ahead = ahead
    }
}
