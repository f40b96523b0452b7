#if PostgreSQL
/// Who has which connection, and who waits. Decides, and leaves the doing to ``PostgresPool``: nothing here calls anybody.
struct PostgresPoolState {
    /// Somebody who waits for a connection.
    struct Waiter: Sendable {
        let id: Int
        let since: Int64
        /// How long it waits while the server is not there, in nanoseconds.
        let patience: Int64
        let continuation: CheckedContinuation<PostgresLink, any Error>
    }

    /// What is to be done once the lock is open.
    enum Action {
        case give(Waiter, PostgresLink)
        case fail(Waiter, DatabaseError)
        case abandon(PostgresLink)
        case closed(CheckedContinuation<Void, Never>)
        /// Connect once more; it was counted already.
        case open
    }

    private enum Use { case connecting, idle, leased }

    private let settings: PostgresSettings
    private var uses: [ObjectIdentifier: Use] = [:]
    /// Last used last: it is warm, and the others may be closed.
    private var idle: [(link: PostgresLink, since: Int64)] = []
    /// First come, first served.
    private var waiters: [Waiter] = []
    private var lastID = 0
    /// Connections that are being made, those too that the loop has not heard of yet.
    private var connecting = 0
    private var upSince: Int64?
    private var downSince: Int64?
    private var lastFailure: DatabaseError?
    private var retryAt: Int64?
    private var backoff: PostgresBackoff
    private var isClosed = false
    private var closers: [CheckedContinuation<Void, Never>] = []
    private var closeDeadline: Int64?

    init(_ settings: PostgresSettings, _ random: @escaping @Sendable () -> Double) {
        self.settings = settings
        backoff = PostgresBackoff(random: random)
    }

    /// Nobody could connect lately.
    var isDown: Bool { downSince != nil }
    var leasedCount: Int { uses.values.count { $0 == .leased } }
    var openCount: Int { uses.values.count { $0 != .connecting } }

    /// An idle connection, unless others wait already; else the number to wait under.
    mutating func takeIdle(at now: Int64) throws -> ((PostgresLink, isStale: Bool)?, id: Int) {
        guard !isClosed else { throw DatabaseError.closed }
        lastID += 1
        guard waiters.isEmpty, let (link, since) = idle.popLast() else { return (nil, lastID) }
        uses[ObjectIdentifier(link)] = .leased
        return ((link, now - since > settings.healthCheckAfter.wholeNanoseconds), lastID)
    }

    /// Joins the queue.
    mutating func wait(_ waiter: Waiter, at now: Int64) -> [Action] {
        guard !isClosed else { return [.fail(waiter, .closed)] }
        // A connection may have come back in the meantime.
        if waiters.isEmpty, let (link, _) = idle.popLast() {
            uses[ObjectIdentifier(link)] = .leased
            return [.give(waiter, link)]
        }
        waiters.append(waiter)
        return connectMore(at: now)
    }

    /// Leaves the queue.
    mutating func removeWaiter(_ id: Int) -> Waiter? {
        waiters.firstIndex { $0.id == id }.map { waiters.remove(at: $0) }
    }

    /// A connection is being made.
    mutating func opened(_ link: PostgresLink) { uses[ObjectIdentifier(link)] = .connecting }

    /// A connection was made.
    mutating func isReady(_ link: PostgresLink, at now: Int64) -> [Action] {
        guard uses[ObjectIdentifier(link)] == .connecting else { return [.abandon(link)] }
        connecting -= 1
        if downSince != nil || upSince == nil { upSince = now }
        downSince = nil
        retryAt = nil
        backoff.reset()
        return hand(link, at: now) + connectMore(at: now)
    }

    /// A lease is over.
    mutating func release(_ link: PostgresLink, at now: Int64) -> [Action] {
        // One that was lost meanwhile is not ours any more.
        guard uses[ObjectIdentifier(link)] == .leased else { return connectMore(at: now) }
        return hand(link, at: now)
    }

    /// A connection is over, or could not be made.
    mutating func failed(_ link: PostgresLink, _ error: DatabaseError, wasReady: Bool, at now: Int64) -> [Action] {
        let use = uses.removeValue(forKey: ObjectIdentifier(link))
        idle.removeAll { $0.link === link }
        if isClosed { return finishClosing(at: now) }
        guard use == .connecting else { return connectMore(at: now) }
        connecting -= 1
        lastFailure = error
        if downSince == nil { downSince = now }
        retryAt = now + backoff.next()
        // What will be refused again is not worth waiting for.
        guard error.postgresClass == .refuse || error.postgresClass == .bug else { return expire(at: now) }
        defer { waiters = [] }
        return waiters.map { .fail($0, error) }
    }

