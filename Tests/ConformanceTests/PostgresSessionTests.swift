#if PostgreSQL
import Database
import History
import PostgresServer
import TestDatabases
import Testing
import WorkflowAPI
import WorkflowTesting

/// What a dead worker had is ended although the server refuses to for a while.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable)))
struct PostgresSessionTests {
    @Test func `a session whose tasks could not be ended is remembered until they are`() async throws {
        let server = try PostgresServer.shared
        // Not given back: what it is dirtied with is no row.
        let name = try await PostgresStores.borrow(server)
        let clock = ManualEngineClock()
        let database = try PostgresStores.database(server, name)
        let h = ConformanceHarness(over: try await PostgresStores.open(database, clock: clock), clock: clock)
        try await h.start("step")
        try await h.turn([.activity()])
        try await h.start("turn")
        let worker = try await h.register("worker-c")
        let turn = try await h.take(worker)
        let step = try await h.takeActivity(worker)

        try server.run(
            """
            CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'not now'; END $$;
            CREATE TRIGGER refuse BEFORE UPDATE ON workflow.execution FOR EACH ROW EXECUTE FUNCTION refuse()
            """,
            in: name
        )
        try await h.store.closeSession(worker.session)
        #expect(try await sessions(database) == [worker.session])
        try server.run("DROP FUNCTION refuse CASCADE", in: name)

        try await h.advance(by: .seconds(5))
        _ = try await h.store.reapSessions()
        #expect(try await sessions(database) == [])
        await h.refused(.staleTask) { try await h.complete(turn, [.complete()]) }
        await h.refused(.staleTask) { try await h.complete(step) }
        try await h.advance(by: .seconds(1))
        #expect(try await h.take().attempt == 2)
        #expect(try await h.takeActivity().attempt == 2)
        await h.close()
    }

    @Test func `a lease from before the server's clock was set back holds nothing up`() async throws {
        let server = try PostgresServer.shared
        let name = try await PostgresStores.borrow(server)
        let (clock, earlier) = (ManualEngineClock(), ManualEngineClock())
        let dead = ConformanceHarness(
            over: try await PostgresStores.open(try PostgresStores.database(server, name), clock: clock),
            clock: clock
        )
        try await dead.start("step")
        try await dead.turn([.activity()])
        let step = try await dead.takeActivity(try await dead.register("worker-c"))
        _ = try await dead.store.reapSessions()

        earlier.advance(by: .seconds(-3600))
        let database = try PostgresStores.database(server, name)
        let other = ConformanceHarness(over: try await PostgresStores.open(database, clock: earlier), clock: earlier)
        #expect(try await other.store.reapSessions() == 1)
        #expect(try await sessions(database) == [])
        await dead.refused(.staleTask) { try await dead.complete(step) }
        // Whose own clock is set back looks again at once, not in an hour.
        _ = try await other.register("worker-c")
        clock.advance(by: .seconds(-3600 + 11))
        _ = try await dead.store.reapSessions()
        #expect(try await sessions(database) == [])
        await other.close()
        await dead.close()
    }

    private func sessions(_ database: PostgresDatabase) async throws -> [Int64] {
        try await database.look { try $0.query("SELECT session_id FROM session WHERE identity = 'worker-c'") }
            .map { $0.integer(0) }
    }
}
#endif
