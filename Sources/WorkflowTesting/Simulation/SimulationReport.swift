/// What a simulation has gone through without finding a problem.
public struct SimulationReport: Sendable, CustomStringConvertible {
    /// With what it can be repeated.
    public var seed: UInt64
    /// How many schedules were run.
    public var schedules = 0
    /// How many things were done in them.
    public var steps = 0
    /// How many commits the store made.
    public var transitions = 0
    /// How often each kind of fault struck.
    public var faults: [SimulatedFault.Kind: Int] = [:]
    /// Places where the process died.
    public var crashPointsReached: Set<String> = []
    /// Places where it could have died: before and after each call of the store by each operation that was seen, and
    /// around the code of workflows and activities.
    public var crashPointsSeen: Set<String> = []
    /// Those in the order in which they were seen: of sets nobody knows the order.
    private var places: [String] = []
    /// In how many schedules each was seen.
    private var visits: [String: Int] = [:]
    /// Where no process has died yet, those first by which most schedules come.
    var placesLeft: [String] {
        let left = places.enumerated().filter { !crashPointsReached.contains($0.element) }
        return left.sorted { (visits[$0.element] ?? 0, $1.offset) > (visits[$1.element] ?? 0, $0.offset) }.map(
            \.element
        )
    }
    /// How long it took.
    public var duration: Duration = .zero

    /// How many schedules a second.
    public var schedulesPerSecond: Double {
        let seconds = Double(duration.components.seconds) + Double(duration.components.attoseconds) / 1e18
        return seconds > 0 ? Double(schedules) / seconds : 0
    }

    /// A few lines for people.
    public var description: String {
        let struck = faults.sorted { $0.key.rawValue < $1.key.rawValue }.map { "\($0.key.rawValue) \($0.value)" }
        return """
            simulation with seed \(seed): \(schedules) schedules, \(Int(schedulesPerSecond)) a second
              \(transitions) transitions in \(steps) steps
              crash points reached: \(crashPointsReached.count) of \(crashPointsSeen.count)
              faults: \(struck.joined(separator: ", "))
            """
    }

    init(seed: UInt64) { self.seed = seed }

    mutating func add(_ plan: FaultPlan) {
        schedules += 1
        steps += plan.counts.steps
        transitions += plan.counts.commits
        for strike in plan.strikes { faults[strike.fault.kind, default: 0] += 1 }
        for place in plan.crashPoints.seen {
            visits[place, default: 0] += 1
            if crashPointsSeen.insert(place).inserted { places.append(place) }
        }
        crashPointsReached.formUnion(plan.crashPoints.reached)
    }
}

/// A schedule in which something is wrong, made as short as it was found to go.
public struct SimulationFailure: Error, Sendable, CustomStringConvertible {
    /// The seed of the simulation.
    public var seed: UInt64
    /// The number of the schedule in which it was found.
    public var schedule: Int
    /// The faults that are enough for it, given the seed and the schedule.
    public var faults: [SimulatedFault]
    /// The faults with which it was found.
    public var originalFaults: [SimulatedFault]
    /// What is wrong.
    public var problem: SimulationProblem
    /// The faults as they struck, in words.
    public var strikes: [String]
    /// What happened, step by step.
    public var story: [String]

    /// The seed, the problem, the schedule as a list, and how to run it again.
    public var description: String {
        let list = strikes.enumerated().map { "  \($0.offset + 1). \($0.element)" }
        let schedule =
            list.isEmpty
            ? ["nothing has to go wrong for it"]
            : ["\(list.count) of \(originalFaults.count) faults are enough:"] + list
        let code = faults.map(\.description).joined(separator: ", ")
        return """
            \(problem.kind.rawValue): \(problem.message)
            seed \(seed), schedule \(self.schedule); \(schedule.joined(separator: "\n"))
            to repeat it: WorkflowSimulation(seed: \(seed)).repeating(\(self.schedule), faults: [\(code)])
            what happened:
            \(story.map { "  " + $0 }.joined(separator: "\n"))
            """
    }
}
