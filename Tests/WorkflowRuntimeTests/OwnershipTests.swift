import Synchronization
import Testing
import WorkflowAPI
import WorkflowRuntime

/// Shows itself to others and waits.
private actor Victim: WorkflowDefinition {
    static let last = Synchronization.Mutex<Victim?>(nil)
    private var changes = 0

    func run(_ input: NoValue) async throws -> String {
        Self.last.withLock { $0 = self }
        try await Workflow.condition { self.changes > 0 }
        return "\(changes) changes"
    }

    func change() { changes += 100 }

    static func handlers(_ handlers: inout WorkflowHandlers<Victim>) {
        handlers.signal("change") { workflow in workflow.changes += 1 }
        handlers.query("changes") { workflow in workflow.changes }
    }
}

/// Changes the actor of another run.
private actor Intruder: WorkflowDefinition {
    func run(_ input: NoValue) async throws -> String {
        if let victim = Victim.last.withLock({ $0 }) { await victim.change() }
        return "done"
    }
}

@Suite struct OwnershipTests {
    @Test func `a run that enters another run's actor is refused, and the other is unharmed`() throws {
        var victim = RunScript(WorkflowRegistration(Victim.self), id: "victim")
        #expect(try victim.activate().commands.isEmpty)

        var intruder = RunScript(WorkflowRegistration(Intruder.self), id: "intruder")
        let failure = #expect(throws: WorkflowTaskFailure.self) { try intruder.activate() }
        #expect(failure?.failure.message.contains("actor of another run") == true)
        intruder.run.evict()

        victim.signal("change")
        let activation = try victim.activate()
        guard case .completeWorkflow(let completion)? = activation.commands.first else {
            Issue.record("the victim did not complete: \(activation.commands)")
            return
        }
        #expect(completion.result == [.json("\"1 changes\"")])
        #expect(victim.run.evict())
        Victim.last.withLock { $0 = nil }
    }
}
