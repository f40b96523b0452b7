#if PostgreSQL
import Synchronization

/// A connection for as long as a lease: ``PostgresDatabase/withConnection(_:)`` lends it, and afterwards it refuses
/// everything with ``DatabaseError`` `misuse`.
///
/// What is asked from several tasks at once is answered one after the other. What was sent goes on when the task is
/// cancelled: the caller learns what came of it. Nothing of the session may be left changed: `SET LOCAL`, not `SET`.
package final class PostgresConnection: Sendable {
    private let link: PostgresLink
    private let settings: PostgresSettings
    private let isOver = Atomic(false)
    private let wasCancelled = Atomic(false)

    init(_ link: PostgresLink, _ settings: PostgresSettings) {
        self.link = link
        self.settings = settings
    }

    /// Sends all statements at once, with one Sync: one round trip. Answers in their order.
    ///
    /// Throws the ``DatabaseError`` of the first that fails; those after it were not run. A transaction that was open is then
    /// failed; without one, all of them were undone. What a COMMIT among them committed stays, so put it last. `patience` is how long the server may keep silent, for statements that
    /// are known to take long (the server's own limit is `SET LOCAL statement_timeout`).
    package func pipeline(_ statements: [PostgresStatement], patience: Duration? = nil) async throws -> [PostgresResult]
    {
        guard !statements.isEmpty else { return [] }
        return try await link.run(work(statements), patience: nanoseconds(patience)).get()
    }

    /// One statement, prepared once for this connection.
    package func query(_ sql: String, _ values: [PostgresValue] = []) async throws -> PostgresResult {
        try Self.first(await pipeline([PostgresStatement(sql, values)]))
    }

    /// Several statements without values, as a schema has them. The first error ends them; outside of a transaction what came
    /// before it is undone with it, up to a COMMIT among them.
    package func script(_ sql: String, patience: Duration? = nil) async throws {
        _ = try await link.run(work(script: sql), patience: nanoseconds(patience)).get()
    }

    /// ``pipeline(_:patience:)`` for threads that may block, never those of the cooperative pool.
    package func pipelineBlocking(
        _ statements: [PostgresStatement],
        patience: Duration? = nil
    ) throws -> [PostgresResult] {
        guard !statements.isEmpty else { return [] }
        return try link.runBlocking(work(statements), patience: nanoseconds(patience)).get()
    }

    /// ``query(_:_:)`` for threads that may block.
    package func queryBlocking(_ sql: String, _ values: [PostgresValue] = []) throws -> PostgresResult {
        try Self.first(pipelineBlocking([PostgresStatement(sql, values)]))
    }

    /// ``script(_:patience:)`` for threads that may block.
    package func scriptBlocking(_ sql: String, patience: Duration? = nil) throws {
        _ = try link.runBlocking(work(script: sql), patience: nanoseconds(patience)).get()
    }

    /// A transaction is open, failed or not.
    package var isInTransaction: Bool { link.isInTransaction }

    /// The server's process for this session.
    package var backendPID: Int32 { link.backendPID }

    /// Asks the server to cancel what runs, from a thread of its own: it ends with `timeout` (SQLSTATE 57014), unless it was
    /// over before. The connection is not used again after this lease, since the request may arrive late.
    package func cancel() {
        wasCancelled.store(true, ordering: .relaxed)
        guard !isOver.load(ordering: .acquiring), let cancelling = link.cancelling else { return }
        startThread(named: "workflow-pg-end") { cancelling.cancel() }
    }

    /// Ends the lease: nothing stays open.
    func end(_ counters: PostgresCounters) async {
        isOver.store(true, ordering: .releasing)
        if wasCancelled.load(ordering: .relaxed) { return link.abandon() }
        let patience = nanoseconds(nil)
        // Somebody may have gone without waiting for the answer.
        if link.isBusy { _ = await link.run(.pipeline([]), patience: patience) }
        guard link.isInTransaction else { return }
        counters.count { $0.abandonedTransactions += 1 }
        let outcome: PostgresJob.Outcome
        do {
            let statements = try PostgresJob.encode([PostgresStatement("ROLLBACK")])
            outcome = await link.run(.pipeline(statements), patience: patience)
        } catch {
            return link.abandon()
        }
        if case .failure = outcome { link.abandon() } else if link.isInTransaction { link.abandon() }
    }

    private func work(_ statements: [PostgresStatement]) throws -> PostgresJob.Work {
        try check()
        return .pipeline(try PostgresJob.encode(statements))
    }

    private func work(script sql: String) throws -> PostgresJob.Work {
        try check()
        guard !sql.utf8.contains(0) else { throw DatabaseError(.misuse, "the script holds a NUL") }
        return .script(sql)
    }

    private func check() throws {
        guard !isOver.load(ordering: .acquiring) else {
            throw DatabaseError(.misuse, "the connection was given back: it may be used only while it is lent")
        }
    }

    private func nanoseconds(_ patience: Duration?) -> Int64? {
        (patience ?? settings.answerTimeout).map { $0.wholeNanoseconds }
    }

    private static func first(_ results: [PostgresResult]) throws -> PostgresResult {
        guard let first = results.first else { throw DatabaseError(.misuse, "the statement was not answered") }
        return first
    }
}
#endif
