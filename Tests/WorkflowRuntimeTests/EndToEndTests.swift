import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@Suite struct EndToEndTests {
    static func environment(cacheRuns: Bool) -> TimeSkippingEnvironment {
        TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Approval.self)],
            activities: Sample.activities,
            cacheRuns: cacheRuns
        )
    }

    @Test(arguments: [true, false])
    func `two approvals carry an order through, cached and replayed alike`(cacheRuns: Bool) async throws {
        let environment = Self.environment(cacheRuns: cacheRuns)
        let handle = try await environment.client.start(
            Approval.self,
            id: "po-1",
            taskQueue: environment.taskQueue,
            input: Order(id: "p1", amount: 5)
        )
        environment.after(.seconds(3600)) { try await handle.signal(\.approve, "ann") }
        environment.after(.seconds(7200)) {
            #expect(try await handle.query(\.approvals) == ["ann"])
            try await handle.signal(\.approve, "bob")
            // A query sees a signal that was acknowledged, before any worker has taken it up.
            #expect(try await handle.query(\.approvals) == ["ann", "bob"])
        }
        let result = try await environment.result(of: handle)
        #expect(result.hasPrefix("r-p1 r-ship ann+bob "))
        let history = try await environment.history(of: "po-1")
        try WorkflowReplayer([WorkflowRegistration(Approval.self)]).replay(history)
        #expect(history.map(\.id) == Array(1...Int64(history.count)))
    }

    @Test func `thirty days pass at once`() async throws {
        let environment = Self.environment(cacheRuns: true)
        let start = environment.clock.now()
        #expect(try await environment.run(Approval.self, input: Order(id: "p", amount: 1)) == "expired")
        #expect(environment.clock.now() - start == .seconds(30 * 86_400))
    }
}
