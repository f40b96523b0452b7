import History
import Synchronization
import WorkflowAPI
import WorkflowRuntime

/// The machinery of one schedule: a store, the process that works on it, and what goes wrong. One task drives it, and
/// nothing happens between its steps, so that a plan says exactly what happens.
final class SimulationCore: Sendable {
    /// An answer that is under way.
    struct Held: Sendable {
        var dueStep: Int
        var deliver: @Sendable () async throws -> Void
    }

    struct Appointment: Sendable {
        var time: Timestamp
        var action: @Sendable () async throws -> Void
    }

    private struct State {
        var process: SimulatedProcess?
        var processes = 0
        var queues: [TaskQueue]
        var namespaces: [Namespace] = [.default]
        var held: [Held] = []
        var appointments: [Appointment] = []
        var problem: SimulationProblem?
        var isInsideStep = false
        var timeStands = false
        var invariant: (@Sendable () async throws -> Void)?
        var random: DeterministicRandom
    }

    let base: any HistoryStore
    let plan: FaultPlan
    let clock: ManualEngineClock
    let worker: TestWorker
    private let noticesDeaths: Bool
    private let stepLimit: Int
    private let state: Mutex<State>
    private let idCounter = Mutex<UInt64>(0)

    init(
        base: any HistoryStore,
        plan: FaultPlan,
        clock: ManualEngineClock,
        worker: TestWorker,
        queue: TaskQueue,
        random: DeterministicRandom,
        stepLimit: Int
    ) {
        self.base = base
        self.plan = plan
        self.clock = clock
        self.worker = worker
        self.stepLimit = stepLimit
        var random = random
        noticesDeaths = random.next() & 1 == 0
        state = Mutex(State(queues: [queue], random: random))
    }

    /// The next of numbers that are the same in every run of the schedule.
    func nextID() -> UInt64 {
        idCounter.withLock { number in
            number += 1
            return number &* 0x9E37_79B9_7F4A_7C15
        }
    }

    func random(under bound: UInt64) -> UInt64 { state.withLock { $0.random.next(under: bound) } }

    func begin(_ invariant: @escaping @Sendable () async throws -> Void) {
        state.withLock { $0.invariant = invariant }
    }

    /// Lets go of everything that may refer back to here.
    func close() {
        worker.dropRuns()
        state.withLock { state in
            state.invariant = nil
            state.held = []
            state.appointments = []
            state.process = nil
        }
    }

    func serve(_ queue: TaskQueue) {
        state.withLock { if !$0.queues.contains(queue) { $0.queues.append(queue) } }
    }

    func serve(_ namespace: Namespace) {
        state.withLock { if !$0.namespaces.contains(namespace) { $0.namespaces.append(namespace) } }
    }

    var queues: [TaskQueue] { state.withLock { $0.queues } }
    var namespaces: [Namespace] { state.withLock { $0.namespaces } }
    var isInsideStep: Bool { state.withLock { $0.isInsideStep } }
    var problem: SimulationProblem? { state.withLock { $0.problem } }
    var processes: Int { state.withLock { $0.processes } }

    func after(_ delay: Duration, _ action: @escaping @Sendable () async throws -> Void) {
        let appointment = Appointment(time: clock.now() + delay, action: action)
        state.withLock { $0.appointments.append(appointment) }
    }

    /// Remembers the first problem, since a scenario may swallow what it is thrown.
    func report(_ kind: SimulationProblem.Kind, _ message: String) -> SimulationProblem {
        state.withLock { state in
            let problem = state.problem ?? SimulationProblem(kind: kind, message: message)
            state.problem = problem
            return problem
        }
    }

    // MARK: Processes

    /// The process that lives.
    func process() async throws -> SimulatedProcess {
        if let process = state.withLock({ $0.process }) { return process }
        let number = state.withLock { state in
            state.processes += 1
            return state.processes
        }
        let process = try await SimulatedProcess(
            number: number,
            base: base,
            plan: plan,
            clock: clock,
            hasSession: noticesDeaths,
            random: { [weak self] in self?.nextID() ?? 0 },
            workflows: worker.workflows
        )
        state.withLock { $0.process = process }
        return process
    }

    func isAlive(_ process: SimulatedProcess) -> Bool { state.withLock { $0.process === process } }

    /// Ends a process: what it kept is gone, its tasks are nobody's.
    func die(_ process: SimulatedProcess) async throws {
        process.store.die()
        guard isAlive(process) else { return }
        state.withLock { $0.process = nil }
        worker.dropRuns()
        guard noticesDeaths else { return }
        try await base.closeSession(process.worker.session)
        _ = try await base.reapSessions()
    }

