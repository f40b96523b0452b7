import Foundation
import History
import Logging
import Synchronization
import WorkflowAPI

/// A store as an engine leaves it whose time and random numbers belong to the test, worker included.
final class ScriptedStore: Sendable {
    /// Time stands still unless it is moved.
    final class Clock: EngineClock {
        /// 2026-01-05T08:00:00Z.
        private let time = Mutex(Timestamp(nanoseconds: 1_767_600_000_000_000_000))

        func now() -> Timestamp { time.withLock { $0 } }
        func sleep(until deadline: Timestamp) async throws { throw CancellationError() }
        func advance(by duration: Duration) { time.withLock { $0 = $0 + duration } }
    }

    let engine: WorkflowEngine
    let clock = Clock()

    init(_ program: Program) async throws {
        let random = Mutex<UInt64>(0)
        engine = try await WorkflowEngine.open(
            .sqlite(program.path("workflow.db")),
            clock: clock,
            random: {
                random.withLock {
                    $0 += 1
                    return $0
                }
            },
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
    }

    func start(_ id: WorkflowID, queue: TaskQueue = "greetings") async throws {
        clock.advance(by: .seconds(1))
        _ = try await engine.service.startWorkflow(
            StartWorkflowRequest(
                workflowID: id,
                workflowType: "Greeting",
                taskQueue: queue,
                input: [.json(#""Hello""#)],
                identity: "client",
                requestID: "start-\(id)"
            )
        )
    }

    /// A worker that can run everything on a queue; gone when the store is closed.
    func register(_ identity: String, queue: TaskQueue = "greetings", activities: [String] = ["sendMail"]) async throws
        -> WorkerIdentity
    {
        try await engine.service.register(registration(WorkerIdentity(identity: identity), queue, activities))
    }

    private func registration(
        _ worker: WorkerIdentity,
        _ queue: TaskQueue,
        _ activities: [String]
    ) -> WorkerRegistration {
        WorkerRegistration(
            namespace: .default,
            taskQueue: queue,
            worker: worker,
            workflowTypes: [WorkflowTypeDescription(name: "Greeting", signals: ["greet"], queries: ["name"])],
            activityTypes: activities
        )
    }

    /// A worker takes a workflow task and goes away with it; the next attempt is due at once.
    func loseTask() async throws {
        let worker = try await register("worker-lost")
        _ = try await take(worker)
        try await engine.service.withdraw(registration(worker, "greetings", ["sendMail"]))
        _ = try await engine.service.retryTasks(AdministerTaskRequest(workflowID: "g", identity: "test"))
    }

    func take(_ worker: WorkerIdentity, queue: TaskQueue = "greetings") async throws -> WorkflowTask? {
        try await engine.service.pollWorkflowTask(poll(worker, queue))
    }

    func turn(_ worker: WorkerIdentity, queue: TaskQueue = "greetings", _ commands: [Command]) async throws {
        guard let task = try await take(worker, queue: queue) else { return }
        _ = try await engine.service.completeWorkflowTask(
            CompleteWorkflowTaskRequest(token: task.token, worker: worker, commands: commands)
        )
    }

    func fail(_ worker: WorkerIdentity, cause: WorkflowTaskFailedCause, _ failure: Failure) async throws {
        guard let task = try await take(worker) else { return }
        try await engine.service.failWorkflowTask(
            FailWorkflowTaskRequest(token: task.token, worker: worker, cause: cause, failure: failure)
        )
    }

    func failActivity(_ worker: WorkerIdentity, _ failure: Failure) async throws {
        guard let task = try await engine.service.pollActivityTask(poll(worker, "greetings")) else { return }
        try await engine.service.failActivityTask(
            FailActivityTaskRequest(token: task.token, worker: worker, failure: failure)
        )
    }

    private func poll(_ worker: WorkerIdentity, _ queue: TaskQueue) -> PollTaskRequest {
        PollTaskRequest(namespace: .default, taskQueue: queue, worker: worker, timeout: .zero)
    }
}

extension Command {
    static func mail(_ id: String, queue: TaskQueue? = nil) -> Command {
        .scheduleActivity(
            ScheduleActivity(
                activityID: id,
                activityType: "sendMail",
                taskQueue: queue,
                input: [.json(#""Hello, Rahima!""#)],
                timeouts: ActivityTimeouts(startToClose: .seconds(10)),
                requestEagerExecution: false
            )
        )
    }
}

extension Failure {
    static func application(_ message: String, type: String, details: [Payload] = []) -> Failure {
        Failure(message: message, info: .application(Application(type: type, details: details)))
    }
}
