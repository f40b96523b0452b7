package import Database
import History
import Logging
import Synchronization
public import WorkflowAPI
public import WorkflowRuntime

/// Runs workflows in the test's own process, with their real engine on a store in memory and a clock that jumps to
/// whatever is due next: thirty days pass in milliseconds. Each environment has a clock of its own, so tests run in
/// parallel.
///
/// One task drives it: nothing happens between the calls of a test. Waiting for a result drives it too, and its timeout is
/// one of the environment's clock.
public final class TimeSkippingEnvironment: Sendable {
    /// The clock; moved by the environment when nothing can be done at the present time.
    public let clock: ManualEngineClock
    /// A client whose calls are answered by the environment's engine.
    public let client: WorkflowClient
    /// Where workflows and activities wait unless they say otherwise; every other queue is served as well.
    public let taskQueue: TaskQueue = "test"
    let service: EmbeddedWorkflowService
    let store: any HistoryStore
    private let database: SQLiteDatabase?
    private let driver: EnvironmentDriver
    private let workflows: [String: WorkflowRegistration]
    private let activities: [String: ActivityRegistration]
    private let cacheRuns: Bool
    private let state = Mutex(State())
    private let worker = WorkerIdentity(identity: "test-worker")

    private struct State {
        var runs: [RunID: WorkflowRun] = [:]
        var appointments: [Appointment] = []
        var idCounter: UInt64 = 0
    }

    private struct Appointment: Sendable {
        var time: Timestamp
        var action: @Sendable () async throws -> Void
    }

    /// An environment that knows these workflows and activities. Without `cacheRuns` every workflow task replays its run
    /// from the first event, which finds nondeterminism.
    ///
    /// The store in memory has no transactions for activities to take part in: with an exactly-once step (a transactional
    /// activity) use ``onFile(_:workflows:activities:cacheRuns:clock:)``.
    public convenience init(
        workflows: [WorkflowRegistration],
        activities: [any ActivityContainer] = [],
        cacheRuns: Bool = true,
        clock: ManualEngineClock = ManualEngineClock()
    ) {
        let store = InMemoryHistoryStore(clock: { clock.now() })
        self.init(
            store: store,
            database: nil,
            workflows: workflows,
            activities: activities,
            cacheRuns: cacheRuns,
            clock: clock
        )
    }

    /// An environment on a SQLite file, made if it is missing: for activities that take part in its transactions. Throws
    /// ``WorkflowAPI/WorkflowServiceError`` when the file cannot be used.
    public static func onFile(
        _ path: String,
        workflows: [WorkflowRegistration],
        activities: [any ActivityContainer] = [],
        cacheRuns: Bool = true,
        clock: ManualEngineClock = ManualEngineClock()
    ) async throws -> TimeSkippingEnvironment {
        let database = try SQLiteDatabase(path: path, mode: .createIfMissing, knowing: [SQLiteSchema.component])
        return try await on(database, workflows: workflows, activities: activities, cacheRuns: cacheRuns, clock: clock)
    }

    /// Makes an application's own tables in an environment that ``onFile(_:workflows:activities:cacheRuns:clock:)`` made;
    /// see ``WorkflowEngine/prepareTables(named:steps:)``.
    public func prepareTables(named component: String, steps: [String]) async throws {
        guard let database else {
            throw WorkflowServiceError(.unimplemented, "a store in memory has no tables for applications")
        }
        try await WorkflowEngine.prepareTables(named: component, steps: steps, in: database)
    }

    /// An environment on an open database, which stays the caller's to close.
    package static func on(
        _ database: SQLiteDatabase,
        workflows: [WorkflowRegistration],
        activities: [any ActivityContainer] = [],
        cacheRuns: Bool = true,
        clock: ManualEngineClock = ManualEngineClock()
    ) async throws -> TimeSkippingEnvironment {
        let store = try await SQLiteHistoryStore(database: database, clock: { clock.now() })
        return TimeSkippingEnvironment(
            store: store,
            database: database,
            workflows: workflows,
            activities: activities,
            cacheRuns: cacheRuns,
            clock: clock
        )
    }

