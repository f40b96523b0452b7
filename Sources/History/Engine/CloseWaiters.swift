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

    private let waiters = Mutex<[WorkflowExecution: [ObjectIdentifier: Waiter]]>([:])

    func park(_ execution: WorkflowExecution) -> Waiter {
        let waiter = Waiter()
        waiters.withLock { $0[execution, default: [:]][ObjectIdentifier(waiter)] = waiter }
        return waiter
    }

    func leave(_ execution: WorkflowExecution, _ waiter: Waiter) {
        waiters.withLock { waiters in
            waiters[execution]?[ObjectIdentifier(waiter)] = nil
            if waiters[execution]?.isEmpty == true { waiters[execution] = nil }
        }
    }

    func wake(_ executions: [WorkflowExecution], with lastEvents: [WorkflowExecution: HistoryEvent]) {
        guard !executions.isEmpty else { return }
        let woken = waiters.withLock { waiters in
            executions.flatMap { execution in
                (waiters[execution] ?? [:]).values.map { ($0, lastEvents[execution]) }
            }
        }
        for (waiter, last) in woken { waiter.wake(with: last) }
    }

    func wakeAll() {
        for waiter in waiters.withLock({ $0.values.flatMap(\.values) }) { waiter.wake(with: nil) }
    }
}
