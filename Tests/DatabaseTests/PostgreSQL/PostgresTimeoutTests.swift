#if PostgreSQL
import Database
import Testing

@Suite(.postgres) struct PostgresTimeoutTests {
    @Test func `a statement that takes too long is ended by the server`() async throws {
        let database = try await postgres { $0.statementTimeout = .milliseconds(600) }
        let error = await databaseError { _ = try await database.query("SELECT pg_sleep(60)") }
        #expect(
            error?.code == .timeout && error?.sqlState == "57014" && error?.postgresClass == .retry
        )
        // In a pipeline the limit is for each.
        try await database.withConnection { connection in
            let naps = try await connection.pipeline(
                (0..<3).map { _ in PostgresStatement("SELECT pg_sleep(0.25)") }
            )
            #expect(naps.count == 3)
        }
        #expect(database.statistics.connects == 1)
        await database.close()
    }

    @Test func `a lock that others hold is waited for so long`()
        async throws
    {
        let database = try await postgres { $0.lockTimeout = .milliseconds(100) }
        try await database.withConnection { holder in
            try await holder.script("CREATE TABLE t (x int8); INSERT INTO t VALUES (1), (2)")
            _ = try await holder.pipeline([
                PostgresStatement("BEGIN"), PostgresStatement("LOCK TABLE t"),
            ])
            let error = await databaseError { _ = try await database.query("UPDATE t SET x = 3") }
            #expect(
                error?.code == .busy && error?.sqlState == "55P03" && error?.postgresClass == .retry
            )
        }
        await database.close()
    }

    /// A process that was stopped between two statements comes back to a session that is over, with locks that others have.
    @Test func `who sleeps within a transaction loses it with its locks, and what comes late is not written`()
        async throws
    {
        let database = try await postgres { $0.idleInTransactionTimeout = .milliseconds(200) }
        _ = try await database.query("CREATE TABLE t AS SELECT 'before' AS x")
        try await database.withConnection { connection in
            _ = try await connection.pipeline([
                PostgresStatement("BEGIN"), PostgresStatement("UPDATE t SET x = 'asleep'"),
            ])
            // It waits for the lock until the server takes that from whoever sleeps.
            _ = try await database.query("UPDATE t SET x = x || ', next'")
            let error = await databaseError {
                _ = try await connection.pipeline([
                    PostgresStatement("UPDATE t SET x = 'late'"), PostgresStatement("COMMIT"),
                ])
            }
            #expect(error?.isWorthRetrying == true, "\(error.map { "\($0)" } ?? "it was not refused")")
        }
        #expect(try await database.query("SELECT x FROM t").text(0, 0) == "before, next")
        await database.close()
    }

    @Test func `of two who wait for each other one is undone, and told to run again`() async throws {
        let database = try await postgres()
        try await database.withConnection { first in
            try await first.script("CREATE TABLE t (x int8, n int8); INSERT INTO t VALUES (1, 0), (2, 0)")
            let update = "UPDATE t SET n = n + 1 WHERE x = $1"
            let errors = try await database.withConnection { second in
                for (connection, row) in [(first, Int64(1)), (second, 2)] {
                    _ = try await connection.pipeline([
                        PostgresStatement("BEGIN"), PostgresStatement("SET LOCAL deadlock_timeout = '50ms'"),
                        PostgresStatement(update, [.integer(row)]),
                    ])
                }
                let one = Task { await databaseError { _ = try await first.query(update, [.integer(2)]) } }
                let other = Task { await databaseError { _ = try await second.query(update, [.integer(1)]) } }
                return [await one.value, await other.value].compactMap(\.self)
            }
            #expect(errors.count == 1 && errors.first?.sqlState == "40P01")
            #expect(errors.first?.code == .serialization && errors.first?.postgresClass == .retry)
        }
        await database.close()
    }

    @Test func `what runs can be cancelled, and the connection is not used again`() async throws {
        let database = try await postgres()
        let pid = try await database.withConnection { connection in
            let answer = Task { try await connection.query("SELECT pg_sleep(60)") }
            let active =
                "SELECT count(*) FROM pg_stat_activity WHERE pid = $1 AND wait_event = 'PgSleep'"
            let pid = connection.backendPID
            let isRunning = try await eventually {
                try await database.query(active, [.integer(Int64(pid))]).integer(0, 0) == 1
            }
            #expect(isRunning)
            connection.cancel()
            let error = await databaseError { _ = try await answer.value }
            #expect(error?.code == .timeout && error?.sqlState == "57014")
            return pid
        }
        let others = try await database.query("SELECT pg_backend_pid()").integer(0, 0)
        #expect(others != Int64(pid))
        await database.close()
    }

    @Test func `a transaction that is left alone is ended by the server`() async throws {
        let database = try await postgres { $0.idleInTransactionTimeout = .milliseconds(100) }
        try await database.withConnection { connection in
            _ = try await connection.query("BEGIN")
            #expect(await eventually { database.statistics.losses == 1 })
            #expect(
                await databaseError { _ = try await connection.query("COMMIT") }?.postgresClass
                    == .reconnect
            )
        }
        #expect(try await database.query("SELECT 1").rowCount == 1)
        await database.close()
    }
}
#endif
