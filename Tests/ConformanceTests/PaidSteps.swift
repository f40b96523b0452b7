import Database
import History
import Testing
import WorkflowAPI

/// A store with a table of payments beside the engine's, and a run whose only activity is a step that waits: what
/// ``StoreStepTests`` and ``PostgresStepTests`` have in common.
struct PaidSteps {
    let harness: ConformanceHarness
    /// What the database says of a payment that is there already.
    let duplicate: String
    /// Shows what is committed.
    let look: (@escaping @Sendable (any StoreTransaction) throws -> [String]) async throws -> [String]

    /// The ids of the payments.
    func payments() async throws -> [String] {
        try await look { try $0.query("SELECT id FROM payment ORDER BY id", []).map { $0.text(0) } }
    }

    static func pay(_ id: String) -> StoreStep {
        { transaction in
            do {
                try transaction.execute("INSERT INTO payment VALUES (?, 5)", [.text(id)])
                return .done([.text(id)])
            } catch {
                return .failed(Failure(message: "\(error)", info: .application(.init(type: "StoreError"))))
            }
        }
    }

    /// A step whose token is stale does not run.
    func expectNoStaleStep() async throws {
        let task = try await harness.takeActivity()
        let request = RunActivityStepRequest(token: task.token, worker: .a)
        _ = try await harness.service.runActivityStep(request, Self.pay("once"))
        let error = await #expect(throws: WorkflowServiceError.self) {
            try await harness.service.runActivityStep(request) { _ in
                Issue.record("a stale step ran")
                return .done([])
            }
        }
        #expect(error?.code == .staleTask)
        #expect(try await payments() == ["once"])
    }

    /// A step that fails leaves its failed attempt and nothing else, and is retried.
    func expectFailedAttempt() async throws {
        let first = try await harness.takeActivity()
        let failed = try await harness.service.runActivityStep(.init(token: first.token, worker: .a)) { transaction in
            _ = Self.pay("lost")(transaction)
            return Self.pay("lost")(transaction)
        }
        #expect(failed.failure?.message.contains(duplicate) == true, "\(failed.failure?.message ?? "no failure")")
        #expect(try await payments() == [])
        #expect(try await harness.types() == .turned + [.activityScheduled])
        let pending = try #require(try await harness.describe().pendingActivities.first)
        #expect(pending.attempt == 2 && pending.lastFailure?.message.contains(duplicate) == true)
        try await harness.advance(by: .seconds(2))
        let second = try await harness.takeActivity()
        _ = try await harness.service.runActivityStep(.init(token: second.token, worker: .a), Self.pay("kept"))
        #expect(try await payments() == ["kept"])
    }

    /// A step that takes too long with an endless statement fails its attempt.
    func expectLateStep(_ endless: String) async throws {
        let task = try await harness.takeActivity()
        let answer = try await harness.service.runActivityStep(.init(token: task.token, worker: .a)) { transaction in
            _ = Self.pay("lost")(transaction)
            _ = try? transaction.execute(endless, [])
            return .done([])
        }
        #expect(answer.failure?.message.contains("longer than it may") == true, "\(answer)")
        #expect(try await payments() == [])
        #expect(try await harness.describe().pendingActivities.first?.attempt == 2)
    }

    /// A step with a statement that fails at the commit, or undoes what came before it, is a failed attempt and costs nobody
    /// else anything.
    func expectFailure(of sql: String, naming word: String) async throws {
        let task = try await harness.takeActivity()
        let harness = harness
        async let beside: Void = harness.signal("beside")
        let answer = try await harness.service.runActivityStep(.init(token: task.token, worker: .a)) { transaction in
            _ = try? transaction.execute(sql, [])
            return .done([])
        }
        try await beside
        #expect(answer.failure?.message.contains(word) == true, "\(answer)")
        #expect(try await harness.describe().pendingActivities.first?.attempt == 2)
        #expect(try await harness.types().contains(.signaled))
    }
}
