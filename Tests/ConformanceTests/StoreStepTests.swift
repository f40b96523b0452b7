import Database
import Foundation
import History
import Synchronization
import Testing
import WorkflowAPI
import WorkflowTesting

/// Exactly-once steps on the one store that has them, beside the list of cases that all stores pass.
@Suite struct StoreStepTests {
    private func with(
        limit: Duration = .seconds(30),
        _ body: (PaidSteps, ConformanceHarness, SQLiteDatabase) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "steps-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let database = try SQLiteDatabase(path: directory.appending(path: "s.db").path, mode: .createIfMissing)
        let clock = ManualEngineClock()
        let store = try await SQLiteHistoryStore(database: database, clock: { clock.now() }, stepLimit: limit)
        try await database.write { try $0.execute("CREATE TABLE payment (id TEXT PRIMARY KEY, amount INTEGER)") }
        let harness = ConformanceHarness(over: store, clock: clock)
        try await harness.start()
        try await harness.turn([.activity()])
        let steps = PaidSteps(harness: harness, duplicate: "UNIQUE") { body in try await database.look(body) }
        try await body(steps, harness, database)
        await store.close()
    }

    @Test func `a step and its completion are one transaction`() async throws {
        try await with { steps, h, database in
            let task = try await h.takeActivity()
            let before = database.counters.commits
            let answer = try await h.service.runActivityStep(.init(token: task.token, worker: .a), PaidSteps.pay("p"))
            #expect(answer.failure == nil)
            #expect(database.counters.commits == before + 1)
            #expect(try await steps.payments() == ["p"])
            #expect(
                try await h.types() == .turned + [
                    .activityScheduled, .activityStarted, .activityCompleted, .taskScheduled,
                ]
            )
        }
    }

    @Test func `a step whose token is stale does not run`() async throws {
        try await with { steps, _, _ in try await steps.expectNoStaleStep() }
    }

    @Test func `a step that fails leaves its failed attempt and nothing else, and is retried`() async throws {
        try await with { steps, _, _ in try await steps.expectFailedAttempt() }
    }

    @Test func `a step that takes too long fails its attempt, also when the database undid everything with it`()
        async throws
    {
        try await with(limit: .milliseconds(20)) { steps, _, _ in
            try await steps.expectLateStep(
                """
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
                INSERT INTO payment SELECT 'p' || i, i FROM n
                """
            )
        }
    }

    @Test(arguments: [
        "INSERT INTO payment_line VALUES ('nobody')", "INSERT OR ROLLBACK INTO payment VALUES ('twice', 1)",
    ])
    func `what fails at the commit, or by rolling back, is a failed attempt and costs nobody else anything`(
        _ sql: String
    ) async throws {
        try await with { steps, _, database in
            try await database.write {
                try $0.executeScript(
                    """
                    CREATE TABLE payment_line (payment TEXT REFERENCES payment DEFERRABLE INITIALLY DEFERRED);
                    INSERT INTO payment VALUES ('twice', 1);
                    """
                )
            }
            try await steps.expectFailure(of: sql, naming: "constraint failed")
        }
    }

    @Test func `a step cannot write to the engine's tables`() async throws {
        try await with { _, h, _ in
            let task = try await h.takeActivity()
            let answer = try await h.service.runActivityStep(.init(token: task.token, worker: .a)) { transaction in
                for table in SQLiteSchema.component.tables where table != "workflow_inbox" {
                    let error = #expect(throws: StoreError.self) { try transaction.execute("DELETE FROM \(table)") }
                    #expect(error?.code == .refused, "\(table)")
                }
                return .done([])
            }
            #expect(answer.failure == nil)
        }
    }

    @Test func `a store in memory says that it has no steps, and refuses one`() async throws {
        let clock = ManualEngineClock()
        let h = ConformanceHarness(over: InMemoryHistoryStore(clock: { clock.now() }), clock: clock)
        #expect(!h.service.capabilities.contains(.storeTransactions))
        try await h.start()
        try await h.turn([.activity()])
        let task = try await h.takeActivity()
        let error = await #expect(throws: WorkflowServiceError.self) {
            try await h.service.runActivityStep(.init(token: task.token, worker: .a)) { _ in .done([]) }
        }
        #expect(error?.code == .unimplemented)
    }
}
