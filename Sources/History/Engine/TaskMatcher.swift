import Synchronization
package import WorkflowAPI

/// Where pollers wait for tasks. A committed transition wakes them, never before the commit and never by spinning.
package final class TaskMatcher: Sendable {
    private struct State {
        var tickets: [TaskWake: [ObjectIdentifier: WakeTicket]] = [:]
    }

    private let state = Mutex(State())

    /// No pollers yet.
    package init() {}

    /// Registers a poller *before* it looks for a task, so that a wake in between is not missed.
    package func park(_ keys: [TaskWake]) -> WakeTicket {
        let ticket = WakeTicket()
        state.withLock { state in
            for key in keys { state.tickets[key, default: [:]][ObjectIdentifier(ticket)] = ticket }
        }
        return ticket
    }

    /// The poller no longer waits.
    package func leave(_ ticket: WakeTicket, _ keys: [TaskWake]) {
        state.withLock { state in
            for key in keys {
                state.tickets[key]?[ObjectIdentifier(ticket)] = nil
                if state.tickets[key]?.isEmpty == true { state.tickets[key] = nil }
            }
        }
    }

    /// Wakes everybody who waits at one of the keys; they look, and whoever finds nothing parks again.
    package func wake(_ keys: some Sequence<TaskWake>) {
        let woken = state.withLock { state in
            keys.flatMap { key in state.tickets[key].map { Array($0.values) } ?? [] }
        }
        for ticket in woken { ticket.wake() }
    }

    /// Wakes everybody: another process committed, or the engine stops.
    package func wakeAll() {
        let woken = state.withLock { $0.tickets.values.flatMap(\.values) }
        for ticket in woken { ticket.wake() }
    }
}

/// One wait: ended by ``wake()``, by its deadline, or by cancellation, whichever is first. May be woken before the wait.
package final class WakeTicket: Sendable {
    private enum State {
        case idle
        case waiting(CheckedContinuation<Void, Never>)
        case woken
    }

    private let state = Mutex(State.idle)

    /// A wait that has not begun.
    package init() {}

    /// Ends the wait.
    package func wake() {
        let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
            defer { state = .woken }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume()
    }

    /// Waits for ``wake()`` or `deadline` or cancellation.
    package func wait(until deadline: Timestamp?, on clock: any EngineClock) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await self.wait() }
            if let deadline {
                group.addTask {
                    try? await clock.sleep(until: deadline)
                    self.wake()
                }
            }
            await group.next()
            self.wake()
            group.cancelAll()
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let isWoken = state.withLock { state in
                    if case .woken = state { return true }
                    state = .waiting(continuation)
                    return false
                }
                if isWoken { continuation.resume() }
            }
        } onCancel: {
            wake()
        }
    }
}
