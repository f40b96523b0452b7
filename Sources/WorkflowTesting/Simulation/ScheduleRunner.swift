import Database
import History
import WorkflowAPI
import WorkflowRuntime

/// Runs schedules, each on a store of its own, and makes those short in which something is wrong.
struct ScheduleRunner: Sendable {
    /// What happens in a schedule, and what has to hold.
    struct Story: Sendable {
        var scenario: @Sendable () async throws -> Void
        var invariant: @Sendable () async throws -> Void
        var atEnd: @Sendable () async throws -> Void
    }

    /// What came of a schedule.
    private struct Outcome {
        var plan: FaultPlan
        var problem: SimulationProblem?
    }

    let simulation: WorkflowSimulation
    let files: SimulationFiles?
    let workflows: [WorkflowRegistration]
    let begin: @Sendable (Simulation, TestWorker) async throws -> Story

    /// Runs a schedule and adds it to the report; throws ``SimulationFailure``.
    @discardableResult
    func run(
        _ number: Int,
        _ faults: [SimulatedFault],
        into report: inout SimulationReport
    ) async throws -> FaultPlan.Counts {
        let outcome = try await attempt(number, faults)
        if let problem = outcome.problem { throw try await shortened(number, outcome.plan, faults, problem) }
        report.add(outcome.plan)
        return outcome.plan.counts
    }

    /// Leaves out faults, one at a time, for as long as the same kind of trouble is left.
    private func shortened(
        _ number: Int,
        _ plan: FaultPlan,
        _ original: [SimulatedFault],
        _ problem: SimulationProblem
    ) async throws -> SimulationFailure {
        // What did not happen until then can have no part in it.
        let struck = Set(plan.strikes.map(\.fault))
        var faults = original.filter(struck.contains)
        if try await attempt(number, faults).problem?.kind != problem.kind { faults = original }
        var index = 0
        while index < faults.count {
            var fewer = faults
            fewer.remove(at: index)
            // Without one fault others may have to come earlier: an attempt that has not been lost is not repeated.
            var isShorter = false
            for shift in 0...2 {
                let candidate = fewer.map { $0.moved(back: shift) }
                guard try await attempt(number, candidate).problem?.kind == problem.kind else { continue }
                faults = candidate
                isShorter = true
                break
            }
            index = isShorter ? 0 : index + 1
        }
        for index in faults.indices {
            for simpler in faults[index].simpler {
                var other = faults
                other[index] = simpler
                guard try await attempt(number, other).problem?.kind == problem.kind else { continue }
                faults = other
                break
            }
        }
        let last = try await attempt(number, faults, keepsStory: true)
        return SimulationFailure(
            seed: simulation.seed,
            schedule: number,
            faults: faults,
            originalFaults: original,
            problem: last.problem ?? problem,
            strikes: last.plan.strikes.map(\.what),
            story: last.plan.story
        )
    }

    /// Runs a schedule on a new store. Throws only when it could not be begun.
    private func attempt(
        _ number: Int,
        _ faults: [SimulatedFault],
        keepsStory: Bool = false
    ) async throws -> Outcome {
        let clock = ManualEngineClock(start: simulation.startTime)
        let database = try files?.open()
        let base: any HistoryStore
        if let database {
            base = try await SQLiteHistoryStore(database: database, clock: { clock.now() })
        } else {
            base = InMemoryHistoryStore(clock: { clock.now() })
        }
        let queue: TaskQueue = "simulation"
        let plan = FaultPlan(faults, keepsStory: keepsStory)
        let worker = TestWorker(workflows: workflows, activities: [])
        let core = SimulationCore(
            base: base,
            plan: plan,
            clock: clock,
            worker: worker,
            queue: queue,
            random: ScheduleGenerator.random(seed: simulation.seed, schedule: number),
            stepLimit: simulation.stepLimit
        )
        let view = Simulation(
            core: core,
            client: WorkflowClient(
                service: SimulatedClientService(core: core),
                identity: "simulation",
                makeID: { [weak core] in "id-\(core?.nextID() ?? 0)" }
            ),
            taskQueue: queue,
            database: database.map { SimulationDatabase(file: $0) }
        )
        let problem = await play(view)
        core.close()
        if let database {
            await base.close()
            await database.closeInBackground()
        }
        return Outcome(plan: plan, problem: problem)
    }

