import Database
import History
public import WorkflowAPI
public import WorkflowRuntime

/// Runs workflows with their real engine through many schedules in which things go wrong: processes die between any two
/// calls of the store, answers come late or twice, attempts fail, the clock leaps, kept runs are dropped. An invariant is
/// checked after each step.
///
/// One task runs everything, and all chance comes from the seed: the same seed gives the same schedules. Workflow code,
/// activities and the scenario must not wait for anything but the simulation. The first schedule has no faults.
///
///     let report = try await WorkflowSimulation(seed: 42, schedules: 1000).run(
///         workflows: [WorkflowRegistration(Transfer.self)],
///         world: { _ in Bank() },
///         activities: { bank in [BankActivities(bank)] },
///         scenario: { simulation, bank in try await simulation.run(Transfer.self, input: order) },
///         invariant: { _, bank in try bank.requireThatNothingIsLost() }
///     )
public struct WorkflowSimulation: Sendable {
    /// What all chance comes from.
    public var seed: UInt64
    /// How many schedules are run, the one without faults included.
    public var schedules: Int
    /// The faults that may be used.
    public var faults: Set<SimulatedFault.Kind>
    /// How many faults a schedule has at most.
    public var maxFaults: Int
    /// Where runs are stored.
    public var storage: SimulationStorage
    /// A schedule with more steps than this has no end.
    public var stepLimit: Int
    /// When each schedule begins.
    public var startTime: Timestamp
    private var repeated: (schedule: Int, faults: [SimulatedFault])?

    /// A simulation; with a fresh seed if none is given, which the report and a failure name.
    public init(
        seed: UInt64 = .random(in: 0..<1_000_000_000),
        schedules: Int = 200,
        faults: Set<SimulatedFault.Kind> = Set(SimulatedFault.Kind.allCases),
        maxFaults: Int = 6,
        storage: SimulationStorage = .memory,
        stepLimit: Int = 5000,
        startTime: Timestamp = ManualEngineClock().now()
    ) {
        self.seed = seed
        self.schedules = schedules
        self.faults = faults
        self.maxFaults = max(1, maxFaults)
        self.storage = storage
        self.stepLimit = stepLimit
        self.startTime = startTime
    }

    /// The same simulation, but only one schedule of it, with these faults: as a failure says it.
    public func repeating(_ schedule: Int, faults: [SimulatedFault]) -> WorkflowSimulation {
        var copy = self
        copy.repeated = (schedule, faults)
        return copy
    }

    /// Runs the schedules. `world` makes what activities work on, afresh for each schedule; the invariant is checked
    /// after each step, and `atEnd` when the scenario is over and nothing is under way any more.
    ///
    /// Functions can be passed as they are; `@concurrent`, because Swift 6.3 crashes where one is passed for a type that runs
    /// on its caller's actor, in a package without the feature `NonisolatedNonsendingByDefault`.
    ///
    /// Throws ``SimulationFailure`` for the first schedule in which the invariant or the scenario throws, a run waits for
    /// ever, or its history does not fit its code.
    @discardableResult
    public func run<World: Sendable>(
        workflows: [WorkflowRegistration],
        world: @escaping @Sendable @concurrent (Simulation) async throws -> World,
        activities: @escaping @Sendable (World) -> [any ActivityContainer],
        scenario: @escaping @Sendable @concurrent (Simulation, World) async throws -> Void,
        invariant: @escaping @Sendable @concurrent (Simulation, World) async throws -> Void = { _, _ in },
        atEnd: @escaping @Sendable @concurrent (Simulation, World) async throws -> Void = { _, _ in }
    ) async throws -> SimulationReport {
        let files = try await SimulationFiles(storage)
        defer { files?.remove() }
        let runner = ScheduleRunner(
            simulation: self,
            files: files,
            workflows: workflows,
            begin: { simulation, worker in
                let world = try await world(simulation)
                worker.replace(activities(world).flatMap(\.activities))
                return ScheduleRunner.Story(
                    scenario: { try await scenario(simulation, world) },
                    invariant: { try await invariant(simulation, world) },
                    atEnd: { try await atEnd(simulation, world) }
                )
            }
        )
        var report = SimulationReport(seed: seed)
        let began = ContinuousClock.now
        let baseline = try await runner.run(0, [], into: &report)
        let generator = ScheduleGenerator(seed: seed, kinds: faults, maxFaults: maxFaults, baseline: baseline)
        if let repeated {
            try await runner.run(repeated.schedule, repeated.faults, into: &report)
        } else {
            for number in stride(from: 1, to: schedules, by: 1) {
                try Task.checkCancellation()
                let faults = generator.faults(of: number, placesLeft: report.placesLeft)
                try await runner.run(number, faults, into: &report)
            }
        }
        report.duration = ContinuousClock.now - began
        return report
    }

    /// Runs the schedules of workflows whose activities keep nothing between schedules.
    @discardableResult
    public func run(
        workflows: [WorkflowRegistration],
        activities: [any ActivityContainer] = [],
        scenario: @escaping @Sendable @concurrent (Simulation) async throws -> Void,
        invariant: @escaping @Sendable @concurrent (Simulation) async throws -> Void = { _ in }
    ) async throws -> SimulationReport {
        try await run(
            workflows: workflows,
            world: { _ in () },
            activities: { activities },
            scenario: { simulation, _ in try await scenario(simulation) },
            invariant: { simulation, _ in try await invariant(simulation) }
        )
    }
}
