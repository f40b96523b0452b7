import ArgumentParser
import Synchronization
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

/// Simulated schedules of a workflow of two activities, on one thread: how many a second, and what they reach.
struct SimulationBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulation",
        abstract: "Simulated schedules a second of a workflow of two activities, and the crash points they reach."
    )

    @Option(help: "How many schedules are run.")
    var schedules = 5000
    @Option(help: "What all chance comes from.")
    var seed: UInt64 = 42

    func run() async throws {
        let began = processTime()
        let report = try await WorkflowSimulation(seed: seed, schedules: schedules).run(
            workflows: [WorkflowRegistration(TwoSteps.self)],
            world: { _ in Counter() },
            activities: { [$0] },
            scenario: { simulation, _ in try await simulation.run(TwoSteps.self, id: "two-steps", input: 1) },
            invariant: { _, counter in
                let effects = counter.effects
                guard effects <= 2 else { throw ValidationError("\(effects) effects of two activities") }
            }
        )
        print(report)
        let seconds = Double(processTime() - began) / 1e9
        print("  \(Int(Double(schedules) / seconds)) schedules a second of processor time, of all threads")
    }
}

/// Two activities, one after the other.
actor TwoSteps: WorkflowDefinition {
    func run(_ number: Int) async throws -> Int {
        let options = ActivityOptions(startToCloseTimeout: .seconds(30))
        let first = try await Workflow.execute(Counter.step, number, options: options)
        return try await Workflow.execute(Counter.step, first + 1, options: options)
    }
}

/// Effects that are had once however often they are asked for.
final class Counter: ActivityContainer, Sendable {
    static let step = ActivityDescriptor<Int, Int>("step")

    private let done = Mutex<Set<Int>>([])

    var effects: Int { done.withLock(\.count) }

    var activities: [ActivityRegistration] {
        [
            ActivityRegistration(Self.step) { number in
                self.done.withLock { _ = $0.insert(number) }
                return number
            }
        ]
    }
}
