#if PostgreSQL
import Database
@testable import History
import PostgresServer
import TestDatabases
import Testing
import WorkflowAPI
import WorkflowTesting

/// What workflows of one step cost a PostgreSQL server, in counts that are the same on every machine.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable)), .serialized)
struct PostgresCostTests {
    /// One step, each answer handing over what comes next.
    fileprivate func carry(_ id: WorkflowID, _ h: ConformanceHarness) async throws {
        try await h.start(id)
        try await finish(h)
    }

    /// The same, for a run that was started.
    private func finish(_ h: ConformanceHarness) async throws {
        // Whichever run it is: there are as many tasks as there are polls.
        let task = try #require(try await h.poll())
        let next = try await h.complete(task, [.activity()]) { $0.wantedActivityTasks = 1 }
        let activity = try #require(next.activityTasks.first)
        let last = try await h.complete(activity, wantsWorkflowTask: true)
        try await h.complete(try #require(last.workflowTask), [.complete()])
    }

    /// The end of a run, as who waits for it gets it.
    private func end(_ id: WorkflowID, _ runID: RunID, _ h: ConformanceHarness) async throws -> EventType? {
        let request = GetHistoryRequest(workflowID: id, runID: runID, waitForClose: .seconds(5))
        return try await h.service.history(request).last?.type
    }

    /// Statements are prepared, and names looked up, once for each connection.
    private func warmPlace() async throws -> PostgresPlace {
        let place = try await PostgresPlace()
        try await carry("warm", place.h)
        return place
    }

    @Test func `a workflow of one step alone is ten round trips, and its end one more`() async throws {
        let place = try await warmPlace()
        let before = place.database.statistics
        try await carry("alone", place.h)
        let after = place.database.statistics
        let (trips, statements) = (after.roundTrips - before.roundTrips, after.statements - before.statements)
        print("one workflow of one step alone: \(trips) round trips, \(statements) statements")
        // Start, poll and three answers, each a transaction of two round trips.
        #expect(trips <= 10)
        #expect(statements <= 42)
        let runID = try await place.h.describe("alone").summary.execution.runID
        let asked = place.database.statistics
        #expect(try await end("alone", runID, place.h) == .workflowExecutionCompleted)
        #expect(place.database.statistics.statements - asked.statements == 1)
        await place.h.close()
    }

    @Test func `workflows that run at once share transactions`() async throws {
        let place = try await warmPlace()
        let before = place.database.statistics
        let count = 256
        let h = place.h
        try await withThrowingTaskGroup(of: Void.self) { group in
            for client in 0..<64 {
                group.addTask {
                    for index in stride(from: client, to: count, by: 64) {
                        try await PostgresCostTests().carry(WorkflowID("many-\(index)"), h)
                    }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await h.count()[.completed] == count + 1)
        let after = place.database.statistics
        let trips = Double(after.roundTrips - before.roundTrips) / Double(count)
        let statements = Double(after.statements - before.statements) / Double(count)
        print("workflows of one step at once: \(trips) round trips, \(statements) statements each")
        #expect(trips < 1.5)
        #expect(statements < 6)
        await h.close()
    }

    @Test func `a large memo is stored once, not with each transition`() async throws {
        let place = try await warmPlace()
        var generator = SeededGenerator(seed: 7)
        let memo = Payload(metadata: [:], data: (0..<8_192).map { _ in UInt8.random(in: 0...255, using: &generator) })
        try await place.h.start("wide") { $0.memo["note"] = memo }
        let table = try place.server.run(
            "SELECT reltoastrelid::regclass FROM pg_class WHERE oid = 'workflow.execution'::regclass",
            in: place.name
        )
        func stored() throws -> String {
            try place.server.run("SELECT DISTINCT chunk_id FROM \(table) ORDER BY 1", in: place.name)
        }
        let before = try stored()
        #expect(!before.isEmpty)
        try await finish(place.h)
        #expect(try stored() == before)
        let row = try await place.h.store.execution(.current(.default, "wide"))
        #expect(row.status == .completed && row.memo["note"] == memo)
        await place.h.close()
    }

    @Test func `what a poll asks is planned by the index of ready tasks on a table that nobody has analyzed`()
        async throws
    {
        let place = try await warmPlace()
        try await place.h.start("one")
        let fill = """
            SET search_path = workflow;
            INSERT INTO execution SELECT (jsonb_populate_record(e, jsonb_build_object('run_key', e.run_key + n,
                'run_id', 'r' || n, 'task_phase', NULL, 'dispatch_queue', NULL, 'due', NULL))).*
            FROM execution e, generate_series(1, 5000) n WHERE e.workflow_id = 'one'
            """
        try place.server.run(fill, in: place.name)
        for (sql, index) in [
            (BatchQuestions.readyWorkflowTasks, "execution_ready"),
            (BatchQuestions.readyActivityTasks, "activity_ready"),
        ] {
            let plan = try place.server.run(
                """
                SET search_path = workflow; SET plan_cache_mode = force_generic_plan;
                PREPARE asked (bigint, text, bigint[], bigint) AS \(sql);
                EXPLAIN EXECUTE asked (1, 'main', '{}', 10)
                """,
                in: place.name
            )
            #expect(plan.contains(index) && !plan.contains("Seq Scan"), "\(plan)")
        }
        await place.h.close()
    }

    @Test func `a worker that runs code in transactions takes three of them for a step`() async throws {
        let place = try await warmPlace()
        let before = place.database.statistics
        try await place.h.start("inline")
        let first = TurnOffer([.activity()])
        _ = try await place.poll(offering: first)
        let activity = try #require(first.recorded?.activityTasks.first)
        let last = TurnOffer([.complete()])
        _ = try await place.complete(activity, offering: last)
        #expect(last.recorded != nil)
        let after = place.database.statistics
        let (trips, statements) = (after.roundTrips - before.roundTrips, after.statements - before.statements)
        print("one workflow of one step, its code in transactions: \(trips) round trips, \(statements) statements")
        #expect(trips <= 6)
        #expect(statements <= 29)
        await place.h.close()
    }

    @Test func `an empty queue is looked at once, and again when something was told of it`() async throws {
        let place = try await warmPlace()
        let before = place.database.statistics.statements
        #expect(try await place.h.poll() == nil)
        let once = place.database.statistics.statements
        for _ in 0..<10 { #expect(try await place.h.poll() == nil) }
        #expect(once > before && place.database.statistics.statements == once)
        try await place.h.start("told")
        #expect(try await place.h.poll()?.execution.workflowID == "told")
        #expect(try await place.h.poll() == nil)
        let again = place.database.statistics.statements
        place.h.clock.advance(by: .seconds(2))
        #expect(try await place.h.poll() == nil)
        #expect(place.database.statistics.statements > again, "a look is good for a second")
        await place.h.close()
    }
}
#endif