    private func play(_ view: Simulation) async -> SimulationProblem? {
        let core = view.core
        do {
            let story = try await begin(view, core.worker)
            core.begin(story.invariant)
            try await story.scenario()
            try await view.drain()
            do {
                try await story.atEnd()
            } catch {
                throw core.report(.invariant, "at the end: \(error)")
            }
            try await replayEverything(core)
        } catch {
            return core.report((error as? SimulationProblem)?.kind ?? .scenario, "\(error)")
        }
        // A scenario may have swallowed what it was thrown.
        return core.problem
    }

    private func replayEverything(_ core: SimulationCore) async throws {
        for namespace in core.namespaces {
            for run in try await core.base.list(ListWorkflowsRequest(namespace: namespace, limit: 1000)) {
                let target = RunTarget.run(namespace, run.execution)
                let history = try await core.base.events(target, after: 0, through: .max)
                do {
                    try HistoryCheck.replay(history, of: run.execution, with: core.worker.workflows)
                } catch {
                    throw core.report(
                        .workflowTask,
                        "the history of '\(run.execution.workflowID)' does not fit: \(error)"
                    )
                }
            }
        }
    }
}

extension SimulatedFault {
    /// The same at a place so much earlier.
    fileprivate func moved(back distance: Int) -> SimulatedFault {
        func earlier(_ number: Int) -> Int { max(1, number - distance) }
        return switch self {
        case .crashBeforeCall(let number): .crashBeforeCall(earlier(number))
        case .crashAfterCall(let number): .crashAfterCall(earlier(number))
        case .crash(let place, let time): .crash(at: place, time: earlier(time))
        case .crashInTurn(let number): .crashInTurn(earlier(number))
        case .crashBeforeAttempt(let number): .crashBeforeAttempt(earlier(number))
        case .crashAfterAttempt(let number): .crashAfterAttempt(earlier(number))
        case .failBeforeAttempt(let number): .failBeforeAttempt(earlier(number))
        case .failAfterAttempt(let number): .failAfterAttempt(earlier(number))
        case .holdTurn(let number, let steps): .holdTurn(earlier(number), steps: steps)
        case .holdAttempt(let number, let steps): .holdAttempt(earlier(number), steps: steps)
        case .repeatTurn(let number, let steps): .repeatTurn(earlier(number), steps: steps)
        case .repeatAttempt(let number, let steps): .repeatAttempt(earlier(number), steps: steps)
        case .timeJump(let step, let seconds): .timeJump(beforeStep: earlier(step), seconds: seconds)
        case .dropCache(let step): .dropCache(beforeStep: earlier(step))
        case .delayRequest(let number, let steps): .delayRequest(earlier(number), steps: steps)
        case .repeatRequest(let number): .repeatRequest(earlier(number))
        }
    }

    /// The same with a smaller number, the smallest first.
    fileprivate var simpler: [SimulatedFault] {
        func smaller(_ steps: Int) -> [Int] { [0, 1, 2, 3, 5, 8].filter { $0 < steps } }
        return switch self {
        case .holdTurn(let number, let steps): smaller(steps).map { .holdTurn(number, steps: $0) }
        case .holdAttempt(let number, let steps): smaller(steps).map { .holdAttempt(number, steps: $0) }
        case .repeatTurn(let number, let steps): smaller(steps).map { .repeatTurn(number, steps: $0) }
        case .repeatAttempt(let number, let steps): smaller(steps).map { .repeatAttempt(number, steps: $0) }
        case .delayRequest(let number, let steps): smaller(steps).map { .delayRequest(number, steps: $0) }
        default: []
        }
    }
}
