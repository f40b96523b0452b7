#if PostgreSQL
import Database
import Foundation
import History
import PostgresServer
import TestDatabases
import Testing
import WorkflowAPI
import WorkflowTesting

/// Exactly-once steps on PostgreSQL; ``StoreStepTests`` are those on SQLite, ``PaidSteps`` what both show.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable)))
struct PostgresStepTests {
    private func with(
        limit: Duration = .seconds(60),
        _ body: (PaidSteps, ConformanceHarness, PostgresDatabase) async throws -> Void
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
        let steps = PaidSteps(harness: harness, duplicate: "unique") { body in try await database.look(body) }
        try await body(steps, harness, database)
        await harness.close()
    }

    @Test func `a step and its completion are one transaction`() async throws {
        try await with { steps, h, database in
            let task = try await h.takeActivity()
            let answer = try await h.service.runActivityStep(.init(token: task.token, worker: .a)) { transaction in
                do {
                    _ = try transaction.query("SELECT id FROM payment", [])
                    let number = try transaction.query("SELECT pg_current_xact_id()::text", [])
                    _ = PaidSteps.pay("p")(transaction)
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

    /// The second waits for the lock of the run and then finds the attempt over: it does not run, or runs in vain.
    @Test func `of two answers to one attempt at once one pays`() async throws {
        try await with { steps, h, _ in
            let task = try await h.takeActivity()
            let request = RunActivityStepRequest(token: task.token, worker: .a)
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for name in ["first", "second"] {
                    group.addTask {
                        (try? await h.service.runActivityStep(request, PaidSteps.pay(name)))?.failure == nil
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count == 2)
            #expect(try await steps.payments().count == 1)
            #expect(try await h.types().count { $0 == .activityCompleted } == 1)
        }
    }

    @Test func `a step that fails leaves its failed attempt and nothing else, and is retried`() async throws {
        try await with { steps, _, _ in try await steps.expectFailedAttempt() }
    }

    @Test func `a step may catch a broken rule and go on`() async throws {
        try await with { steps, h, _ in
            let task = try await h.takeActivity()
            let answer = try await h.service.runActivityStep(.init(token: task.token, worker: .a)) { transaction in
                _ = PaidSteps.pay("a")(transaction)
                _ = PaidSteps.pay("a")(transaction)
                return PaidSteps.pay("b")(transaction)
            }
            #expect(answer.failure == nil)
            #expect(try await steps.payments() == ["a", "b"])
        }
    }

    @Test func `a step that takes too long fails its attempt, and the server stops what it asked for`() async throws {
        try await with(limit: .milliseconds(200)) { steps, _, _ in
            try await steps.expectLateStep("SELECT 1 FROM pg_sleep(600)")
        }
    }

    @Test func `what would fail at the commit is a failed attempt and costs nobody else anything`() async throws {
        try await with { steps, _, _ in
            try await steps.expectFailure(of: "INSERT INTO payment_line VALUES ('nobody')", naming: "payment_line")
        }
    }

    @Test func `a step cannot write to the engine's tables, nor say that it is the engine`() async throws {
        try await with { _, h, _ in
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
