import Synchronization
import WorkflowAPI

/// An offer to run a workflow task inside of a transaction, as a worker makes it, and what became of it.
final class TurnOffer: Sendable {
    private struct State {
        var task: WorkflowTask?
        var end: InlineTurn.End?
    }

    /// Holds what the offer notes, so that the offer does not hold on to itself.
    private final class Notes: Sendable {
        let state = Mutex(State())
    }

    private let notes: Notes
    /// The offer.
    let turn: InlineTurn

    /// Answers with commands, or not at all; `during` is run first, while the transaction is open.
    init(_ commands: [Command]?, by worker: WorkerIdentity = .a, during: @escaping @Sendable () -> Void = {}) {
        let notes = Notes()
        self.notes = notes
        turn = InlineTurn { task, answer in
            notes.state.withLock { $0.task = task }
            during()
            guard let commands else { return }
            var request = CompleteWorkflowTaskRequest(token: task.token, worker: worker, commands: commands)
            request.wantsWorkflowTask = true
            request.wantedActivityTasks = 1
            answer(request)
        } end: { end in
            notes.state.withLock { $0.end = end }
        }
    }

    /// The task that was run; nil if the offer was not taken up.
    var task: WorkflowTask? { notes.state.withLock { $0.task } }

    /// What became of it.
    var end: InlineTurn.End? { notes.state.withLock { $0.end } }

    /// What the completion brought, if it was recorded with the task.
    var recorded: NextTasks? { if case .recorded(let next)? = end { next } else { nil } }
}
