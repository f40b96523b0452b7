#if PostgreSQL
import Database
@testable import History
import PostgresServer
import TestDatabases
import Testing
import WorkflowAPI
import WorkflowTesting

/// What two processes do to each other between the statements of one batch.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable)), .serialized)
struct PostgresBatchTests {
    /// Whoever reads timers waits until nobody holds the gate, and sees them as they were before.
    private static let gate = """
        CREATE FUNCTION workflow.pass_gate() RETURNS BOOLEAN LANGUAGE plpgsql AS $$
        BEGIN
            PERFORM pg_advisory_lock_shared(7);
            PERFORM pg_advisory_unlock_shared(7);
            RETURN true;
        END $$;
        CREATE POLICY gate ON workflow.timer AS RESTRICTIVE FOR SELECT USING ((SELECT workflow.pass_gate()))
        """

    private struct Place {
        let server: PostgresServer
        let name: String
        let store: PostgresHistoryStore
        let h: ConformanceHarness
        /// Of the run with the timer.
        let runKey: Int64
        let timer: DueRow

        /// A run whose one timer is due, at which nobody has looked yet.
        init() async throws {
            server = try PostgresServer.shared
            name = try server.makeDatabase(ownedBy: PostgresStores.role)
            let database = try PostgresStores.database(server, name)
            try await PostgresSchema.prepare(database, createIfMissing: true, at: 0)
            let clock = ManualEngineClock()
            store = try await PostgresStores.open(database, clock: clock)
            h = ConformanceHarness(over: store, clock: clock)
            try await h.start()
            try await h.turn([.timer("t", .seconds(1))])
            clock.advance(by: .seconds(1))
            let state = try await store.read(.current(.default, .order))
            runKey = state.execution.runKey
            timer = .timer(try #require(state.timers.loaded.first).startedEventID)
            try server.run(PostgresBatchTests.gate, in: name)
        }

        /// A member that fires the timer, and counts that.
        func firing(_ fired: Box<Int>) -> BatchMember {
            let timer = timer
            return BatchMember(
                work: .update(.key(runKey), reading: timer.readSet, unlessUsed: nil) { run in
                    guard run.state.holds(timer) else { throw NothingToDo() }
                    try run.perform(timer)
                    fired.value = (fired.value ?? 0) + 1
                },
                end: { _ in }
            )
        }

        /// A member that takes the next workflow task.
        func claiming() -> BatchMember {
            let request = TaskClaimRequest(kind: .workflow, namespaceID: 1, queues: [.main], session: 0)
            return BatchMember(
                work: .claim(request) { run, _ in
                    _ = try run.takeWorkflowTask(
                        by: .init(worker: WorkerIdentity(identity: "worker"), stickyQueue: nil)
                    )
                },
                end: { _ in }
            )
        }

        /// Returns when somebody waits at the gate.
        func awaitVisitor() async throws {
            for _ in 0..<10_000 {
                let waiting = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted"
                if try server.run(waiting, in: name) != "0" { return }
                await Task.yield()
            }
            Issue.record("nobody came to the gate")
        }
    }

    @Test func `a run that a poll obtains just when another process lets go of it is locked for the rest of its batch`()
        async throws
    {
        let place = try await Place()
        let store = place.store
        let (here, elsewhere) = (Box<Int>(), Box<Int>())
        let outcome = try await store.database.withConnection { other in
            // Another process has the run, and fires its timer.
            var first = TransitionBatch([place.firing(elsewhere)], store.context)
            try await first.read(on: other)
            _ = try await other.query("SELECT pg_advisory_xact_lock(7)")
            // Here the same timer is due, and somebody polls: the run is passed by, the timer is read as it was, and when
            // the other commits, the poll finds the task that it has made.
            async let mine = store.database.withConnection { connection in
                var second = TransitionBatch([place.firing(here), place.claiming()], store.context)
                return try await second.run(on: connection)
            }
            try await place.awaitVisitor()
            // The commit opens the gate.
            _ = try await first.finish(on: other)
            return try await mine
        }
        #expect(elsewhere.value == 1)
        #expect(here.value == nil, "the timer had fired elsewhere")
        #expect(outcome.missed == [0], "it comes again, and finds no timer")
        #expect(outcome.ends.map { $0 == nil } == [true, false])
        guard case .done? = outcome.ends[1] else { throw UnexpectedEvent() }
        let types = try await place.h.types()
        #expect(types == .turned + [.timerStarted, .timerFired, .taskScheduled, .taskStarted])
        await store.close()
    }
}
#endif
