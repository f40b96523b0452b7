#if PostgreSQL
import Synchronization

/// One PostgreSQL database: a pool of connections, one that listens, and the thread that serves them all.
///
/// Connections are made when they are needed and again after they were lost: a lease waits while the server restarts. What
/// was under way at the time fails with `connectionLost`, or with `outcomeUnknown` if it may have been committed.
package final class PostgresDatabase: Sendable {
    /// As given.
    package let settings: PostgresSettings
    private let counters = PostgresCounters()
    private let loop: PostgresLoop
    private let pool: PostgresPool
    private let listener: PostgresListener
    private let threads: PostgresThreads
    private let guests: PostgresGuests
    private let random: @Sendable () -> Double
    private let isClosed = Mutex(false)

    /// Starts the thread; connects to nothing yet. `random` answers from 0 up to 1 and spreads attempts to connect; `report`
    /// is told what happens to connections. Throws ``DatabaseError`` when the process has no descriptors left.
    package init(
        _ settings: PostgresSettings,
        random: @escaping @Sendable () -> Double = { Double.random(in: 0..<1) },
        report: @escaping @Sendable (PostgresEvent) -> Void = { _ in }
    ) throws {
        self.settings = settings
        self.random = random
        loop = try PostgresLoop()
        pool = PostgresPool(settings, counters, loop, random: random, report: report)
        listener = PostgresListener(settings, counters, loop, random: random, report: report)
        threads = PostgresThreads(maximum: settings.maximumThreads)
        guests = PostgresGuests(limit: settings.maximumConnections * 3 / 4)
        let (pool, listener) = (pool, listener)
        loop.addTicker { pool.tick($0) }
        loop.addTicker { listener.tick($0) }
    }

    deinit {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        listener.close()
        threads.stop()
        let loop = loop
        startThread(named: "workflow-pg-end") { loop.stop() }
    }

    /// Makes the first connection, so that what is wrong with the settings shows at once. A server that is not there is waited
    /// for up to `patience`. Throws ``DatabaseError``.
    package func start(patience: Duration = .zero) async throws {
        pool.release(try await pool.lease(patience: patience))
    }

    /// Lends a connection. Waits for one: up to `settings.leaseTimeout` while all are in use (then ``DatabaseError`` `busy`),
    /// up to `settings.reconnectPatience` while the server is not there (then what it failed with). A task that is cancelled
    /// stops waiting.
    ///
    /// Afterwards a transaction that was left open is rolled back, and a broken connection gives way to a new one.
    package func withConnection<R: Sendable>(_ body: (PostgresConnection) async throws -> R) async throws -> R {
        let link = try await pool.lease()
        let connection = PostgresConnection(link, settings)
        let result: Result<R, any Error>
        do {
            result = .success(try await body(connection))
        } catch {
            result = .failure(error)
        }
        await connection.end(counters)
        pool.release(link)
        return try result.get()
    }

    /// The same for the code of others, which may take long or wait for locks: a quarter of the connections is not for them.
    package func withGuestConnection<R: Sendable>(
        _ body: (PostgresConnection) async throws -> R
    ) async throws -> R {
        try await guests.run { try await withConnection(body) }
    }

    /// One statement on a connection of the pool, committed when it returns.
    package func query(_ sql: String, _ values: [PostgresValue] = []) async throws -> PostgresResult {
        try await withConnection { try await $0.query(sql, values) }
    }

    /// Runs what blocks on a plain thread: what uses a connection's blocking functions.
    package func onThread<R: Sendable>(_ body: @escaping @Sendable () throws -> R) async throws -> R {
        try await threads.run(body)
    }

    /// Waits before a transaction that lost to others is tried for the `attempt`th time again: up to 2 ms, then 4, then 8, at
    /// most 64, spread so that those who got into each other's way do not come back together. No wait when the task is
    /// cancelled.
    package func pauseBeforeRetry(_ attempt: Int) async {
        let longest = Double(1 << max(1, min(attempt, 6)))
        try? await Task.sleep(for: .milliseconds(longest * min(1, max(0, random()))))
    }

    /// Waits by the machine's clock: for limits on what keeps a transaction open, as the server's own are. False when the task
    /// was cancelled.
    package static func pause(for duration: Duration) async -> Bool {
        (try? await Task.sleep(for: duration)) != nil
    }

    /// Hears of what is notified on a channel, over a connection of its own. `handler` is told to resynchronize whenever
    /// listening begins, at first and after every loss, and then of payloads, equal ones that come together once.
    ///
    /// It runs on the thread that serves all connections: it must not block, nor wait for one of them.
    package func listen(_ channel: String, _ handler: @escaping @Sendable (PostgresNotification) -> Void) {
        listener.listen(channel, handler)
    }

    /// Lends nothing more, waits for what is lent (up to `settings.closePatience`), closes all connections and ends the
    /// threads. Whoever waits for a connection gets ``DatabaseError`` `closed`.
    package func close() async {
        await pool.close()
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        listener.close()
        threads.stop()
        await withCheckedContinuation { continuation in
            startThread(named: "workflow-pg-end") { [loop] in
                loop.stop()
                continuation.resume()
            }
        }
    }

    /// What has been done so far.
    package var statistics: PostgresStatistics { counters.value }

    /// Connections of the pool, and how many of them are lent.
    package var poolSize: (open: Int, leased: Int) { pool.size }
}
#endif
