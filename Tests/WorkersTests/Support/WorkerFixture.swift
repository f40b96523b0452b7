import Foundation
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import Workers
import WorkflowAPI
import WorkflowRuntime

/// Runs a worker in a service group for the time of a test, then stops it gracefully, and replays what came of it.
@discardableResult
func withWorker<Value>(
    _ service: any WorkflowTaskService,
    _ configuration: WorkerConfiguration = testConfiguration(),
    workflows: [WorkflowRegistration] = [],
    activities: [any ActivityContainer] = [],
    logger: Logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
    histories: HistoriesAtEnd = .replayed,
    sourceLocation: Testing.SourceLocation = #_sourceLocation,
    _ body: (ServiceGroup) async throws -> Value
) async throws -> Value {
    let worker = try Worker(
        service: service,
        configuration: configuration,
        workflows: workflows,
        activities: activities,
        logger: logger
    )
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(
            services: [.init(service: worker, successTerminationBehavior: .ignore)],
            logger: Logger(label: "group") { _ in SwiftLogNoOpLogHandler() }
        )
    )
    async let running: Void = group.run()
    let value = try await body(group)
    await group.triggerGracefulShutdown()
    try await running
    if case .replayed = histories {
        let codecs = configuration.payloadCodecs
        try await replayHistories(of: service, workflows, payloadCodecs: codecs, sourceLocation: sourceLocation)
    }
    return value
}

/// A configuration with names and numbers that do not change between runs.
func testConfiguration(
    clock: any Clock<Duration> = ContinuousClock(),
    _ change: (inout WorkerConfiguration) -> Void = { _ in }
) -> WorkerConfiguration {
    var configuration = WorkerConfiguration(taskQueue: "orders", identity: "test-worker")
    configuration.clock = clock
    configuration.random = { 0.5 }
    configuration.workflowThreads = 2
    configuration.activityThreads = 2
    change(&configuration)
    return configuration
}

/// An activity task with a number.
func activityTask(_ number: Int, type: String = "charge", timeouts: ActivityTimeouts = ActivityTimeouts())
    -> ActivityTask
{
    let execution = WorkflowExecution(workflowID: "order", runID: RunID("run-\(number)"))
    return ActivityTask(
        token: TaskToken(
            namespace: .default,
            execution: execution,
            runKey: 1,
            scheduledEventID: 5,
            startedEventID: 0,
            attempt: 1,
            claim: Int64(number),
            activityID: "\(number)"
        ),
        namespace: .default,
        execution: execution,
        workflowType: "Order",
        activityID: "\(number)",
        activityType: type,
        taskQueue: "orders",
        input: [.json("\(number)")],
        attempt: 1,
        scheduledTime: .zero,
        currentAttemptScheduledTime: .zero,
        startedTime: .zero,
        timeouts: timeouts
    )
}

/// A door that stays shut until it is opened; passing it does not heed cancellation.
final class Gate: Sendable {
    private let state = Mutex<(isOpen: Bool, waiters: [CheckedContinuation<Void, Never>])>((false, []))

    var isOpen: Bool { state.withLock { $0.isOpen } }

    func open() {
        let waiters = state.withLock { state in
            defer { state = (true, []) }
            return state.waiters
        }
        for waiter in waiters { waiter.resume() }
    }

    func pass() async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if !state.isOpen { state.waiters.append(continuation) }
                return state.isOpen
            }
            if isOpen { continuation.resume() }
        }
    }
}

/// Waits until the task is cancelled, then throws `CancellationError`.
func untilCancelled() async throws {
    let (stream, continuation) = AsyncStream.makeStream(of: Void.self)
    for await _ in stream {}
    withExtendedLifetime(continuation) {}
    try Task.checkCancellation()
}

/// The name of the thread that calls.
///
/// From the kernel where that is possible: Foundation's getter misses the name of a thread that has just begun.
func threadName() -> String {
    let name = FileManager.default.contents(atPath: "/proc/thread-self/comm").map {
        String(decoding: $0, as: UTF8.self)
    }
    return name ?? Thread.current.name ?? ""
}

/// An activity from a number to numbers that sees its context.
func activity(
    _ name: String,
    _ body: @escaping @Sendable (Int, ActivityContext) async throws -> [Int]
) -> ActivityRegistration {
    ActivityRegistration(ActivityDescriptor<Int, [Int]>(name)) { input in
        guard let context = ActivityContext.current else { throw ApplicationError(type: "Test", message: "no context") }
        return try await body(input, context)
    }
}
