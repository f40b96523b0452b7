#if PostgreSQL
import DequeModule
import Synchronization
import WorkflowAPI

/// The keys of runs that this process has written of late, by their ids: a row is found by its key at once, and by its run id
/// through another index. A run's key changes only if it is deleted and copied here anew; who is not found by its key is looked for
/// by its id.
final class KnownRunKeys: Sendable {
    private static let limit = 8_192

    private struct State {
        var keys: [RunID: Int64] = [:]
        var order: Deque<RunID> = []
    }

    private let state = Mutex(State())

    /// The key of a run; nil if it is not known.
    subscript(id: RunID) -> Int64? { state.withLock { $0.keys[id] } }

    /// A run has another key than was known: it was deleted, and copied here anew.
    func forget(_ id: RunID) { state.withLock { _ = $0.keys.removeValue(forKey: id) } }

    /// Runs were committed.
    func note(_ runs: [StagedRun]) {
        state.withLock { state in
            for run in runs {
                let id = run.state.execution.execution.runID
                if run.state.execution.status.isClosed {
                    // Little comes for it any more. Its place in the order stays.
                    state.keys[id] = nil
                } else if state.keys.updateValue(run.key, forKey: id) == nil {
                    state.order.append(id)
                }
            }
            while state.order.count > KnownRunKeys.limit, let oldest = state.order.popFirst() {
                state.keys[oldest] = nil
            }
        }
    }
}
#endif
