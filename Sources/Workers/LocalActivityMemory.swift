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

    private static let capacity = 1000

    private struct State {
        var entries: [RunID: [Entry]] = [:]
        var order: Deque<RunID> = []
    }

    private let state = Mutex(State())

    /// Remembers nothing.
    package init() {}

    /// Remembers what has ended of a run.
    package func keep(_ entries: [Entry], of runID: RunID) {
        guard !entries.isEmpty else { return }
        state.withLock { state in
            if state.entries[runID] == nil { state.order.append(runID) }
            state.entries[runID, default: []] += entries
            while state.entries.count > Self.capacity, let oldest = state.order.popFirst() {
                state.entries[oldest] = nil
            }
        }
    }

    /// How a call of a run ended that was not recorded, for one asker; nil if that is not known.
    package func takeEnd(of local: LocalActivityTask, of runID: RunID) -> LocalActivityEnd? {
        state.withLock { state in
            guard !state.entries.isEmpty,
                let index = state.entries[runID]?.firstIndex(where: { $0.local.isSameCall(as: local) }),
                var end = state.entries[runID]?.remove(at: index).end
            else { return nil }
            end.sequence = local.sequence
            return end
        }
    }

    /// Forgets a run: its workflow task is recorded, and what it did not ask for again it did not want.
    package func forget(_ runID: RunID) {
        state.withLock { state in
            guard !state.entries.isEmpty, state.entries.removeValue(forKey: runID) != nil else { return }
            state.order.removeAll { $0 == runID }
        }
    }
}
