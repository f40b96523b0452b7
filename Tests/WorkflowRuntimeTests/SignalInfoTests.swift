import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

/// Notes who sent its signals, in the handler, after a wait in it, and outside of it.
private actor Attentive: WorkflowDefinition {
    private var notes: [String] = []
    private var isDone = false

    func run(_ input: NoValue) async throws -> [String] {
        note("run")
        try await Workflow.condition { self.isDone }
        note("run")
        return notes
    }

    private func note(_ place: String) {
        let signal = Workflow.signal
        notes.append("\(place): \(signal.map { "\($0.name) by \($0.identity)" } ?? "no signal")")
    }

    private func hear(_ text: String) async throws {
        note(text)
        let sent = Workflow.signal?.time
        try await Workflow.sleep(for: .seconds(60))
        note("\(text) later, \(Workflow.signal?.time == sent)")
        isDone = text == "end"
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Attentive>) {
        handlers.signal("say") { (workflow, text: String) in try await workflow.hear(text) }
        handlers.query("signal") { _ in Workflow.signal == nil }
    }
}

@Suite struct SignalInfoTests {
    @Test(arguments: [true, false])
    func `a handler knows who sent its signal, in every replay, and nobody else does`(cacheRuns: Bool) async throws {
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Attentive.self)],
            activities: [],
            cacheRuns: cacheRuns
        )
        let run = try await environment.client.start(
            Attentive.self,
            id: "a",
            taskQueue: environment.taskQueue,
            input: NoValue()
        )
        for (text, identity) in [("one", "lina@desk"), ("two", ""), ("end", "karim@desk")] {
            try await environment.client.service.signalWorkflow(
                SignalWorkflowRequest(
                    workflowID: "a",
                    signalName: "say",
                    input: [try PayloadConverter.payload(text)],
                    identity: identity,
                    requestID: text
                )
            )
            try await environment.settle()
        }
        let notes = try await environment.result(of: run)
        #expect(
            notes == [
                "run: no signal", "one: say by lina@desk", "two: say by ", "end: say by karim@desk",
                "one later, true: say by lina@desk", "two later, true: say by ", "end later, true: say by karim@desk",
                "run: no signal",
            ]
        )
        #expect(Workflow.signal == nil)
        let asked = try await environment.client.service.queryWorkflow(
            QueryWorkflowRequest(workflowID: "a", query: WorkflowQuery(id: "1", queryType: "signal", arguments: []))
        )
        #expect(try PayloadConverter.argument(asked, as: Bool.self))
        try await WorkflowReplayer([WorkflowRegistration(Attentive.self)]).replay(environment.history(of: "a"))
    }
}
