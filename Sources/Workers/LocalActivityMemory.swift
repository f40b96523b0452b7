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
        var entries: [RunID: [Int: Entry]] = [:]
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
            for entry in entries { state.entries[runID, default: [:]][entry.local.sequence] = entry }
            while state.entries.count > Self.capacity, let oldest = state.order.popFirst() {
                state.entries[oldest] = nil
            }
        }
    }

    /// How a call of a run ended that was not recorded; nil if that is not known.
    package func end(of local: LocalActivityTask, of runID: RunID) -> LocalActivityEnd? {
        state.withLock { state in
            guard !state.entries.isEmpty, let entry = state.entries[runID]?[local.sequence],
                entry.local.isSameCall(as: local)
            else { return nil }
            return entry.end
        }
    }

    /// Forgets a run: what it had is recorded.
    package func forget(_ runID: RunID) {
        state.withLock { state in
            guard !state.entries.isEmpty, state.entries.removeValue(forKey: runID) != nil else { return }
            state.order.removeAll { $0 == runID }
        }
    }
}
