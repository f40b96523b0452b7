#if PostgreSQL
import Database
import History
import PostgresServer
import TestDatabases
import Testing
import WorkflowAPI
import WorkflowTesting

/// What one run does to all others of a process: nothing, whoever keeps it locked, and whatever names it.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable)))
struct PostgresContentionTests {
    /// How many sessions of a database wait for a lock now.
    private static func waiting(_ server: PostgresServer, _ name: String) throws -> Bool {
        let count = "SELECT count(*) FROM pg_stat_activity WHERE datname = '\(name)' AND wait_event_type = 'Lock'"
        return try server.run(count) != "0"
    }

    @Test(.timeLimit(.minutes(10))) func `a run that somebody keeps locked holds nobody else up`() async throws {
        let server = try PostgresServer.shared
        let name = try await PostgresStores.borrow(server)
        let clock = ManualEngineClock()
        let database = try PostgresStores.database(server, name)
        let h = ConformanceHarness(over: try await PostgresStores.open(database, clock: clock), clock: clock)
        try await h.start("locked")
        let other = try PostgresStores.database(server, name)
        try await other.withConnection { connection in
            _ = try await connection.pipeline([
                PostgresStatement("BEGIN"),
                PostgresStatement("SELECT run_key FROM execution WHERE workflow_id = 'locked' FOR UPDATE"),
            ])
            async let signal: Void = h.signal("s", "locked")
            while try !Self.waiting(server, name) { await Task.yield() }
            for number in 0..<5 {
                try await h.start(WorkflowID("free-\(number)"))
                try await h.signal("s", WorkflowID("free-\(number)"))
            }
            // It still waits, for its run alone.
            #expect(try Self.waiting(server, name))
            _ = try await connection.pipeline([PostgresStatement("COMMIT")])
            try await signal
        }
        #expect(try await h.types("locked").last == .workflowExecutionSignaled)
        await other.close()
        await h.close()
        PostgresStores.giveBack(server, name)
    }

    @Test(.timeLimit(.minutes(10))) func `rows that name a run which is not there hold nobody up`() async throws {
        let server = try PostgresServer.shared
        let name = try await PostgresStores.borrow(server)
        let clock = ManualEngineClock()
        let database = try PostgresStores.database(server, name)
        let h = ConformanceHarness(over: try await PostgresStores.open(database, clock: clock), clock: clock)
        try await h.start()
        try await h.turn([.timer("t", .seconds(1))])
        try server.run(
            """
            INSERT INTO workflow.timer (run_key, started_event_id, namespace_id, timer_id, fire_time)
                SELECT 42, 1, namespace_id, 'x', 1 FROM workflow.execution;
            INSERT INTO workflow.current_execution (namespace_id, workflow_id, run_key)
                SELECT namespace_id, 'gone', 43 FROM workflow.execution
            """,
            in: name
        )
        clock.advance(by: .seconds(1))
        #expect(try await h.store.runDue(limit: 64).handled == 1)
        #expect(try await h.store.runDue(limit: 64).handled == 0)
        await h.refused(.notFound) { try await h.terminate("gone") }
        try await h.start("gone")
        #expect(try await h.types("gone").first == .workflowExecutionStarted)
        await h.close()
        PostgresStores.giveBack(server, name)
    }

    @Test func `the session of another role is named only while something names it`() async throws {
        let server = try PostgresServer.shared
        let name = try await PostgresStores.borrow(server)
        let clock = ManualEngineClock()
        let database = try PostgresStores.database(server, name)
        let h = ConformanceHarness(over: try await PostgresStores.open(database, clock: clock), clock: clock)
        _ = try await h.register("worker-c")
        try server.makeRole("somebody")
        try server.run("UPDATE workflow.session SET role_name = 'somebody'; DELETE FROM workflow.process", in: name)
        try await h.advance(by: .seconds(30))
        let before = database.statistics
        #expect(try await h.store.reapSessions() == 0)
        #expect(database.statistics.roundTrips - before.roundTrips <= 1)
        await h.close()
        PostgresStores.giveBack(server, name)
    }
}
#endif
