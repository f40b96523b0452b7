import Synchronization
package import WorkflowAPI

/// Where pollers wait for tasks. A committed transition wakes them, never before the commit and never by spinning.
package final class TaskMatcher: Sendable {
    private struct State {
        var tickets: [TaskWake: [ObjectIdentifier: WakeTicket]] = [:]
        /// Workers that take nothing more, until they register again.
        var dismissed: Set<WorkerIdentity> = []
    }

    private let state = Mutex(State())

    /// No pollers yet.
    package init() {}

    /// Registers a poller *before* it looks for a task, so that a wake in between is not missed. A poller for workflow
    /// tasks that says who it is may be handed one by the very transition that makes it.
    package func park(_ keys: [TaskWake], for poller: WorkflowTaskPoller? = nil) -> WakeTicket {
        let ticket = WakeTicket(poller: poller)
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

    /// Puts a poller aside that waits for workflow tasks of a queue: it sleeps on until it is handed a task or let go.
    package func reserve(_ namespace: Namespace, _ queue: TaskQueue) -> WakeTicket? {
        let waiting = state.withLock { state in
            (state.tickets[TaskWake(.workflow, namespace, queue)] ?? [:]).values.filter { ticket in
                ticket.poller.map { !state.dismissed.contains($0.worker) } ?? false
            }
        }
        return waiting.first { $0.reserve() }
    }

    /// A worker that withdraws is handed nothing more: what its session has is about to be taken from it.
    func dismiss(_ worker: WorkerIdentity) { state.withLock { _ = $0.dismissed.insert(worker) } }

    /// A worker that registers is handed tasks.
    func welcome(_ worker: WorkerIdentity) { state.withLock { _ = $0.dismissed.remove(worker) } }

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

    /// Wakes as many as there are tasks for.
    func wake(_ tasks: [TaskWake: Int]) {
        for (key, count) in tasks {
            let tickets = state.withLock { state in state.tickets[key].map { Array($0.values) } ?? [] }
            var left = count
            if key.kind == .workflow {
                for ticket in tickets where left > 0 && ticket.wakeIfWaiting() { left -= 1 }
            }
            guard left > 0 else { continue }
            for ticket in tickets { ticket.wake(isExpected: true) }
        }
    }

    /// Wakes everybody: another process committed, or the engine stops.
    package func wakeAll() {
        let woken = state.withLock { $0.tickets.values.flatMap(\.values) }
        for ticket in woken { ticket.wake() }
    }
}
