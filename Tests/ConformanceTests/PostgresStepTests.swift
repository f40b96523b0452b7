#if PostgreSQL
import Database
import Foundation
import History
import PostgresServer
import TestDatabases
import Testing
import WorkflowAPI
import WorkflowTesting

/// Exactly-once steps on PostgreSQL; ``StoreStepTests`` are those on SQLite.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable)))
struct PostgresStepTests {
    private func with(
        limit: Duration = .seconds(60),
        _ body: (ConformanceHarness, PostgresDatabase) async throws -> Void
    ) async throws {
        let server = try PostgresServer.shared
        // Not given back: it has a table more.
        let name = try await PostgresStores.borrow(server)
        let database = try PostgresStores.database(server, name)
        let clock = ManualEngineClock()
        let store = try await PostgresHistoryStore(
            database: database,
            time: .init(now: { clock.now() }),
            instance: UUID().uuidString,
            stepLimit: limit
        )
        try server.run(
            """
            CREATE TABLE payment (id TEXT PRIMARY KEY, amount BIGINT);
            CREATE TABLE payment_line (payment TEXT REFERENCES payment DEFERRABLE INITIALLY DEFERRED);
            GRANT ALL ON payment, payment_line TO \(PostgresStores.role)
            """,
            in: name
        )
        let harness = ConformanceHarness(over: store, clock: clock)
        try await harness.start()
        try await harness.turn([.activity()])
        try await body(harness, database)
        await harness.close()
    }

    private func payments(_ database: PostgresDatabase) async throws -> [String] {
        try await database.look { try $0.query("SELECT id FROM payment ORDER BY id", []).map { $0.text(0) } }
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
            let task = try await h.takeActivity()
            let answer = try await h.service.runActivityStep(.init(token: task.token, worker: .a)) { transaction in
                do {
                    _ = try transaction.query("SELECT id FROM payment", [])
                    let number = try transaction.query("SELECT pg_current_xact_id()::text", [])
                    _ = Self.pay("p")(transaction)
                    return .done(number.map { .text($0.text(0)) })
                } catch {
                    return .failed(Failure(message: "\(error)", info: .application(.init(type: "StoreError"))))
                }
            }
            #expect(answer.failure == nil)
            guard case .activityTaskCompleted(let completed) = try await h.events()[6].attributes
            else { throw UnexpectedEvent() }
            let written = try await database.look {
                try $0.query("SELECT xmin::text FROM workflow.execution", []).map { $0.text(0) }
            }
            #expect(completed.result == written.map { .text($0) })
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

    /// The second waits for the lock of the run and then finds the attempt over: it does not run, or runs in vain.
    @Test func `of two answers to one attempt at once one pays`() async throws {
        try await with { h, database in
            let task = try await h.takeActivity()
            let request = RunActivityStepRequest(token: task.token, worker: .a)
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for name in ["first", "second"] {
                    group.addTask { (try? await h.service.runActivityStep(request, Self.pay(name)))?.failure == nil }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count == 2)
            #expect(try await payments(database).count == 1)
            #expect(try await h.types().count { $0 == .activityCompleted } == 1)
        }
    }

    @Test func `a step that fails leaves its failed attempt and nothing else, and is retried`() async throws {
        try await with { h, database in
            let first = try await h.takeActivity()
            let failed = try await h.service.runActivityStep(.init(token: first.token, worker: .a)) { transaction in
                _ = Self.pay("lost")(transaction)
                return Self.pay("lost")(transaction)
            }
            #expect(failed.failure?.message.contains("unique") == true, "\(failed.failure?.message ?? "no failure")")
            #expect(try await payments(database) == [])
            #expect(try await h.types() == .turned + [.activityScheduled])
            let pending = try #require(try await h.describe().pendingActivities.first)
            #expect(pending.attempt == 2 && pending.lastFailure?.message.contains("unique") == true)
            try await h.advance(by: .seconds(2))
            let second = try await h.takeActivity()
            _ = try await h.service.runActivityStep(.init(token: second.token, worker: .a), Self.pay("kept"))
            #expect(try await payments(database) == ["kept"])
        }
    }

    @Test func `a step may catch a broken rule and go on`() async throws {
        try await with { h, database in
            let task = try await h.takeActivity()
            let answer = try await h.service.runActivityStep(.init(token: task.token, worker: .a)) { transaction in
                _ = Self.pay("a")(transaction)
                _ = Self.pay("a")(transaction)
                return Self.pay("b")(transaction)
            }
            #expect(answer.failure == nil)
            #expect(try await payments(database) == ["a", "b"])
        }
    }

    @Test func `a step that takes too long fails its attempt, and the server stops what it asked for`() async throws {
        try await with(limit: .milliseconds(200)) { h, database in
            let task = try await h.takeActivity()
            let answer = try await h.service.runActivityStep(.init(token: task.token, worker: .a)) { transaction in
                _ = Self.pay("lost")(transaction)
                _ = try? transaction.query("SELECT 1 FROM pg_sleep(600)", [])
                return .done([])
            }
            #expect(answer.failure?.message.contains("longer than it may") == true, "\(answer)")
            #expect(try await payments(database) == [])
            #expect(try await h.describe().pendingActivities.first?.attempt == 2)
        }
    }

    @Test func `what would fail at the commit is a failed attempt and costs nobody else anything`() async throws {
        try await with { h, database in
            let task = try await h.takeActivity()
            async let beside: Void = h.signal("beside")
            let answer = try await h.service.runActivityStep(.init(token: task.token, worker: .a)) { transaction in
                _ = try? transaction.execute("INSERT INTO payment_line VALUES ('nobody')", [])
                return .done([])
            }
            try await beside
            #expect(answer.failure?.message.contains("payment_line") == true, "\(answer)")
            #expect(try await h.describe().pendingActivities.first?.attempt == 2)
            #expect(try await h.types().contains(.signaled))
        }
    }

    @Test func `a step cannot write to the engine's tables, nor say that it is the engine`() async throws {
        try await with { h, database in
            let task = try await h.takeActivity()
            let before = try await h.types()
            let answer = try await h.service.runActivityStep(.init(token: task.token, worker: .a)) { transaction in
                for sql in [
                    "SELECT set_config('workflow.guest', 'off', true)",
                    "SELECT SET_CONFIG('workflow.guest', 'off', true)",
                    "UPDATE pg_settings SET setting = 'public' WHERE name = 'search_path'", "COMMIT",
                    "SET LOCAL workflow.guest = 'off'",
                ] {
                    let error = #expect(throws: StoreError.self) { _ = try transaction.query(sql, []) }
                    #expect(error?.code == .refused, "\(sql)")
                }
                #expect(throws: Never.self) { try transaction.query("SELECT 'set' AS asset_config", []) }
                for table in ["history", "execution", "activity", "session", "process"] {
                    let changed = try? transaction.execute("DELETE FROM workflow.\(table)", [])
                    #expect(changed ?? 0 == 0, "\(table)")
                }
                return .done([])
            }
            #expect(answer.failure == nil)
            #expect(try await h.types().starts(with: before))
        }
    }
}
#endif
