#if PostgreSQL
import Synchronization

/// Lets only so many of those who run the code of others hold a connection at once.
///
/// Whoever renews leases and fires timers needs one as well: steps and services that wait for each other's locks on every
/// connection of the pool would cost the process its lease, and with it everything that they are doing.
final class PostgresGuests: Sendable {
    private struct State {
        var free: Int
        var lastID = 0
        /// First come, first served.
        var waiters: [(id: Int, continuation: CheckedContinuation<Void, any Error>)] = []
    }

    private let state: Mutex<State>

    init(limit: Int) { state = Mutex(State(free: max(1, limit))) }

    /// Runs `body` when it is its turn. Throws what `body` throws, and `CancellationError` to a task that is cancelled while it
    /// waits.
    func run<R>(_ body: () async throws -> R) async throws -> R {
        try await enter()
        defer { leave() }
        return try await body()
    }

    private func enter() async throws {
        let id: Int? = state.withLock { state in
            if state.free > 0, state.waiters.isEmpty {
                state.free -= 1
                return nil
            }
            state.lastID += 1
            return state.lastID
        }
        guard let id else { return }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isFree = state.withLock { state in
                    // Somebody may have left in the meantime.
                    if state.free > 0, state.waiters.isEmpty {
                        state.free -= 1
                        return true
                    }
                    state.waiters.append((id, continuation))
                    return false
                }
                if isFree { return continuation.resume() }
                // The handler may have come before there was anybody to find.
                if Task.isCancelled { giveUp(id) }
            }
        } onCancel: {
            giveUp(id)
        }
    }

    private func leave() {
        let next: (id: Int, continuation: CheckedContinuation<Void, any Error>)? = state.withLock { state in
            guard state.waiters.isEmpty else { return state.waiters.removeFirst() }
            state.free += 1
            return nil
        }
        next?.continuation.resume()
    }

    private func giveUp(_ id: Int) {
        let waiter = state.withLock { state in
            state.waiters.firstIndex { $0.id == id }.map { state.waiters.remove(at: $0) }
        }
        waiter?.continuation.resume(throwing: CancellationError())
    }
}
#endif