    /// What a call of the engine gave; nil when the process died of it.
    func call<R>(
        _ place: @autoclosure () -> String,
        _ body: (SimulatedProcess) async throws -> R
    ) async throws -> R? {
        let process = try await process()
        plan.enter(place())
        do {
            let answer = try await body(process)
            guard process.store.isDead else { return answer }
        } catch {
            guard process.store.isDead else { throw error }
        }
        try await die(process)
        return nil
    }

    // MARK: Steps

    /// Does one thing, or moves the clock to what is due next; false when there is nothing. Throws ``SimulationProblem``.
    func step() async throws -> Bool {
        if let problem { throw problem }
        let number = plan.count(\.steps)
        guard number <= stepLimit else { throw report(.endless, "there is no end after \(stepLimit) steps") }
        for fault in plan.faults {
            switch fault {
            case .timeJump(number, let seconds):
                _ = plan.strikes(fault, "the clock leaps by \(seconds) s")
                clock.advance(by: .seconds(seconds))
            case .dropCache(number):
                _ = plan.strikes(fault, "the worker drops the runs that it keeps")
                worker.dropRuns()
            default: break
            }
        }
        state.withLock { $0.isInsideStep = true }
        defer { state.withLock { $0.isInsideStep = false } }
        let hasMoved: Bool
        do {
            hasMoved = try await move(number)
        } catch let problem as SimulationProblem {
            throw report(problem.kind, problem.message)
        } catch let error as StuckError {
            throw report(.stuck, error.description)
        } catch {
            throw report(.engine, String(describing: error))
        }
        try await check()
        return hasMoved
    }

    /// Does one thing that is under way or can be done now; false when there is nothing.
    func stepWithoutTime() async throws -> Bool {
        state.withLock { $0.timeStands = true }
        defer { state.withLock { $0.timeStands = false } }
        return try await step()
    }

    /// Throws when the invariant does not hold.
    func check() async throws {
        guard let invariant = state.withLock({ $0.invariant }) else { return }
        do {
            try await invariant()
        } catch {
            throw report(.invariant, String(describing: error))
        }
    }

    private func move(_ number: Int) async throws -> Bool {
        if try await deliverHeld(before: number) { return true }
        if try await keepAppointment() { return true }
        for namespace in namespaces {
            for queue in queues {
                if try await work(on: queue, of: namespace) { return true }
            }
        }
        guard let delivered = try await call("deliver the inbox", { try await $0.service.deliverInbox() }) else {
            return true
        }
        if delivered > 0 { return true }
        guard let due = try await call("time", { try await $0.store.runDue(limit: 64) }) else { return true }
        if due.handled > 0 { return true }
        if state.withLock({ $0.timeStands }) { return try await deliverHeld(before: .max) }
        let appointment = state.withLock { $0.appointments.map(\.time).min() }
        guard let next = [due.next, appointment].compactMap({ $0 }).min() else {
            return try await deliverHeld(before: .max)
        }
        if next > clock.now() {
            plan.tell("the clock moves on by \(next - clock.now())")
            clock.set(to: next)
        }
        return true
    }

    /// Delivers what has been under way for long enough.
    func deliverHeld(before number: Int) async throws -> Bool {
        let next: Held? = state.withLock { state in
            guard let index = state.held.firstIndex(where: { $0.dueStep <= number }) else { return nil }
            return state.held.remove(at: index)
        }
        guard let next else { return false }
        try await next.deliver()
        return true
    }

    /// Something that arrives so many steps later.
    func hold(for steps: Int, _ deliver: @escaping @Sendable () async throws -> Void) {
        let dueStep = plan.counts.steps + steps + 1
        state.withLock { $0.held.append(Held(dueStep: dueStep, deliver: deliver)) }
    }

    private func keepAppointment() async throws -> Bool {
        let now = clock.now()
        let due: Appointment? = state.withLock { state in
            let due = state.appointments.indices.filter { state.appointments[$0].time <= now }
            guard let first = due.min(by: { state.appointments[$0].time < state.appointments[$1].time }) else {
                return nil
            }
            return state.appointments.remove(at: first)
        }
        guard let due else { return false }
        do {
            try await due.action()
        } catch let problem as SimulationProblem {
            throw problem
        } catch {
            throw SimulationProblem(kind: .scenario, message: "the scenario failed: \(error)")
        }
        return true
    }
}