    private init(
        store: any HistoryStore,
        database: SQLiteDatabase?,
        workflows: [WorkflowRegistration],
        activities: [any ActivityContainer],
        cacheRuns: Bool,
        clock: ManualEngineClock
    ) {
        EscapeHooks.install()
        let counter = Mutex<UInt64>(0)
        let nextNumber: @Sendable () -> UInt64 = {
            counter.withLock { number in
                number += 1
                return number &* 0x9E37_79B9_7F4A_7C15
            }
        }
        self.clock = clock
        self.cacheRuns = cacheRuns
        self.workflows = Dictionary(workflows.map { ($0.name, $0) }) { first, _ in first }
        self.activities = Dictionary(activities.flatMap(\.activities).map { ($0.name, $0) }) { first, _ in first }
        self.store = store
        self.database = database
        service = EmbeddedWorkflowService(store: store, clock: clock, random: nextNumber)
        driver = EnvironmentDriver(queue: taskQueue, clock: clock)
        client = WorkflowClient(
            service: DrivenClientService(base: service, driver: driver),
            identity: "test",
            makeID: { "id-\(nextNumber())" }
        )
        for registration in workflows {
            service.answerQueries(of: registration.name) { task in
                registration.answer(task, logger: TimeSkippingEnvironment.silent)
            }
        }
        lendSteps()
    }

    // A step is made from outside, which the environment must not be kept alive by.
    private func lendSteps() { driver.drive { [weak self] in try await self?.advance() ?? false } }

    private static let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// Does something when the clock gets there: sends a signal, asks a query.
    public func after(_ delay: Duration, _ action: @escaping @Sendable () async throws -> Void) {
        let appointment = Appointment(time: clock.now() + delay, action: action)
        state.withLock { $0.appointments.append(appointment) }
    }

    /// Starts a run and carries it to its end; throws what ``WorkflowHandle/result(timeout:)`` throws.
    public func run<Definition: WorkflowDefinition>(
        _ definition: Definition.Type,
        id: WorkflowID? = nil,
        input: Definition.Input
    ) async throws -> Definition.Output where Definition.Input: Encodable, Definition.Output: Decodable {
        let handle = try await client.start(definition, id: id, taskQueue: taskQueue, input: input)
        return try await result(of: handle)
    }

    /// Carries a run to its end.
    public func result<Definition: WorkflowDefinition>(
        of handle: WorkflowHandle<Definition>
    ) async throws -> Definition.Output where Definition.Output: Decodable {
        while try await handle.describe().summary.status == .running {
            guard try await advance() else {
                throw StuckError(description: "workflow '\(handle.workflowID)' waits for something that will not come")
            }
        }
        return try await handle.result(timeout: .zero)
    }

    /// Does everything that can be done at the present time.
    public func settle() async throws {
        while try await workOnce() {}
    }

    /// Does one thing, or moves the clock to the next thing that is due; false when there is none.
    @discardableResult
    public func advance() async throws -> Bool {
        if try await workOnce() { return true }
        if try await service.deliverInbox() > 0 { return true }
        let due = try await store.runDue(limit: 64)
        if due.handled > 0 { return true }
        let appointment = state.withLock { $0.appointments.map(\.time).min() }
        guard let next = [due.next, appointment].compactMap({ $0 }).min() else { return false }
        if next > clock.now() { clock.set(to: next) }
        try await keepAppointments()
        return true
    }

    /// The history of an execution's current run.
    public func history(of workflowID: WorkflowID) async throws -> [HistoryEvent] {
        try await service.history(GetHistoryRequest(workflowID: workflowID))
    }

    private func keepAppointments() async throws {
        let now = clock.now()
        let due = state.withLock { state in
            let due = state.appointments.filter { $0.time <= now }
            state.appointments.removeAll { $0.time <= now }
            return due
        }
        for appointment in due.sorted(by: { $0.time < $1.time }) { try await appointment.action() }
    }

    private func workOnce() async throws -> Bool {
        for queue in driver.queues {
            let poll = PollTaskRequest(namespace: .default, taskQueue: queue, worker: worker, timeout: .zero)
            if let task = try await service.pollWorkflowTask(poll) {
                try await perform(task)
                return true
            }
            if let task = try await service.pollActivityTask(poll) {
                try await perform(task)
                return true
            }
        }
        return false
    }

