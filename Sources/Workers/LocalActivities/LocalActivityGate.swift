import DequeModule
import Synchronization

/// How many local activities of a worker are in work at a time; the others wait in order of arrival.
package final class LocalActivityGate: Sendable {
    private struct State {
        var free: Int
        var waiting: Deque<@Sendable () -> Bool> = []
        var isClosed = false
    }

    private let state: Mutex<State>

    /// A gate for so many.
    package init(capacity: Int) { state = Mutex(State(free: capacity)) }

    /// Calls `begin` when there is room: at once, or when somebody leaves. One that answers true has gone in, and is
    /// followed by one ``leave()``; one that answers false is no longer wanted.
    package func enter(_ begin: @escaping @Sendable () -> Bool) {
        let hasRoom = state.withLock { state in
            guard !state.isClosed else { return false }
            guard state.free > 0 else {
                state.waiting.append(begin)
                return false
            }
            state.free -= 1
            return true
        }
        if hasRoom, !begin() { leave() }
    }

    /// Makes room for the next.
    package func leave() {
        while let next = next() {
            if next() { return }
        }
    }

    /// Nobody goes in any more.
    package func close() {
        state.withLock { state in
            state.isClosed = true
            state.waiting = []
        }
    }

    private func next() -> (@Sendable () -> Bool)? {
        state.withLock { state in
            let next = state.waiting.popFirst()
            if next == nil { state.free += 1 }
            return next
        }
    }
}
