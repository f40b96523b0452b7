import DequeModule
import Synchronization
package import WorkflowAPI
package import WorkflowRuntime

/// Ends of local activities that could not be recorded, for the next attempt at their workflow task: what has been done is
/// not done again because a signal came in between, or a transaction was undone. Only within the process, and for the last
/// thousand runs that met with this.
package final class LocalActivityMemory: Sendable {
    /// A local activity and how it ended.
    package struct Entry: Sendable {
        var local: LocalActivityTask
        var end: LocalActivityEnd
    }

    /// What has ended since the run's last completed workflow task, which is the one that began at ``after``.
    private struct Kept {
        var after: Int64
        /// In the order in which the code asked for them.
        var entries: [Entry] = []
    }

    private static let capacity = 1000

    private struct State {
        var runs: [RunID: Kept] = [:]
        var order: Deque<RunID> = []
    }

    private let state = Mutex(State())

    /// Remembers nothing.
    package init() {}

    /// Remembers what has ended of a run and was not recorded with a workflow task.
    package func keep(_ entries: [Entry], of task: WorkflowTask) {
        guard !entries.isEmpty else { return }
        let runID = task.execution.runID
        state.withLock { state in
            if state.runs[runID] == nil { state.order.append(runID) }
            var kept = state.runs[runID] ?? Kept(after: task.previousStartedEventID)
            // Somebody has recorded a task of the run meanwhile, and these with it or in vain.
            guard kept.after <= task.previousStartedEventID else { return }
            if kept.after < task.previousStartedEventID { kept = Kept(after: task.previousStartedEventID) }
            kept.entries += entries
            kept.entries.sort { $0.local.sequence < $1.local.sequence }
            state.runs[runID] = kept
            while state.runs.count > Self.capacity, let oldest = state.order.popFirst() { state.runs[oldest] = nil }
        }
    }

    /// How a call of a run ended that was not recorded, for one asker; nil if that is not known. What ended before a workflow
    /// task that has been completed since, here or elsewhere, is no answer to a later call of the same kind.
    package func takeEnd(of local: LocalActivityTask, in task: WorkflowTask) -> LocalActivityEnd? {
        let runID = task.execution.runID
        return state.withLock { state in
            guard !state.runs.isEmpty, let kept = state.runs[runID] else { return nil }
            guard kept.after == task.previousStartedEventID else {
                if kept.after < task.previousStartedEventID { Self.forget(runID, &state) }
                return nil
            }
            let same = kept.entries.indices.filter { kept.entries[$0].local.isSameCall(as: local) }
            guard let index = same.first(where: { kept.entries[$0].local.sequence == local.sequence }) ?? same.first,
                var end = state.runs[runID]?.entries.remove(at: index).end
            else { return nil }
            end.sequence = local.sequence
            return end
        }
    }

    /// Forgets a run: its workflow task is recorded, and what it did not ask for again it did not want.
    package func forget(_ runID: RunID) {
        state.withLock { state in
            if !state.runs.isEmpty { Self.forget(runID, &state) }
        }
    }

    private static func forget(_ runID: RunID, _ state: inout State) {
        guard state.runs.removeValue(forKey: runID) != nil else { return }
        state.order.removeAll { $0 == runID }
    }
}
