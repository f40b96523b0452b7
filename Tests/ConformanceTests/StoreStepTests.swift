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
        _ body: (ConformanceHarness, SQLiteDatabase) async throws -> Void
    ) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "steps-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let database = try SQLiteDatabase(path: directory.appending(path: "s.db").path, mode: .createIfMissing)
        let clock = ManualEngineClock()
        let store = try await SQLiteHistoryStore(database: database, clock: { clock.now() }, stepLimit: limit)
        try await database.write { try $0.execute("CREATE TABLE payment (id TEXT PRIMARY KEY, amount INTEGER)") }
        let harness = ConformanceHarness(over: store, clock: clock)
        try await body(harness, database)
        await store.close()
    }

    private func payments(_ database: SQLiteDatabase) async throws -> [String] {
        try await database.look { try $0.query("SELECT id FROM payment ORDER BY id").map { $0.text(0) } }
    }

    private static func pay(_ id: String) -> StoreStep {
        { transaction in
            do {
                try transaction.execute("INSERT INTO payment VALUES (?, 5)", [.text(id)])
                return .done([.text(id)])
            } catch {
                return .failed(Failure(message: "\(error)", info: .application(.init(type: "StoreError"))))
            }
        }
    }

    @Test func `a step and its completion are one transaction`() async throws {
        try await with { h, database in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            let before = database.counters.commits
            let answer = try await h.service.runActivityStep(.init(token: task.token, worker: .a), Self.pay("p"))
            #expect(answer.failure == nil)
            #expect(database.counters.commits == before + 1)
            #expect(try await payments(database) == ["p"])
            #expect(
                try await h.types() == .turned + [
                    .activityScheduled, .activityStarted, .activityCompleted, .taskScheduled,
                ]
            )
        }
    }

    @Test func `a step whose token is stale does not run`() async throws {
        try await with { h, database in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            let request = RunActivityStepRequest(token: task.token, worker: .a)
            _ = try await h.service.runActivityStep(request, Self.pay("once"))
            let error = await #expect(throws: WorkflowServiceError.self) {
                try await h.service.runActivityStep(request) { _ in
                    Issue.record("a stale step ran")
                    return .done([])
                }
            }
            #expect(error?.code == .staleTask)
            #expect(try await payments(database) == ["once"])
        }
    }

    @Test func `a step that fails leaves its failed attempt and nothing else, and is retried`() async throws {
        try await with { h, database in
            try await h.start()
            try await h.turn([.activity()])
            let first = try await h.takeActivity()
            let failed = try await h.service.runActivityStep(.init(token: first.token, worker: .a)) { transaction in
                _ = Self.pay("lost")(transaction)
                return Self.pay("lost")(transaction)
            }
            #expect(failed.failure?.message.contains("UNIQUE") == true)
            #expect(try await payments(database) == [])
            #expect(try await h.types() == .turned + [.activityScheduled])
            let pending = try #require(try await h.describe().pendingActivities.first)
            #expect(pending.attempt == 2 && pending.lastFailure?.message.contains("UNIQUE") == true)
            h.clock.advance(by: .seconds(2))
            _ = try await h.store.runDue(limit: 64)
            let second = try await h.takeActivity()
            _ = try await h.service.runActivityStep(.init(token: second.token, worker: .a), Self.pay("kept"))
            #expect(try await payments(database) == ["kept"])
        }
    }

    @Test func `a step that takes too long fails its attempt, also when the database undid everything with it`()
        async throws
    {
        try await with(limit: .milliseconds(20)) { h, database in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            let answer = try await h.service.runActivityStep(.init(token: task.token, worker: .a)) { transaction in
                _ = Self.pay("lost")(transaction)
                _ = try? transaction.execute(
                    """
                    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
                    INSERT INTO payment SELECT 'p' || i, i FROM n
                    """
                )
                return .done([])
            }
            #expect(answer.failure?.message.contains("longer than it may") == true)
            #expect(try await payments(database) == [])
            #expect(try await h.describe().pendingActivities.first?.attempt == 2)
        }
    }

    @Test(arguments: [
        "INSERT INTO payment_line VALUES ('nobody')", "INSERT OR ROLLBACK INTO payment VALUES ('twice', 1)",
    ])
    func `what fails at the commit, or by rolling back, is a failed attempt and costs nobody else anything`(
        _ sql: String
    ) async throws {
        try await with { h, database in
            try await database.write {
                try $0.executeScript(
                    """
                    CREATE TABLE payment_line (payment TEXT REFERENCES payment DEFERRABLE INITIALLY DEFERRED);
                    INSERT INTO payment VALUES ('twice', 1);
                    """
                )
            }
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            async let beside: Void = h.signal("beside")
            let answer = try await h.service.runActivityStep(.init(token: task.token, worker: .a)) { transaction in
                _ = try? transaction.execute(sql)
                return .done([])
            }
            try await beside
            #expect(answer.failure?.message.contains("constraint failed") == true)
            #expect(try await h.describe().pendingActivities.first?.attempt == 2)
            #expect(try await h.types().contains(.signaled))
        }
    }

    @Test func `a step cannot write to the engine's tables`() async throws {
        try await with { h, database in
            try await h.start()
            try await h.turn([.activity()])
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
