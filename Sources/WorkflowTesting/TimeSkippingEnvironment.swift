package import Database
package import History
import Synchronization
public import WorkflowAPI
public import WorkflowRuntime

/// Runs workflows in the test's own process, with their real engine on a store in memory and a clock that jumps to
/// whatever is due next: thirty days pass in milliseconds. Each environment has a clock of its own, so tests run in
/// parallel.
///
/// One task drives it: nothing happens between the calls of a test. Waiting for a result drives it too, and its timeout is
/// one of the environment's clock.
///
/// Whatever a test does, its histories are replayed: when runs close, when ``settle()`` or ``advance()`` has nothing left to
/// do, and in between, before time passes, whenever a run has twice the workflow tasks that it had the last time. Once in
/// one go, and once turn by turn as a worker would that keeps its runs. A difference is a ``ReplayMismatch``.
/// `replaysHistories: false` turns that off.
public final class TimeSkippingEnvironment: Sendable {
    /// The clock; moved by the environment when nothing can be done at the present time.
    public let clock: ManualEngineClock
    /// A client whose calls are answered by the environment's engine.
    public let client: WorkflowClient
    /// Where workflows and activities wait unless they say otherwise; every other queue is served as well, and
    /// every namespace in which something was started.
    public let taskQueue: TaskQueue = "test"
    let service: EmbeddedWorkflowService
    let store: any HistoryStore
    private let database: (any ApplicationDatabase)?
    private let driver: EnvironmentDriver
    let tasks: TestWorker
    private let cacheRuns: Bool
    let replaysHistories: Bool
    let state = Mutex(State())
    private let worker = WorkerIdentity(identity: "test-worker")

    struct State: Sendable {
        /// Runs that have gone on since their history was replayed.
        var unreplayed: [RunTarget] = []
        /// Workflow tasks of each run that is open, and how many of them had been replayed when that was last done.
        var turns: [RunTarget: (all: Int, replayed: Int)] = [:]
        var recorder = HistoryRecorder(nil)
        fileprivate var appointments: [Appointment] = []

        mutating func noteReplayed(_ targets: [RunTarget]) {
            for target in targets {
                guard let all = turns[target]?.all else { continue }
                turns[target] = (all, all)
            }
        }
    }

    fileprivate struct Appointment: Sendable {
        var time: Timestamp
        var action: @Sendable () async throws -> Void
    }

    /// An environment that knows these workflows and activities. Without `cacheRuns` every workflow task replays its run
    /// from the first event, which finds nondeterminism.
    ///
    /// The store in memory has no transactions for activities to take part in: with an exactly-once step (a transactional
    /// activity) use ``onFile(_:workflows:activities:cacheRuns:replaysHistories:clock:)``.
    public convenience init(
        workflows: [WorkflowRegistration],
        activities: [any ActivityContainer] = [],
        cacheRuns: Bool = true,
        replaysHistories: Bool = true,
        clock: ManualEngineClock = ManualEngineClock()
    ) {
        let store = InMemoryHistoryStore(clock: { clock.now() })
        self.init(
            store: store,
            database: nil,
            workflows: workflows,
            activities: activities,
            cacheRuns: cacheRuns,
            replaysHistories: replaysHistories,
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
        replaysHistories: Bool = true,
        clock: ManualEngineClock = ManualEngineClock()
    ) async throws -> TimeSkippingEnvironment {
        let database = try SQLiteDatabase(path: path, mode: .createIfMissing, knowing: [SQLiteSchema.component])
        return try await on(
            database,
            workflows: workflows,
            activities: activities,
            cacheRuns: cacheRuns,
            replaysHistories: replaysHistories,
            clock: clock
        )
    }

    /// Makes an application's own tables in an environment that ``onFile(_:workflows:activities:cacheRuns:replaysHistories:clock:)`` made;
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
        replaysHistories: Bool = true,
        clock: ManualEngineClock = ManualEngineClock()
    ) async throws -> TimeSkippingEnvironment {
        on(
            try await SQLiteHistoryStore(database: database, clock: { clock.now() }),
            tables: database,
            workflows: workflows,
            activities: activities,
            cacheRuns: cacheRuns,
            replaysHistories: replaysHistories,
            clock: clock
        )
    }

    /// An environment on a store that goes by the same clock, and the database under it, which stay the caller's to close.
    package static func on(
        _ store: any HistoryStore,
        tables: any ApplicationDatabase,
        workflows: [WorkflowRegistration],
        activities: [any ActivityContainer] = [],
        cacheRuns: Bool = true,
        replaysHistories: Bool = true,
        clock: ManualEngineClock
    ) -> TimeSkippingEnvironment {
        TimeSkippingEnvironment(
            store: store,
            database: tables,
            workflows: workflows,
            activities: activities,
            cacheRuns: cacheRuns,
            replaysHistories: replaysHistories,
            clock: clock
        )
    }

