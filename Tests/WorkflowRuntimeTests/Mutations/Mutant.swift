import Foundation
import WorkflowAPI
import WorkflowRuntime

/// A workflow whose code is an ``Edit``'s, before or after it.
actor Mutant: WorkflowDefinition {
    typealias Body = @Sendable (isolated Mutant) async throws -> Void

    /// The code of the runs that are made in this task.
    struct Code: Sendable {
        var run: Body = { _ in }
        var onSignal: Body = { $0.pokes += 1 }
    }
    @TaskLocal static var current = Code()

    private let code = Mutant.current
    var pokes = 0
    var words: [String] = []

    func run(_ input: NoValue) async throws -> NoValue {
        try await code.run(self)
        return NoValue()
    }

    static func handlers(_ handlers: inout WorkflowHandlers<Mutant>) {
        handlers.signal("poke") { workflow in try await workflow.code.onSignal(workflow) }
    }

    // What bodies are made of.
    static let names = ["a", "b", "c", "d", "e", "f", "g", "h"]
    static let activities = names.map { name in
        ActivityRegistration(ActivityDescriptor<NoValue, String>(name)) { _ in name }
    }

    /// Calls an activity.
    @discardableResult func call(_ name: String) async throws -> String {
        try await Workflow.execute(
            ActivityDescriptor<NoValue, String>(name),
            NoValue(),
            options: ActivityOptions(startToCloseTimeout: .seconds(10))
        )
    }

    /// Waits for so many signals.
    func wait(forPokes count: Int) async throws { try await Workflow.condition { self.pokes >= count } }

    /// A pause of a minute, asked for where calls are: on the actor.
    func pause() async throws { try await minute() }

    /// Twenty branches, as the bits say.
    func branch(_ bits: UInt64) async throws {
        for bit in 0..<20 { try await call(bits >> UInt64(bit) & 1 == 0 ? "a" : "b") }
    }
}

/// A pause of a minute.
func minute() async throws { try await Workflow.sleep(for: .seconds(60)) }

/// What comes out differently each time, in helpers that no guard of the compiler sees.
enum Careless {
    static func date() -> UInt64 { UInt64(Date().timeIntervalSince1970 * 1e6) }
    static func uuid() -> UInt64 { UInt64(UUID().uuid.0) | UInt64(UUID().uuid.1) << 8 | UInt64(UUID().uuid.2) << 16 }
    static func random() -> UInt64 { .random(in: 0...UInt64.max) }
    static func environment() -> UInt64 { UInt64(ProcessInfo.processInfo.processIdentifier) }
    static func sleep() async throws { try await Task.sleep(for: .milliseconds(1)) }
    static let names = Set(Mutant.names)
    static let ranks = Dictionary(uniqueKeysWithValues: Mutant.names.map { ($0, $0.count) })
}
