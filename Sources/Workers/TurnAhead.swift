import Synchronization
package import WorkflowAPI
import WorkflowRuntime

/// A workflow task that is run before it is handed out (``WorkflowAPI/InlineTurn``): between the service, which waits a moment
/// for its commands, and the handler, which gets the task once it is committed and goes on where the code has got.
package final class TurnAhead: Sendable {
    /// What a turn on the run's thread gave.
    package struct Turn: Sendable {
        var run: WorkflowRun
        var result: Result<WorkflowActivation, WorkflowTaskFailure>
    }

    /// The code has been run, or is about to be.
    struct Begun: Sendable {
        /// The task as it was run.
        var prepared: WorkflowTask
    }

    private struct State {
        var begun: Begun?
        var end: InlineTurn.End?
        var slots: [TaskSlot] = []
    }

    private let state = Mutex(State())
    private let inTime = FirstAnswer<WorkflowThreads.Outcome<Turn>?>()
    private let outcome = FirstAnswer<WorkflowThreads.Outcome<Turn>>()

    /// Nothing has been run.
    package init() {}

    func begin(_ begun: Begun) { state.withLock { $0.begun = begun } }

    /// The code has come to an end.
    func finish(_ ending: WorkflowThreads.Outcome<Turn>) {
        inTime.give(ending)
        outcome.give(ending)
    }

    /// Waits for the end of the code; nil when the caller is cancelled first. Call once.
    func inTimeOutcome() async -> WorkflowThreads.Outcome<Turn>? {
        await withTaskCancellationHandler {
            await inTime.take()
        } onCancel: {
            inTime.give(nil)
        }
    }

    /// Waits for the end of the code, however long that takes. Call once.
    func wholeOutcome() async -> WorkflowThreads.Outcome<Turn> { await outcome.take() }

    /// Keeps slots for the activities that the commands schedule.
    func keep(_ slots: [TaskSlot]) { state.withLock { $0.slots = slots } }

    /// Those slots, once.
    func takeSlots() -> [TaskSlot] {
        state.withLock { state in
            defer { state.slots = [] }
            return state.slots
        }
    }

    /// The service says what became of the task.
    /// - Returns: whether there is a run to be thrown away.
    func settle(_ end: InlineTurn.End) -> Bool {
        state.withLock { state in
            state.end = end
            return end == .undone && state.begun != nil
        }
    }

    /// The run that was begun with.
    var runID: RunID? { state.withLock { $0.begun?.prepared.execution.runID } }

    /// What has begun, for whoever got the task; nil if its code is still to be run.
    var toConclude: (begun: Begun, end: InlineTurn.End)? {
        state.withLock { state in
            guard let begun = state.begun, let end = state.end, end != .undone else { return nil }
            return (begun, end)
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
