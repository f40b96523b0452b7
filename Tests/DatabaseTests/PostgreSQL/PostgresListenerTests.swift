#if PostgreSQL
import Database
import PostgresServer
import Testing

@Suite(.postgres) struct PostgresListenerTests {
    @Test func `notifications arrive, each channel for itself, equal ones that come together once`()
        async throws
    {
        let database = try await postgres()
        let tasks = Record<PostgresNotification>()
        let others = Record<PostgresNotification>()
        database.listen("odd \"name\"") { tasks.add($0) }
        #expect(await eventually { tasks.things == [.resynchronize] })
        database.listen("others") { others.add($0) }
        #expect(await eventually { others.things == [.resynchronize] })
        // Two transactions whose notices are sent in one piece come together; one transaction folds equal ones by itself.
        try await database.withConnection { connection in
            try await connection.script(
                """
                BEGIN; NOTIFY "odd ""name\""", 'a'; NOTIFY "odd ""name\""", 'a'; NOTIFY "odd ""name\""", 'b'; COMMIT;
                NOTIFY others, 'end'
                """
            )
        }
        #expect(await eventually { others.things == [.resynchronize, .payload("end")] })
        #expect(tasks.things == [.resynchronize, .payload("a"), .payload("b")])
        #expect(database.statistics.notifications == 3)
        await database.close()
    }

    @Test func `many equal notices that arrive together are told once`() async throws {
        let database = try await postgres()
        let heard = Record<PostgresNotification>()
        let blocked = Record<Int>()
        database.listen("batch") { notification in
            heard.add(notification)
            // Whoever listens holds up the thread for a moment: the rest piles up in the socket.
            if notification == .payload("first") {
                while blocked.things.isEmpty {}
            }
        }
        #expect(await eventually { heard.things == [.resynchronize] })
        let server = try PostgresServer.shared
        let name = try await database.query("SELECT current_database()").text(0, 0)
        try server.run("NOTIFY batch, 'first'", in: name)
        #expect(await eventually { heard.things.count == 2 })
        try server.run("SELECT count(*) FROM generate_series(1, 3)", in: name)
        for _ in 0..<5 { try server.run("NOTIFY batch, 'again'", in: name) }
        blocked.add(1)
        try server.run("NOTIFY batch, 'end'", in: name)
        #expect(await eventually { heard.things.last == .payload("end") })
        #expect(
            heard.things == [.resynchronize, .payload("first"), .payload("again"), .payload("end")]
        )
        await database.close()
    }

    @Test func `a listener that lost its connection listens again and is told to look for itself`()
        async throws
    {
        let server = try PostgresServer.shared
        let database = try await postgres()
        let heard = Record<PostgresNotification>()
        database.listen("tasks") { heard.add($0) }
        #expect(await eventually { heard.things == [.resynchronize] })
        let name = try await database.query("SELECT current_database()").text(0, 0)
        try server.terminateConnections(to: name)
        #expect(await eventually { heard.things == [.resynchronize, .resynchronize] })
        _ = try await database.query("SELECT pg_notify('tasks', 'after')")
        #expect(await eventually { heard.things.last == .payload("after") })
        await database.close()
        #expect(heard.things.count == 3)
    }

    @Test func `a listener that hears nothing asks whether the server is there`() async throws {
        let database = try await postgres { $0.healthCheckAfter = .milliseconds(50) }
        let heard = Record<PostgresNotification>()
        database.listen("tasks") { heard.add($0) }
        #expect(await eventually { heard.things == [.resynchronize] })
        let before = database.statistics.roundTrips
        #expect(await eventually { database.statistics.roundTrips > before + 2 })
        #expect(heard.things == [.resynchronize])
        await database.close()
    }
}
#endif
