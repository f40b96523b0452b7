import Synchronization
import Testing
import WorkflowAPI
import WorkflowRuntime

private let options = ActivityOptions(startToCloseTimeout: .seconds(10))
private let echo = ActivityDescriptor<String, String>("echo")

/// Counts how many of its kind are alive.
private final class Witness: Sendable {
    static let alive = Atomic<Int>(0)

    init() { Self.alive.add(1, ordering: .relaxed) }
    deinit { Self.alive.subtract(1, ordering: .relaxed) }
}

/// Parks in every way there is, with objects in every frame.
private actor Parked: WorkflowDefinition {
    private let own = Witness()
    private var isOpen = false

    func run(_ input: NoValue) async throws -> String {
        let frame = Witness()
        try Workflow.spawn { [inner = Witness()] in
            defer { _ = inner }
            try await Workflow.sleep(for: .seconds(60))
        }
        let spawned = try Workflow.spawn { try await Workflow.execute(echo, "spawned", options: options) }
        async let joined = spawned.value
        async let sibling = Workflow.execute(echo, "sibling", options: options)
        async let timed = Workflow.condition(timeout: .seconds(60)) { frame === self.own }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<3 {
                group.addTask { [inner = Witness()] in
                    defer { _ = inner }
                    _ = try await Workflow.execute(echo, "\(number)", options: options)
                }
            }
            try await group.waitForAll()
        }
        _ = try await Workflow.shielded { [inner = Witness()] in
            defer { _ = inner }
            try await Workflow.sleep(for: .seconds(5))
            return true
        }
        try await Workflow.condition { self.isOpen }
        return try await "\(joined) \(sibling) \(timed)"
    }
}

/// Swallows every error and tries again.
private actor Stubborn: WorkflowDefinition {
    func run(_ input: NoValue) async throws -> String {
        for _ in 0..<100 {
            do {
                return try await Workflow.execute(echo, "again", options: options)
            } catch { continue }
        }
        return "gave up"
    }
}

@Suite(.serialized) struct EvictionTests {
    @Test func `three thousand evicted runs leave nothing behind`() throws {
        let registration = WorkflowRegistration(Parked.self)
        var last: [() -> WorkflowRun?] = []
        for number in 0..<3000 {
            var script = RunScript(registration, id: "run-\(number)")
            let activation = try script.activate()
            #expect(activation.commands.count == 7)
            if number == 0 { #expect(Witness.alive.load(ordering: .relaxed) >= 5) }
            #expect(script.run.evict())
            #expect(script.run.evict(), "a second time does nothing")
            if number % 500 == 0 { last.append { [weak run = script.run] in run } }
        }
        #expect(Witness.alive.load(ordering: .relaxed) == 0)
        #expect(last.allSatisfy { $0() == nil })
    }

    @Test func `code that swallows the unwinding ends all the same, and asks for nothing`() throws {
        var script = RunScript(WorkflowRegistration(Stubborn.self), id: "stubborn")
        #expect(try script.activate().commands.count == 1)
        #expect(script.run.evict())
    }
}
