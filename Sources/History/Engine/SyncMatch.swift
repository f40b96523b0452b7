import Synchronization
import WorkflowAPI

/// Hands the workflow task that a change makes to a poller that waits for it in this process, in the very transaction of
/// the change: a commit and three changes of threads saved (Temporal: sync match, and eager start).
///
/// One for each request. The body of a transition may run more than once, so what it put aside is kept here.
final class SyncMatch: Sendable {
    private struct State {
        var ticket: WakeTicket?
        var queue: TaskQueue?
    }

    private let matcher: TaskMatcher
    private let state = Mutex(State())

    init(_ matcher: TaskMatcher) { self.matcher = matcher }

    /// Takes the workflow task that `transition` made for a poller that waits, if there are both. The poller hears of it
    /// after the commit. `inline`: if it offers to run the task before the commit, it may be.
    func match(_ transition: inout Transition, inline: Bool = true) throws {
        let row = transition.state.execution
        guard transition.hasFreshWorkflowTask, let ticket = reserve(row.namespace, row.dispatchQueue),
            let poller = ticket.poller,
            let taken = try transition.takeFreshWorkflowTask(by: inline ? poller : poller.withoutInlineTurn)
        else { return letGo() }
        transition.afterCommit.append { ticket.handOver(taken) }
    }

    /// Lets the poller sleep on: nothing was committed.
    func letGo() {
        let ticket = state.withLock { state in
            defer { state = State() }
            return state.ticket
        }
        ticket?.letGo()
    }

    private func reserve(_ namespace: Namespace, _ queue: TaskQueue) -> WakeTicket? {
        if let known = state.withLock({ $0.queue == queue ? $0.ticket : nil }) { return known }
        letGo()
        guard let ticket = matcher.reserve(namespace, queue) else { return nil }
        state.withLock { $0 = State(ticket: ticket, queue: queue) }
        return ticket
    }
}

extension EmbeddedWorkflowService {
    /// A change of a run that may wake its code: with ``SyncMatch``.
    func updateMatching(
        _ target: RunTarget,
        reading: ReadSet,
        unlessUsed request: RequestKey? = nil,
        _ body: @escaping @Sendable (inout Transition) throws -> Void
    ) async throws {
        try await matching { match in
            _ = try await self.store.update(target, reading: reading, unlessUsed: request) { run in
                try body(&run)
                try match.match(&run)
            }
        }
    }

    /// Whatever `body` puts aside and is not handed a task is let go: when it throws, and also when a transition that ran a
    /// second time came to another end than the first time. A poller that was handed one has gone on by then.
    func matching<R: Sendable>(_ body: (SyncMatch) async throws -> R) async throws -> R {
        let match = SyncMatch(matcher)
        defer { match.letGo() }
        return try await body(match)
    }
}