    /// What time has brought.
    mutating func tick(at now: Int64) -> [Action] {
        if isClosed { return finishClosing(at: now) }
        return expire(at: now) + trim(at: now) + connectMore(at: now)
    }

    /// When the next tick is due.
    var due: Int64? {
        if isClosed { return closers.isEmpty ? nil : closeDeadline }
        var times = waiters.map(deadline)
        if let retryAt, wantsMore { times.append(retryAt) }
        if openCount > settings.minimumConnections, let oldest = idle.first {
            times.append(oldest.since + settings.idleTimeout.wholeNanoseconds)
        }
        return times.min()
    }

    /// Ends everything; the continuation is resumed when it has.
    mutating func close(_ continuation: CheckedContinuation<Void, Never>, at now: Int64) -> [Action] {
        closers.append(continuation)
        guard !isClosed else { return finishClosing(at: now) }
        isClosed = true
        closeDeadline = now + settings.closePatience.wholeNanoseconds
        let failed = waiters.map { Action.fail($0, .closed) }
        let abandoned = idle.map { Action.abandon($0.link) }
        waiters = []
        idle = []
        uses = uses.filter { $0.value == .leased }
        return failed + abandoned + finishClosing(at: now)
    }

    private mutating func finishClosing(at now: Int64) -> [Action] {
        guard leasedCount == 0 || now >= closeDeadline ?? 0 else { return [] }
        defer { closers = [] }
        return closers.map { .closed($0) }
    }

    private mutating func hand(_ link: PostgresLink, at now: Int64) -> [Action] {
        if isClosed {
            uses[ObjectIdentifier(link)] = nil
            return [.abandon(link)] + finishClosing(at: now)
        }
        guard !waiters.isEmpty else {
            uses[ObjectIdentifier(link)] = .idle
            idle.append((link, now))
            return []
        }
        uses[ObjectIdentifier(link)] = .leased
        return [.give(waiters.removeFirst(), link)]
    }

    /// While the server is not there one attempt at a time is enough to find out when it is back, and only if anybody waits.
    private var wantsMore: Bool {
        guard !isClosed, uses.count - usesConnecting + connecting < settings.maximumConnections else { return false }
        if isDown { return connecting == 0 && !waiters.isEmpty }
        return waiters.count > connecting
    }

    private var usesConnecting: Int { uses.values.count { $0 == .connecting } }

    private mutating func connectMore(at now: Int64) -> [Action] {
        var actions: [Action] = []
        while wantsMore, retryAt ?? now <= now {
            connecting += 1
            actions.append(.open)
        }
        return actions
    }

    private func deadline(_ waiter: Waiter) -> Int64 {
        let limit = settings.leaseTimeout.wholeNanoseconds
        if let downSince { return max(waiter.since, downSince) + waiter.patience }
        // Nobody knows yet whether there is a server.
        guard let upSince else { return waiter.since + max(limit, settings.attemptTimeout.wholeNanoseconds * 2) }
        return max(waiter.since, upSince) + limit
    }

    private mutating func expire(at now: Int64) -> [Action] {
        let expired = waiters.filter { deadline($0) <= now }
        guard !expired.isEmpty else { return [] }
        waiters = waiters.filter { deadline($0) > now }
        let error =
            isDown
            ? lastFailure ?? DatabaseError(.connectionLost, "\(settings) cannot be reached")
            : DatabaseError(
                .busy,
                "no connection became free within \(settings.leaseTimeout): all \(openCount) are in use"
            )
        return expired.map { .fail($0, error) }
    }

    private mutating func trim(at now: Int64) -> [Action] {
        var actions: [Action] = []
        while openCount > settings.minimumConnections, let oldest = idle.first,
            oldest.since + settings.idleTimeout.wholeNanoseconds <= now
        {
            idle.removeFirst()
            uses[ObjectIdentifier(oldest.link)] = nil
            actions.append(.abandon(oldest.link))
        }
        return actions
    }
}
#endif
