import Synchronization
import WorkflowAPI

/// The service over a store: one request, one transition.
package final class EmbeddedWorkflowService: Sendable {
    let store: any HistoryStore
    let clock: any EngineClock
    let matcher = TaskMatcher()
    let closings = CloseWaiters()
    let queries = QueryResponders()
    let random: @Sendable () -> UInt64

    /// A service over `store`. `random` gives 64 random bits for run ids at each call.
    package init(store: any HistoryStore, clock: any EngineClock, random: @escaping @Sendable () -> UInt64) {
        self.store = store
        self.clock = clock
        self.random = random
        store.observe { [matcher, closings] notice in
            if notice.isElsewhere {
                matcher.wakeAll()
                closings.wakeAll()
            } else {
                for action in notice.afterCommit { action() }
                matcher.wake(notice.wakes)
                closings.wake(notice.closed)
            }
        }
    }

    func makeRunID(at time: Timestamp) -> RunID { RunIDMaker.make(at: time, random: random(), random()) }
}

/// Where callers wait for runs to close.
final class CloseWaiters: Sendable {
    private let tickets = Mutex<[WorkflowExecution: [ObjectIdentifier: WakeTicket]]>([:])

    func park(_ execution: WorkflowExecution) -> WakeTicket {
        let ticket = WakeTicket()
        tickets.withLock { $0[execution, default: [:]][ObjectIdentifier(ticket)] = ticket }
        return ticket
    }

    func leave(_ execution: WorkflowExecution, _ ticket: WakeTicket) {
        tickets.withLock { tickets in
            tickets[execution]?[ObjectIdentifier(ticket)] = nil
            if tickets[execution]?.isEmpty == true { tickets[execution] = nil }
        }
    }

    func wake(_ executions: [WorkflowExecution]) {
        guard !executions.isEmpty else { return }
        let woken = tickets.withLock { tickets in executions.flatMap { tickets[$0].map { Array($0.values) } ?? [] } }
        for ticket in woken { ticket.wake() }
    }

    func wakeAll() {
        for ticket in tickets.withLock({ $0.values.flatMap(\.values) }) { ticket.wake() }
    }
}
