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

    /// Wakes pollers that wait at the keys; they look, and whoever finds nothing parks again. A change makes at most one
    /// workflow task, so one of those who wait for them is enough; of activity tasks it may have made several.
    ///
    /// Whoever was woken and will not look wakes another: see ``WakeTicket/isExpected``.
    package func wake(_ keys: some Sequence<TaskWake>) {
        for key in keys {
            let tickets = state.withLock { state in state.tickets[key].map { Array($0.values) } ?? [] }
            if key.kind == .workflow, tickets.contains(where: { $0.wakeIfWaiting() }) { continue }
            for ticket in tickets { ticket.wake(isExpected: true) }
        }
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

    private let expected = Atomic(false)

    /// Whoever woke it knew that there is something to be had, so that looking before taking is a waste.
    package var isExpected: Bool { expected.load(ordering: .acquiring) }

    private let state = Mutex(State.idle)

    /// A wait that has not begun.
    package init() {}

    /// Somebody waits.
    package var isWaiting: Bool { state.withLock { if case .waiting = $0 { true } else { false } } }

    /// Ends the wait if it has begun and not ended, because there is something to be had; false otherwise.
    package func wakeIfWaiting() -> Bool {
        let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
            guard case .waiting(let continuation) = state else { return nil }
            state = .woken
            expected.store(true, ordering: .releasing)
            return continuation
        }
        waiting?.resume()
        return waiting != nil
    }

    /// Ends the wait.
    package func wake(isExpected: Bool = false) {
        if isExpected { expected.store(true, ordering: .releasing) }
        let waiting: CheckedContinuation<Void, Never>? = state.withLock { state in
            defer { state = .woken }
            if case .waiting(let continuation) = state { return continuation }
            return nil
        }
        waiting?.resume()
    }

    /// Waits for ``wake()`` or `deadline` or cancellation.
    package func wait(until deadline: Timestamp?, on clock: any EngineClock) async {
        let isWoken = state.withLock { if case .woken = $0 { true } else { false } }
        guard !isWoken else { return }
        // Not a child task: whoever is woken goes on at once and does not wait for the timer to be put away.
        let timer = deadline.map { deadline in
            Task {
                guard (try? await clock.sleep(until: deadline)) != nil else { return }
                self.wake()
            }
        }
        await wait()
        timer?.cancel()
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
