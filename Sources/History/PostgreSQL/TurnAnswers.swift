#if PostgreSQL
import Database
import Synchronization
import WorkflowAPI

/// The answers of workflow code that a transaction waits for: until all are there, or for as long as it may.
final class TurnAnswers: Sendable {
    private struct State {
        var left: Int
        var answers: [(key: Int64, request: CompleteWorkflowTaskRequest)] = []
        var waiter: CheckedContinuation<Void, Never>?
        /// Nobody waits any more.
        var isOver = false

        /// Ends the wait; who waits is to be resumed outside of the lock.
        mutating func end() -> CheckedContinuation<Void, Never>? {
            isOver = true
            defer { waiter = nil }
            return waiter
        }
    }

    private let state: Mutex<State>

    init(expecting count: Int) { state = Mutex(State(left: count)) }

    /// One of them, or that there will be none of this run. Those that come too late are dropped.
    func give(_ request: CompleteWorkflowTaskRequest?, of key: Int64) {
        let waiter: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard !state.isOver else { return nil }
            state.left -= 1
            if let request { state.answers.append((key, request)) }
            return state.left == 0 ? state.end() : nil
        }
        waiter?.resume()
    }

    /// Waits for all of them, or until the limit; answers those that have come. Call once.
    func wait(atMost limit: Duration) async -> [(key: Int64, request: CompleteWorkflowTaskRequest)] {
        let timer = Task {
            guard await PostgresDatabase.pause(for: limit) else { return }
            self.state.withLock { $0.end() }?.resume()
        }
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                if !state.isOver { state.waiter = continuation }
                return state.isOver
            }
            if isOver { continuation.resume() }
        }
        timer.cancel()
        return state.withLock { $0.answers }
    }
}
#endif