    private init(
        store: any HistoryStore,
        database: (any ApplicationDatabase)?,
        workflows: [WorkflowRegistration],
        activities: [any ActivityContainer],
        cacheRuns: Bool,
        replaysHistories: Bool,
        clock: ManualEngineClock
    ) {
        let counter = Mutex<UInt64>(0)
        let nextNumber: @Sendable () -> UInt64 = {
            counter.withLock { number in
                number += 1
                return number &* 0x9E37_79B9_7F4A_7C15
            }
        }
        self.clock = clock
        self.cacheRuns = cacheRuns
        self.replaysHistories = replaysHistories
        tasks = TestWorker(workflows: workflows, activities: activities)
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
                registration.answer(task, logger: TestWorker.silent)
            }
        }
        lendSteps()
    }

    // A step is made from outside, which the environment must not be kept alive by.
    private func lendSteps() { driver.drive { [weak self] in try await self?.advance() ?? false } }

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
        try await replayHistories()
        return try await handle.result(timeout: .zero)
    }

    /// Does everything that can be done at the present time.
    public func settle() async throws {
        while try await workOnce() {}
        try await replayHistories()
    }

    /// Does one thing, or moves the clock to the next thing that is due; false when there is none.
    @discardableResult
    public func advance() async throws -> Bool {
        if try await workOnce() { return true }
        if try await service.deliverInbox() > 0 { return true }
        let due = try await store.runDue(limit: 64)
        if due.handled > 0 { return true }
        let appointment = state.withLock { $0.appointments.map(\.time).min() }
        guard let next = [due.next, appointment].compactMap({ $0 }).min() else {
            try await replayHistories()
            return false
        }
        try await replayGrownHistories()
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
        for namespace in driver.namespaces {
            for queue in driver.queues {
                if try await workOnce(queue, of: namespace) { return true }
            }
        }
        return false
    }

    private func workOnce(_ queue: TaskQueue, of namespace: Namespace) async throws -> Bool {
        let poll = PollTaskRequest(namespace: namespace, taskQueue: queue, worker: worker, timeout: .zero)
        if let task = try await service.pollWorkflowTask(poll) {
            try await perform(task)
            return true
        }
        if let task = try await service.pollActivityTask(poll) {
            try await perform(task)
            return true
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
        if !cacheRuns { tasks.dropRuns() }
        let turn = try await tasks.turn(on: task)
        let activation: WorkflowActivation
        switch turn.result {
        case .failure(let failure):
            turn.run.evict()
            let failure = await failure.named()
            try await service.failWorkflowTask(
                FailWorkflowTaskRequest(
                    token: task.token,
                    worker: worker,
                    cause: failure.cause,
                    failure: failure.failure
                )
            )
            throw failure.report ?? StuckError(description: failure.failure.message)
        case .success(let success): activation = success
        }
        for case .scheduleActivity(let activity) in activation.commands {
            if let queue = activity.taskQueue { driver.serve(queue) }
        }
        _ = try await service.completeWorkflowTask(
            CompleteWorkflowTaskRequest(
                token: task.token,
                worker: worker,
                commands: activation.commands,
                sdkMetadata: activation.sdkMetadata,
                forceNewTask: activation.wantsNewTask
            )
        )
        if cacheRuns, !activation.isClosed {
            tasks.keep(turn.run, of: task.execution)
        } else {
            turn.run.evict()
        }
        noteProgress(of: RunTarget.run(task.namespace, task.execution))
        if activation.isClosed { try await replayHistories() }
        try await checkAccepted(task)
    }

    private func perform(_ task: ActivityTask) async throws {
        switch try tasks.activity(named: task.activityType).work {
        case .ordinary(let work):
            let ending = await tasks.attempt(task, work)
            switch ending.result {
            case .success(let result):
                _ = try await service.completeActivityTask(
                    CompleteActivityTaskRequest(token: task.token, worker: worker, result: result)
                )
            case .failure(let error): try await fail(task, error, ending.lastHeartbeat)
            }
        case .transactional(let prepare):
            let step: StoreStep
            do {
                step = try tasks.step(of: task, prepare)
            } catch {
                return try await fail(task, error)
            }
            _ = try await service.runActivityStep(RunActivityStepRequest(token: task.token, worker: worker), step)
        }
    }

    private func fail(_ task: ActivityTask, _ error: any Error, _ lastHeartbeat: [Payload]? = nil) async throws {
        try await service.failActivityTask(
            FailActivityTaskRequest(
                token: task.token,
                worker: worker,
                failure: FailureConverter.failure(for: error),
                lastHeartbeatDetails: lastHeartbeat
            )
        )
    }
}
