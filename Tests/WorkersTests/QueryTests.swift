import History
import Testing
import Workers
import WorkflowAPI
import WorkflowRuntime

@Suite(.timeLimit(.minutes(5)))
struct QueryTests {
    /// Collects what it is told until told to end.
    private actor Notes: WorkflowDefinition {
        private var notes: [String] = []

        struct Messages: Sendable {
            let note = SignalDescriptor<String>("note")
            let all = QueryDescriptor<NoValue, [String]>("all")
        }
        static let messages = Messages()

        func run(_ input: NoValue) async throws -> [String] {
            try await Workflow.condition { self.notes.last == "end" }
            return notes
        }

        static func handlers(_ handlers: inout WorkflowHandlers<Notes>) {
            handlers.signal("note") { (workflow, text: String) in workflow.notes.append(text) }
            handlers.query("all") { workflow in workflow.notes }
        }
    }

    private actor Other: WorkflowDefinition {
        struct Messages: Sendable { let all = QueryDescriptor<NoValue, [String]>("all") }
        static let messages = Messages()

        func run(_ input: NoValue) async throws -> NoValue { input }
    }

    private let workflows = [WorkflowRegistration(Notes.self)]

    @Test func `a worker answers queries for its process, and the typed client itself where none runs`() async throws {
        let engine = EngineFixture()
        let notes = try await engine.client.start(Notes.self, id: "n-1", taskQueue: "orders", input: NoValue())
        try await notes.signal(\.note, "one")
        let untyped = QueryWorkflowRequest(workflowID: "n-1", query: WorkflowQuery(id: "1", queryType: "all"))
        await #expect(throws: WorkflowServiceError.self) { try await engine.service.queryWorkflow(untyped) }
        #expect(try await notes.query(\.all) == ["one"])
        // While somebody has the workflow task what arrives has no place in the history yet.
        let held = try #require(
            try await engine.service.pollWorkflowTask(
                PollTaskRequest(namespace: .default, taskQueue: "orders", worker: WorkerIdentity(identity: "slow"))
            )
        )
        try await notes.signal(\.note, "two")
        #expect(try await notes.query(\.all) == ["one", "two"])
        try await engine.service.release(held.token, worker: WorkerIdentity(identity: "slow"))

        try await withWorker(engine.service, workflows: workflows) { _ in
            try await engine.history("n-1") { $0.contains { $0.type == .workflowTaskCompleted } }
            #expect(try await engine.service.queryWorkflow(untyped) == [.json(#"["one","two"]"#)])
            try await notes.signal(\.note, "end")
            try await engine.history("n-1") { $0.last?.type == .workflowExecutionCompleted }
            #expect(try await engine.service.queryWorkflow(untyped) == [.json(#"["one","two","end"]"#)])
        }
        // The worker is gone and its offer with it.
        await #expect(throws: WorkflowServiceError.self) { try await engine.service.queryWorkflow(untyped) }
        #expect(try await notes.query(\.all) == ["one", "two", "end"])
    }

    @Test func `a client with another type under the same id is told that nobody can answer`() async throws {
        let engine = EngineFixture()
        _ = try await engine.client.start(Notes.self, id: "n-1", taskQueue: "orders", input: NoValue())
        let other = engine.client.handle(Other.self, id: "n-1")
        let refusal = await #expect(throws: WorkflowServiceError.self) { try await other.query(\.all) }
        #expect(refusal?.code == .noWorker)
    }
}
