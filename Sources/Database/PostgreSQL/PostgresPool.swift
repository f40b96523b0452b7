#if PostgreSQL
import Synchronization

/// The connections of a ``PostgresDatabase``: who has one, who waits for one, when to connect again.
final class PostgresPool: PostgresLinkOwner {
    let settings: PostgresSettings
    let counters: PostgresCounters
    private let loop: PostgresLoop
    private let report: @Sendable (PostgresEvent) -> Void
    private let state: Mutex<PostgresPoolState>

    init(
        _ settings: PostgresSettings,
        _ counters: PostgresCounters,
        _ loop: PostgresLoop,
        random: @escaping @Sendable () -> Double,
        report: @escaping @Sendable (PostgresEvent) -> Void
    ) {
        self.settings = settings
        self.counters = counters
        self.loop = loop
        self.report = report
        state = Mutex(PostgresPoolState(settings, random))
    }

    /// A connection for this task alone. Waits for one, as long as the settings say, or while the server is not there for
    /// `patience`. Throws ``DatabaseError``, or `CancellationError` when the task is cancelled while it waits.
    func lease(patience: Duration? = nil) async throws -> PostgresLink {
        while true {
            try Task.checkCancellation()
            let (link, isStale) = try await take(patience ?? settings.reconnectPatience)
            guard isStale else { return link }
            let outcome = await link.run(.pipeline([]), patience: settings.answerMargin.wholeNanoseconds)
            if case .success = outcome { return link }
            counters.count { $0.failedChecks += 1 }
        }
    }

    /// Gives a connection back.
    func release(_ link: PostgresLink) {
        let actions = state.withLock { $0.release(link, at: MonotonicClock.nanoseconds) }
        perform(actions)
    }

    /// Nobody gets a connection any more; ends when all are back, or after some time without the rest.
    func close() async {
        await withCheckedContinuation { continuation in
            let actions = state.withLock { $0.close(continuation, at: MonotonicClock.nanoseconds) }
            perform(actions)
            loop.wake()
        }
    }

    /// What time has brought: called by the loop. Answers when it wants to be called again.
    func tick(_ now: Int64) -> Int64? {
        let (actions, due) = state.withLock { state in (state.tick(at: now), state.due) }
        perform(actions)
        return due
    }

    /// How many connections there are, and how many are leased.
    var size: (open: Int, leased: Int) { state.withLock { ($0.openCount, $0.leasedCount) } }

    func linkIsReady(_ link: PostgresLink) {
        counters.count { $0.connects += 1 }
        let (actions, wasDown) = state.withLock { state in
            let wasDown = state.isDown
            return (state.isReady(link, at: MonotonicClock.nanoseconds), wasDown)
        }
        perform(actions)
        if wasDown { report(.reachable) }
    }

    func linkFailed(_ link: PostgresLink, _ error: DatabaseError, wasReady: Bool) {
        // Those that we close ourselves are no loss.
        if error.code != .closed {
            counters.count { wasReady ? ($0.losses += 1) : ($0.failedConnects += 1) }
            report(wasReady ? .connectionLost(error) : .connectFailed(error))
        }
        let actions = state.withLock { $0.failed(link, error, wasReady: wasReady, at: MonotonicClock.nanoseconds) }
        perform(actions)
        loop.wake()
    }

    /// Nobody listens on these connections.
    func link(_ link: PostgresLink, received notices: [PostgresNotice]) {}

    private func take(_ patience: Duration) async throws -> (PostgresLink, isStale: Bool) {
        let now = MonotonicClock.nanoseconds
        let (taken, id) = try state.withLock { try $0.takeIdle(at: now) }
        if let taken {
            counters.count { $0.leases += 1 }
            return taken
        }
        let link = try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let waiter = PostgresPoolState.Waiter(
                    id: id,
                    since: now,
                    patience: patience.wholeNanoseconds,
                    continuation: continuation
                )
                let actions = state.withLock { $0.wait(waiter, at: now) }
                // Not before its place in the queue is taken: whoever sees the count comes after it.
                counters.count { $0.waits += 1 }
                perform(actions)
                loop.wake()
                // The handler may have come before there was anybody to find.
                if Task.isCancelled { cancel(id) }
            }
        } onCancel: {
            cancel(id)
        }
        counters.count { $0.leases += 1 }
        return (link, false)
    }

    private func cancel(_ id: Int) {
        state.withLock { $0.removeWaiter(id) }?.continuation.resume(throwing: CancellationError())
    }

    private func perform(_ actions: [PostgresPoolState.Action]) {
        for action in actions {
            switch action {
            case .give(let waiter, let link): waiter.continuation.resume(returning: link)
            case .fail(let waiter, let error): waiter.continuation.resume(throwing: error)
            case .abandon(let link): link.abandon()
            case .closed(let continuation): continuation.resume()
            case .open: open()
            }
        }
    }

    private func open() {
        let link = PostgresLink(settings, counters, loop, self)
        state.withLock { $0.opened(link) }
        loop.add(link)
    }
}
#endif
