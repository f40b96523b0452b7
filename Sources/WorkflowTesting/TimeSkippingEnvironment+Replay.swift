import History
import Synchronization
public import WorkflowAPI

/// What is done with the histories that tests make.
extension TimeSkippingEnvironment {
    /// Replays the histories of all runs that have gone on since theirs was replayed, unless that is turned off. Throws
    /// ``ReplayMismatch``.
    public func replayHistories() async throws {
        let targets = state.withLock { state in
            defer { state.unreplayed = [] }
            state.noteReplayed(state.unreplayed)
            return state.unreplayed
        }
        for target in targets { try await replay(target) }
    }

    /// The same for those that have doubled, so that a test that only advances is looked at too, and a long one does not
    /// replay all of its history again and again.
    func replayGrownHistories() async throws {
        let targets = state.withLock { state in
            let grown = state.unreplayed.filter { target in
                state.turns[target].map { $0.all >= 2 * $0.replayed } ?? true
            }
            state.unreplayed.removeAll(where: grown.contains)
            state.noteReplayed(grown)
            return grown
        }
        for target in targets { try await replay(target) }
    }

    private func replay(_ target: RunTarget) async throws {
        let recorder = state.withLock { $0.recorder }
        guard case .run(_, let execution) = target, replaysHistories || recorder != nil else { return }
        let history = try await store.events(target, after: 0, through: .max)
        do {
            if replaysHistories { try HistoryCheck.replay(history, of: execution, with: tasks.workflows) }
        } catch {
            throw ReplayMismatch(execution: execution, reason: error)
        }
        guard let recorder else { return }
        let stored = StoredHistory(name: "", execution: execution, events: history)
        if stored.isClosed { try recorder.record(history, withholding: tasks.withheldPatches) }
    }

    /// Writes the histories of runs that close from now on into a folder of fixtures, one file for each shape that a history
    /// has. The environment variable `WORKFLOW_RECORD_HISTORIES` names a folder for all environments.
    public func recordHistories(in folder: String) {
        state.withLock { $0.recorder = HistoryRecorder(folder) }
    }

    /// Lets workflow code that runs from now on come by these patches as if they were not in it yet: ``Workflow/patched(_:)``
    /// is false, and nothing is recorded. What the code did before a change can be tested so, and its history recorded for
    /// the other side of a patch.
    public func withholdPatches(_ ids: Set<String>) { tasks.withholdPatches(ids) }

    /// A run has gone on.
    func noteProgress(of run: RunTarget) {
        state.withLock { state in
            state.turns[run, default: (0, 0)].all += 1
            if !state.unreplayed.contains(run) { state.unreplayed.append(run) }
        }
    }
}

/// The history that a test made does not fit the code that made it: the code is not deterministic.
public struct ReplayMismatch: Error, Sendable, CustomStringConvertible {
    /// The run.
    public var execution: WorkflowExecution
    /// What replay found: ``WorkflowRuntime/NondeterminismReport`` or ``WorkflowRuntime/ReplayError``.
    public var reason: any Error

    /// The run and the reason.
    public var description: String {
        "the history of '\(execution.workflowID)' (run \(execution.runID)) does not replay: \(reason)"
    }
}