    /// A command that the engine refuses fails the workflow task: tried again it would be refused for ever.
    private func checkAccepted(_ task: WorkflowTask) async throws {
        let request = DescribeWorkflowRequest(
            namespace: task.namespace,
            workflowID: task.execution.workflowID,
            runID: task.execution.runID
        )
        guard let pending = try await service.describeWorkflow(request).workflowTask, pending.attempt > 1,
            pending.lastFailureCause != .unhandledCommand, let failure = pending.lastFailure
        else { return }
        throw StuckError(description: "the workflow task of '\(task.execution.workflowID)' failed: \(failure.message)")
    }

    private func perform(_ task: WorkflowTask) async throws {
        guard let registration = workflows[task.workflowType] else {
            throw StuckError(description: "no workflow type '\(task.workflowType)' is registered")
        }
        let known = state.withLock { $0.runs.removeValue(forKey: task.execution.runID) }
        let isUsable = known.map { $0.lastStartedEventID == task.previousStartedEventID && cacheRuns } ?? false
        if !isUsable { known?.evict() }
        let run =
            (isUsable ? known : nil)
            ?? registration.makeRun(namespace: task.namespace, execution: task.execution, logger: Self.silent)
        var rest = task
        if isUsable { rest.history.removeAll { $0.id <= task.previousStartedEventID } }
        let activation: WorkflowActivation
        do {
            activation = try run.activate(rest)
        } catch {
            run.evict()
            try await service.failWorkflowTask(
                FailWorkflowTaskRequest(token: task.token, worker: worker, cause: error.cause, failure: error.failure)
            )
            throw error.report ?? StuckError(description: error.failure.message)
        }
        for case .scheduleActivity(let activity) in activation.commands {
            if let queue = activity.taskQueue { driver.serve(queue) }
        }
        _ = try await service.completeWorkflowTask(
            CompleteWorkflowTaskRequest(
                token: task.token,
                worker: worker,
                commands: activation.commands,
                sdkMetadata: activation.sdkMetadata
            )
        )
        if cacheRuns, !activation.isClosed {
            state.withLock { $0.runs[task.execution.runID] = run }
        } else {
            run.evict()
        }
        try await checkAccepted(task)
    }

    private func perform(_ task: ActivityTask) async throws {
        guard let activity = activities[task.activityType] else {
            throw StuckError(description: "no activity type '\(task.activityType)' is registered")
        }
        let details = Mutex<[Payload]?>(nil)
        let context = ActivityContext(
            info: ActivityInfo(task),
            heartbeatDetails: task.heartbeatDetails,
            logger: Self.silent,
            onHeartbeat: { payloads in details.withLock { $0 = payloads } }
        )
        do {
            let work: @Sendable ([Payload], ActivityContext) async throws -> [Payload]
            switch activity.work {
            case .ordinary(let ordinary): work = ordinary
            case .transactional(let prepare): return try await perform(task, prepare, context)
            }
            let result = try await ActivityContext.$current.withValue(context) { try await work(task.input, context) }
            _ = try await service.completeActivityTask(
                CompleteActivityTaskRequest(token: task.token, worker: worker, result: result)
            )
        } catch {
            try await service.failActivityTask(
                FailActivityTaskRequest(
                    token: task.token,
                    worker: worker,
                    failure: FailureConverter.failure(for: error),
                    lastHeartbeatDetails: details.withLock { $0 }
                )
            )
        }
    }

    private func perform(
        _ task: ActivityTask,
        _ prepare: ActivityRegistration.StepPreparation,
        _ context: ActivityContext
    ) async throws {
        let step = try prepare(task.input)
        let request = RunActivityStepRequest(token: task.token, worker: worker)
        _ = try await service.runActivityStep(request) { transaction in
            ActivityContext.$current.withValue(context) {
                do {
                    return .done(try step(transaction))
                } catch {
                    return .failed(FailureConverter.failure(for: error))
                }
            }
        }
    }

    deinit {
        for run in state.withLock({ $0.runs.values.map { $0 } }) { run.evict() }
    }
}

/// Nothing more can happen, but a run is still open.
public struct StuckError: Error, Sendable, CustomStringConvertible {
    /// What it waits for.
    public var description: String
}
