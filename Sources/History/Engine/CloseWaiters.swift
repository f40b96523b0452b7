import Synchronization
import WorkflowAPI

/// Where callers wait for runs to close.
final class CloseWaiters: Sendable {
    /// One wait.
    final class Waiter: Sendable {
        let ticket = WakeTicket()
        private let event = Mutex<HistoryEvent?>(nil)

        /// The last event of the run, if it closed in this process meanwhile.
        var lastEvent: HistoryEvent? { event.withLock { $0 } }

        fileprivate func wake(with last: HistoryEvent?) {
            if let last { event.withLock { $0 = last } }
            ticket.wake()
        }
    }

    private let waiters = Mutex<[RunID: [ObjectIdentifier: Waiter]]>([:])

    func park(_ run: RunID) -> Waiter {
        let waiter = Waiter()
        waiters.withLock { $0[run, default: [:]][ObjectIdentifier(waiter)] = waiter }
        return waiter
    }

    func leave(_ run: RunID, _ waiter: Waiter) {
        waiters.withLock { waiters in
            waiters[run]?[ObjectIdentifier(waiter)] = nil
            if waiters[run]?.isEmpty == true { waiters[run] = nil }
        }
    }

    func wake(_ runs: [RunID], with lastEvents: [RunID: HistoryEvent]) {
        guard !runs.isEmpty else { return }
        let woken = waiters.withLock { waiters in
            runs.flatMap { run in
                (waiters[run] ?? [:]).values.map { ($0, lastEvents[run]) }
            }
        }
        for (waiter, last) in woken { waiter.wake(with: last) }
    }

    func wakeAll() {
        for waiter in waiters.withLock({ $0.values.flatMap(\.values) }) { waiter.wake(with: nil) }
    }
}
