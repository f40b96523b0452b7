#if PostgreSQL
import Database
import PostgresServer
import Testing

@Suite(.postgres) struct PostgresPoolTests {
    @Test func `there are never more connections than allowed, and everybody gets a turn`()
        async throws
    {
        let database = try await postgres { $0.maximumConnections = 3 }
        let highest = Record<Int>()
        let done = try await withThrowingTaskGroup(of: Int.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<25 {
                        try await database.withConnection { connection in
                            let leased = database.poolSize.leased
                            highest.add(leased)
                            _ = try await connection.query("SELECT 1")
                        }
                    }
                    return 25
                }
            }
            return try await group.reduce(0, +)
        }
        #expect(done == 200)
        #expect(highest.things.max() ?? 0 <= 3)
        #expect(database.poolSize.open <= 3 && database.poolSize.leased == 0)
        #expect(database.statistics.connects <= 3)
        await database.close()
    }

    @Test func `who comes first is served first`() async throws {
        let database = try await postgres { $0.maximumConnections = 1 }
        let order = Record<Int>()
        try await withThrowingTaskGroup(of: Void.self) { group in
            try await database.withConnection { connection in
                for number in 0..<5 {
                    let waits = database.statistics.waits
                    group.addTask { try await database.withConnection { _ in order.add(number) } }
                    #expect(await eventually { database.statistics.waits > waits })
                }
                _ = try await connection.query("SELECT 1")
            }
            try await group.waitForAll()
        }
        #expect(order.things == [0, 1, 2, 3, 4])
        await database.close()
    }

    @Test func `the code of others never has all connections, and who is cancelled while it waits leaves its place`()
        async throws
    {
        let database = try await postgres { $0.maximumConnections = 4 }
        let gate = Record<CheckedContinuation<Void, Never>>()
        let inside = Record<Int>()
        func visit(_ number: Int) -> Task<Void, any Error> {
            Task {
                try await database.withGuestConnection { _ in
                    inside.add(number)
                    await withCheckedContinuation { gate.add($0) }
                }
            }
        }
        let guests = (0..<3).map(visit)
        #expect(await eventually { gate.things.count == 3 })
        let cancelled = visit(3)
        cancelled.cancel()
        await #expect(throws: CancellationError.self) { try await cancelled.value }
        let late = visit(4)
        // What renews leases still gets through.
        for _ in 0..<10 { _ = try await database.query("SELECT 1") }
        #expect(inside.things.count == 3 && database.poolSize.leased == 3)
        gate.things[0].resume()
        #expect(await eventually { gate.things.count == 4 })
        #expect(inside.things.last == 4)
        for waiting in gate.things.dropFirst() { waiting.resume() }
        for guest in guests + [late] { try await guest.value }
        #expect(database.poolSize.leased == 0)
        await database.close()
    }

    @Test func `a lease is waited for so long and no longer, and not at all by who is cancelled`()
        async throws
    {
        let database = try await postgres {
            $0.maximumConnections = 1
            $0.leaseTimeout = .milliseconds(200)
        }
        try await database.withConnection { _ in
            let error = await databaseError { _ = try await database.query("SELECT 1") }
            #expect(error?.code == .busy && error?.postgresClass == .retry)
            #expect(error?.message.contains("all 1 are in use") == true)
        }
        #expect(try await database.query("SELECT 1").rowCount == 1)
        await database.close()

        let patient = try await postgres { $0.maximumConnections = 1 }
        try await patient.withConnection { _ in
            let task = Task { try await patient.query("SELECT 1") }
            #expect(await eventually { patient.statistics.waits > 1 })
            task.cancel()
            await #expect(throws: CancellationError.self) { try await task.value }
        }
        #expect(try await patient.query("SELECT 1").rowCount == 1)
        await patient.close()
    }

    @Test func `a statement that was sent goes on when its task is cancelled`() async throws {
        let database = try await postgres { $0.lockTimeout = .zero }
        _ = try await database.query("CREATE TABLE t (x int8)")
        let task = try await database.withConnection { holder in
            _ = try await holder.query("SELECT pg_advisory_lock(1)")
            let task = Task {
                try await database.query("INSERT INTO t SELECT 1 FROM pg_advisory_xact_lock(1)").affectedRows
            }
            let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
            let isSent = try await eventually { try await holder.query(waiting).integer(0, 0) == 1 }
            #expect(isSent)
            task.cancel()
            _ = try await holder.query("SELECT pg_advisory_unlock(1)")
            return task
        }
        #expect(try await task.value == 1)
        #expect(try await database.query("SELECT count(*) FROM t").integer(0, 0) == 1)
        await database.close()
    }

    @Test
    func
        `a transaction that was left open is rolled back, and a connection does not outlive its lease`()
        async throws
    {
        let database = try await postgres { $0.maximumConnections = 1 }
        let kept = try await database.withConnection { connection in
            try await connection.script("CREATE TABLE t (x int8); BEGIN")
            _ = try await connection.query("INSERT INTO t VALUES (1)")
            return connection
        }
        #expect(
            try await database.query("SELECT count(*) FROM pg_class WHERE relname = 't'").integer(0, 0)
                == 0
        )
        #expect(await databaseError { _ = try await kept.query("SELECT 1") }?.code == .misuse)
        #expect(await databaseError { try await kept.script("SELECT 1") }?.code == .misuse)
        struct Trouble: Error {}
        await #expect(throws: Trouble.self) {
            try await database.withConnection { connection in
                _ = try await connection.query("BEGIN")
                _ = await databaseError { _ = try await connection.query("SELECT nonsense") }
                throw Trouble()
            }
        }
        #expect(try await database.query("SELECT 1").rowCount == 1)
        #expect(database.statistics.abandonedTransactions == 2)
        #expect(database.statistics.connects == 1)
        await database.close()
    }

    @Test func `the sessions are set up as the settings say`() async throws {
        let database = try await postgres {
            $0.searchPath = ["work\"flow", "public"]
            $0.statementTimeout = .milliseconds(1_500)
            $0.lockTimeout = .seconds(2)
            $0.idleInTransactionTimeout = .seconds(10)
            $0.applicationName = "tests of the driver"
        }
        let result = try await database.query(
            """
            SELECT current_setting('search_path'), current_setting('statement_timeout'),
            current_setting('lock_timeout'), current_setting('idle_in_transaction_session_timeout'),
            current_setting('application_name'), current_setting('client_encoding')
            """
        )
        #expect(
            try (0..<6).map { try result.text(0, $0) }
                == ["\"work\"\"flow\", \"public\"", "1500ms", "2s", "10s", "tests of the driver", "UTF8"]
        )
        await database.close()
    }

    @Test func `a connection that died while it was idle is not handed out`() async throws {
        let server = try PostgresServer.shared
        let database = try await postgres { $0.healthCheckAfter = .zero }
        let name = try await database.query("SELECT current_database()").text(0, 0)
        let checks = database.statistics.roundTrips
        #expect(try await database.query("SELECT 1").rowCount == 1)
        // Asked first, then used.
        #expect(database.statistics.roundTrips - checks == 2)
        try server.terminateConnections(to: name)
        #expect(try await database.query("SELECT 1").rowCount == 1)
        #expect(database.statistics.connects == 2)
        await database.close()
    }

    @Test func `connections above the minimum are closed when nobody needs them`() async throws {
        let database = try await postgres {
            $0.minimumConnections = 1
            $0.idleTimeout = .milliseconds(50)
        }
        try await withThrowingTaskGroup(of: Void.self) { group in
            let meeting = Record<Int>()
            for number in 0..<4 {
                group.addTask {
                    try await database.withConnection { _ in
                        meeting.add(number)
                        #expect(await eventually { meeting.things.count == 4 })
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(database.statistics.connects == 4)
        #expect(await eventually { database.poolSize.open == 1 })
        #expect(database.statistics.losses == 0)
        await database.close()
    }

    @Test func `closing waits for what is lent and refuses the rest`() async throws {
        let database = try await postgres { $0.maximumConnections = 1 }
        let name = try await database.query("SELECT current_database()").text(0, 0)
        let isOver = Record<Bool>()
        let lent = Task {
            try await database.withConnection { connection in
                _ = await eventually { !isOver.things.isEmpty }
                return try await connection.query("SELECT 7").integer(0, 0)
            }
        }
        #expect(await eventually { database.poolSize.leased == 1 })
        let waiting = Task { try await database.query("SELECT 1") }
        #expect(await eventually { database.statistics.waits > 1 })
        async let closing: Void = database.close()
        #expect(await databaseError { _ = try await waiting.value }?.code == .closed)
        isOver.add(true)
        #expect(try await lent.value == 7)
        await closing
        #expect(await databaseError { _ = try await database.query("SELECT 1") }?.code == .closed)
        await database.close()
        let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)'"
        #expect(try await eventually { try PostgresServer.shared.run(open) == "0" })
    }

    @Test func `a database that is forgotten lets go of its connections`() async throws {
        var database: PostgresDatabase? = try await postgres()
        let name = try await database?.query("SELECT current_database()").text(0, 0) ?? ""
        database = nil
        let open = "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)'"
        #expect(try await eventually { try PostgresServer.shared.run(open) == "0" })
    }
}
#endif
