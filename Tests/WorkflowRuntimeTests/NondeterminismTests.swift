import Foundation
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

    @Test func `the report is data: types, calls, the last match with its place, and where a patch goes`() async throws
    {
        let history = try await Self.history(of: First.self)
        func report(_ definition: WorkflowRegistration) throws -> NondeterminismReport {
            try #require(
                #expect(throws: NondeterminismReport.self) { try WorkflowReplayer([definition]).replay(history) }
            )
        }
        let swapped = try report(WorkflowRegistration(Swapped.self))
        #expect(swapped.eventType == "ActivityTaskScheduled")
        #expect(swapped.recorded == .init(.activity, id: "1", name: "a"))
        #expect(swapped.wanted == .init(.activity, id: "1", name: "b"))
        #expect(swapped.lastMatchingCall == nil)
        #expect(swapped.patchPlace?.position == .before && swapped.patchPlace?.location == swapped.location)
        let place = try #require(swapped.location)
        #expect(swapped.description.contains("behind Workflow.patched(...) before \(place), or run"))
        let shorter = try report(WorkflowRegistration(Shorter.self))
        #expect(shorter.eventType == "TimerStarted" && shorter.recorded == .init(.timer, id: "1"))
        #expect(shorter.wanted == .init(.complete) && shorter.location == nil)
        let last = try #require(shorter.lastMatchingCall)
        #expect(last.call == .init(.activity, id: "1", name: "a") && last.eventID == 5)
        // Found in history rather than waited for, and known all the same.
        #expect(shorter.patchPlace?.position == .after && shorter.patchPlace?.location == last.location)
        #expect(last.location?.line == place.line + 7, "the line of Shorter's activity")
        for report in [swapped, shorter] {
            let json = try #require(report.json)
            #expect(try JSONDecoder().decode(NondeterminismReport.self, from: Data(json.utf8)) == report)
            #expect(!json.contains("\n"))
        }
    }

    @Test func `a report that was recorded before there were calls in it is read`() throws {
        let old =
            #"{"actual":"wants to complete the run","eventID":5,"expected":"timer 1","runID":"r","workflowID":"w","#
            + #""workflowType":"T"}"#
        let report = try JSONDecoder().decode(NondeterminismReport.self, from: Data(old.utf8))
        #expect(report.expected == "timer 1" && report.wanted == nil && report.eventType == nil)
        #expect(report.description.contains("nondeterminism at event 5 of T w: history has timer 1"))
    }

    @Test func `a patch that is asked for too early is named with its place`() async throws {
        let history = try await Self.history(of: Patched.self)
        let report = try #require(
            #expect(throws: NondeterminismReport.self) {
                try WorkflowReplayer([WorkflowRegistration(First.self)]).replay(history)
            }
        )
        #expect(report.recorded == .init(.patch, id: "two") && report.wanted == .init(.timer, id: "1"))
        #expect(report.eventType == "MarkerRecorded" && report.expected == "patch 'two'")
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
