import Testing
import WorkflowAPI
import WorkflowTesting

@testable import WorkflowRuntime

/// The same workflow in several versions: each is registered under the name of the first.
private enum Version {
    static let a = ActivityDescriptor<String, String>("a")
    static let b = ActivityDescriptor<String, String>("b")
    static let options = ActivityOptions(startToCloseTimeout: .seconds(10))
    static let activities = [ActivityRegistration(a) { $0 }, ActivityRegistration(b) { $0 }]
}

actor First: WorkflowDefinition {
    func run(_ input: NoValue) async throws -> String {
        let one = try await Workflow.execute(Version.a, "1", options: Version.options)
        try await Workflow.sleep(for: .seconds(60))
        return one
    }
}

actor Swapped: WorkflowDefinition {
    static var workflowName: String { "First" }
    func run(_ input: NoValue) async throws -> String {
        try await Workflow.execute(Version.b, "1", options: Version.options)
    }
}

actor Shorter: WorkflowDefinition {
    static var workflowName: String { "First" }
    func run(_ input: NoValue) async throws -> String {
        try await Workflow.execute(Version.a, "1", options: Version.options)
    }
}

actor Longer: WorkflowDefinition {
    static var workflowName: String { "First" }
    func run(_ input: NoValue) async throws -> String {
        async let two = Workflow.execute(Version.b, "2", options: Version.options)
        let one = try await Workflow.execute(Version.a, "1", options: Version.options)
        try await Workflow.sleep(for: .seconds(60))
        return try await one + two
    }
}

actor Patched: WorkflowDefinition {
    static var workflowName: String { "First" }
    func run(_ input: NoValue) async throws -> String {
        let one = try await Workflow.execute(Version.a, "1", options: Version.options)
        if Workflow.patched("two") { return try await Workflow.execute(Version.b, "new", options: Version.options) }
        try await Workflow.sleep(for: .seconds(60))
        return one
    }
}

actor Deprecated: WorkflowDefinition {
    static var workflowName: String { "First" }
    func run(_ input: NoValue) async throws -> String {
        _ = try await Workflow.execute(Version.a, "1", options: Version.options)
        Workflow.deprecatePatch("two")
        return try await Workflow.execute(Version.b, "new", options: Version.options)
    }
}

@Suite struct NondeterminismTests {
    private static func history<Definition: WorkflowDefinition>(
        of definition: Definition.Type
    ) async throws -> [HistoryEvent] where Definition.Input == NoValue, Definition.Output == String {
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(definition)],
            activities: Version.activities
        )
        _ = try await environment.run(definition, id: "v", input: NoValue())
        return try await environment.history(of: "v")
    }

    @Test func `another activity is named with its place, and so is what history has`() async throws {
        let history = try await Self.history(of: First.self)
        let report = #expect(throws: NondeterminismReport.self) {
            try WorkflowReplayer([WorkflowRegistration(Swapped.self)]).replay(history)
        }
        #expect(report?.eventID == 5)
        #expect(report?.expected == "activity 1 'a'")
        #expect(report?.actual == "wants to schedule activity 1 'b'")
        #expect(report?.location?.fileID.hasSuffix("NondeterminismTests.swift") == true)
        #expect(report?.description.contains("Workflow.patched") == true)
        let recorded = WorkflowTaskFailure(try #require(report))
        #expect(recorded.cause == .nonDeterministicError && recorded.failure.nondeterminismReport == report)
        #expect(recorded.failure.escapeReport == nil)
    }

    @Test func `a command that is missing, and one too many, are found`() async throws {
        let history = try await Self.history(of: First.self)
        let shorter = #expect(throws: NondeterminismReport.self) {
            try WorkflowReplayer([WorkflowRegistration(Shorter.self)]).replay(history)
        }
        #expect(shorter?.expected == "timer 1")
        #expect(shorter?.actual == "wants to complete the run")
        #expect(shorter?.lastMatch?.contains("activity 1 'a'") == true)
        #expect(throws: NondeterminismReport.self) {
            try WorkflowReplayer([WorkflowRegistration(Longer.self)]).replay(history)
        }
    }

    @Test func `a patch keeps old runs on the old branch and new ones on the new`() async throws {
        let old = try await Self.history(of: First.self)
        let new = try await Self.history(of: Patched.self)
        let patched = WorkflowReplayer([WorkflowRegistration(Patched.self)])
        try patched.replay(old)
        try patched.replay(new)
        #expect(new.contains { $0.type == .markerRecorded })
        try WorkflowReplayer([WorkflowRegistration(Deprecated.self)]).replay(new)
        #expect(throws: NondeterminismReport.self) {
            try WorkflowReplayer([WorkflowRegistration(First.self)]).replay(new)
        }
        try WorkflowReplayer([WorkflowRegistration(Patched.self)])
            .replay(try await Self.history(of: Deprecated.self))
    }
}
