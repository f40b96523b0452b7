#if PostgreSQL
import Database
import PostgresServer
import Synchronization
import Testing

/// On a server of their own, one after the other: they break it.
@Suite(.postgres, .serialized) struct PostgresFaultTests {
    private static let server = Result { try PostgresServer() }

    private func broken(
        configure: (inout PostgresSettings) -> Void = { _ in },
        report: @escaping @Sendable (PostgresEvent) -> Void = { _ in }
    ) async throws -> (PostgresServer, PostgresDatabase) {
        let server = try Self.server.get()
        return (server, try await postgres(on: server, configure: configure, report: report))
    }

    @Test
    func
        `work goes on after the server was killed and started again, and nothing acknowledged is lost`()
        async throws
    {
        let events = Mutex((lost: 0, back: 0))
        let (server, database) = try await broken {
            $0.maximumConnections = 4
        } report: { event in
            events.withLock { events in
                switch event {
                case .connectionLost: events.lost += 1
                case .reachable: events.back += 1
                case .connectFailed: break
                }
            }
        }
        _ = try await database.query(
            "CREATE TABLE t (task int8, number int8, PRIMARY KEY (task, number))"
        )
        let isOver = Record<Bool>()
        let acknowledged = try await withThrowingTaskGroup(of: (Int64, failures: Int).self) { group in
            for task in Int64(0)..<8 {
                group.addTask {
                    var number: Int64 = 0
                    var failures = 0
                    while isOver.things.isEmpty {
                        do {
                            let insert = "INSERT INTO t VALUES ($1, $2) ON CONFLICT DO NOTHING"
                            _ = try await database.query(insert, [.integer(task), .integer(number)])
                            number += 1
                        } catch let error as DatabaseError where error.postgresClass == .reconnect {
                            failures += 1
                        }
                    }
                    return (number, failures)
                }
            }
            for _ in 0..<3 {
                let before = try await Self.count(database)
                #expect(try await eventually { try await Self.count(database) > before + 20 })
                try server.restart(.immediate)
            }
            let before = try await Self.count(database)
            #expect(try await eventually { try await Self.count(database) > before + 20 })
            isOver.add(true)
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(try await Self.count(database) == acknowledged.reduce(0) { $0 + $1.0 })
        #expect(acknowledged.allSatisfy { $0.0 > 0 })
        #expect(events.withLock { $0.lost } > 0 && database.poolSize.open <= 4)
        await database.close()
    }

    /// Rows there are, over restarts.
    private static func count(_ database: PostgresDatabase) async throws -> Int64 {
        for _ in 0..<100 {
            do {
                return try await database.query("SELECT count(*) FROM t").integer(0, 0)
            } catch let error as DatabaseError where error.postgresClass == .reconnect {
                continue
            }
        }
        return -1
    }

    @Test func `what was under way when the server died is lost or unknown, and said so`()
        async throws
    {
        let (server, database) = try await broken()
        _ = try await database.query("CREATE TABLE t (x int8)")
        let tasks: [(String, DatabaseError.Code)] = [
            ("SELECT pg_sleep(60)", .connectionLost),
            ("INSERT INTO t SELECT 1 FROM pg_sleep(60)", .outcomeUnknown),
        ]
        for (sql, code) in tasks {
            let task = Task { try await database.query(sql) }
            let active =
                "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%sleep(60)'"
            #expect(try await eventually { try server.run(active) == "1" })
            try server.restart(.immediate)
            let error = await databaseError { _ = try await task.value }
            #expect(error?.code == code, "\(sql): \(String(describing: error))")
            #expect(error?.postgresClass == .reconnect)
        }
        // Within a transaction nothing can have been committed.
        try await database.withConnection { connection in
            _ = try await connection.query("BEGIN")
            _ = try await connection.query("INSERT INTO t VALUES (1)")
            try server.restart(.immediate)
            let error = await databaseError {
                _ = try await connection.query("INSERT INTO t VALUES (2)")
            }
            #expect(error?.code == .connectionLost)
            // Nor by a commit that could not be sent any more.
            #expect(
                await databaseError { _ = try await connection.query("COMMIT") }?.code == .connectionLost
            )
        }
        #expect(try await database.query("SELECT count(*) FROM t").integer(0, 0) == 0)
        await database.close()
    }

    @Test func `a session that the server ends says why, and another takes its place`() async throws {
        let (server, database) = try await broken()
        let task = Task {
            try await database.withConnection { connection in
                _ = try await connection.query("BEGIN")
                return try await connection.query("SELECT pg_sleep(60)")
            }
        }
        let active =
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND query LIKE '%sleep(60)'"
        #expect(try await eventually { try server.run(active) == "1" })
        try server.terminateConnections()
        let error = await databaseError { _ = try await task.value }
        #expect(error?.code == .connectionLost && error?.sqlState == "57P01")
        #expect(try await database.query("SELECT 1").rowCount == 1)
        await database.close()
    }

    @Test func `a server that keeps silent costs the connection, not the process`() async throws {
        let (server, database) = try await broken {
            $0.statementTimeout = .milliseconds(1_000)
            $0.answerMargin = .milliseconds(500)
            $0.connectTimeout = .milliseconds(300)
            $0.reconnectPatience = .milliseconds(500)
        }
        _ = try await database.query("CREATE TABLE t (x int8)")
        try server.pause(true)
        let read = await databaseError { _ = try await database.query("SELECT 1") }
        #expect(read?.code == .timeout)
        let down = await databaseError { _ = try await database.query("SELECT 1") }
        #expect(down?.code == .connectionLost)
        try server.pause(false)
        #expect(
            await eventually { await databaseError { _ = try await database.query("SELECT 1") } == nil }
        )
        try await database.withConnection { connection in
            _ = try await connection.pipeline(
                [PostgresStatement("BEGIN"), PostgresStatement("INSERT INTO t VALUES (1)")]
            )
            try server.pause(true)
            let error = await databaseError { _ = try await connection.query("COMMIT") }
            #expect(error?.code == .outcomeUnknown)
            try server.pause(false)
        }
        await database.close()
    }

    @Test
    func
        `a lease waits for a server that is away, but not for ever, and not if it would be refused`()
        async throws
    {
        let (server, database) = try await broken { $0.reconnectPatience = .milliseconds(400) }
        try server.stop(.immediate)
        let error = await databaseError { _ = try await database.query("SELECT 1") }
        #expect(error?.code == .connectionLost || error?.code == .outcomeUnknown)
        let away = await databaseError { _ = try await database.query("SELECT 1") }
        #expect(away?.code == .connectionLost)
        #expect(away?.message.contains("failed") == true)
        let settings = try PostgresSettings(server.connectionString())
        let stranger = try PostgresDatabase(settings)
        // Who starts is told at once.
        #expect(await databaseError { try await stranger.start() }?.code == .connectionLost)
        async let started: Void = stranger.start(patience: .seconds(60))
        try server.start()
        try await started
        await stranger.close()
        #expect(
            await eventually { await databaseError { _ = try await database.query("SELECT 1") } == nil }
        )
        await database.close()

        let nowhere = try PostgresDatabase(PostgresSettings(server.connectionString("nowhere")))
        let refused = await databaseError { try await nowhere.start(patience: .seconds(60)) }
        #expect(refused?.code == .cannotOpen && refused?.sqlState == "3D000")
        #expect(refused?.message.contains("nowhere") == true)
        await nowhere.close()
    }
}
#endif
