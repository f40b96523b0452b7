import Synchronization
import WorkflowAPI
public import WorkflowRuntime

/// Runs one activity alone, as a worker would, without workflow and engine: collects its heartbeats, and cancels it when
/// the test says so.
public final class ActivityEnvironment: Sendable {
    private struct State {
        var heartbeats: [[Payload]] = []
        var task: Task<[Payload], any Error>?
        var context: ActivityContext?
        var isCancelled = false
        var onHeartbeat: (@Sendable (Int) -> Void)?
    }

    private let activities: [String: ActivityRegistration]
    private let attempt: Int32
    private let heartbeatDetails: [Payload]
    private let time: Timestamp
    private let state = Mutex(State())

    /// An environment that knows these activities. `attempt` is what the code sees as its attempt, `heartbeatDetails` what
    /// the attempt before said last. Throws ``WorkflowRuntime/PayloadError`` for details that cannot be encoded.
    public init<each Detail: Encodable>(
        _ activities: any ActivityContainer,
        attempt: Int = 1,
        heartbeatDetails: repeat each Detail
    ) throws {
        self.activities = Dictionary(activities.activities.map { ($0.name, $0) }) { first, _ in first }
        self.attempt = Int32(clamping: attempt)
        var payloads: [Payload] = []
        for detail in repeat each heartbeatDetails { payloads.append(try PayloadConverter.payload(detail)) }
        self.heartbeatDetails = payloads
        time = ManualEngineClock().now()
    }

    /// Runs an activity and gives its result. Throws what the code throws, and ``StuckError`` for an activity that is not
    /// there or takes part in a transaction, which there is none of here.
    public func run<Input: Encodable, Output: Decodable>(
        _ activity: ActivityDescriptor<Input, Output>,
        _ input: Input
    ) async throws -> Output {
        let result = try await run(activity.name, [try PayloadConverter.payload(input)])
        return try PayloadConverter.argument(result, as: Output.self)
    }

    /// Runs an activity that gives nothing. Throws as ``run(_:_:)`` does.
    public func run<Input: Encodable>(_ activity: ActivityDescriptor<Input, Void>, _ input: Input) async throws {
        _ = try await run(activity.name, [try PayloadConverter.payload(input)])
    }

    /// The details of all heartbeats so far, in order, decoded. Throws ``WorkflowRuntime/PayloadError``.
    public func heartbeats<Detail: Decodable>(as type: Detail.Type) throws -> [Detail] {
        try state.withLock { $0.heartbeats }.compactMap { details in
            try details.first.map { try PayloadConverter.value($0, as: type) }
        }
    }

    /// How many heartbeats there were.
    public var heartbeatCount: Int { state.withLock { $0.heartbeats.count } }

    /// Called after each heartbeat with their number so far: a place to cancel at.
    public func onHeartbeat(_ action: @escaping @Sendable (Int) -> Void) { state.withLock { $0.onHeartbeat = action } }

    /// Cancels what runs, and what is run later: the run no longer wants it.
    public func cancel() {
        let (task, context) = state.withLock { state in
            state.isCancelled = true
            return (state.task, state.context)
        }
        context?.requestCancel()
        task?.cancel()
    }

    private func run(_ name: String, _ input: [Payload]) async throws -> [Payload] {
        guard let activity = activities[name] else {
            throw StuckError(description: "no activity type '\(name)' is registered")
        }
        guard case .ordinary(let work) = activity.work else {
            throw StuckError(
                description:
                    "activity '\(name)' takes part in a transaction; run it in a TimeSkippingEnvironment.onFile"
            )
        }
        let info = task(name, input)
        let context = ActivityContext(
            info: ActivityInfo(info),
            heartbeatDetails: heartbeatDetails,
            logger: { TestWorker.silent },
            onHeartbeat: { [weak self] in self?.note($0) }
        )
        let task = Task {
            try await ActivityContext.$current.withValue(context) { try await work(input, context) }
        }
        let isCancelled = state.withLock { state in
            state.task = task
            state.context = context
            return state.isCancelled
        }
        if isCancelled { cancel() }
        return try await withTaskCancellationHandler {
            try await task.value
        } onCancel: {
            task.cancel()
        }
    }

    private func note(_ details: [Payload]) {
        let (count, action) = state.withLock { state in
            state.heartbeats.append(details)
            return (state.heartbeats.count, state.onHeartbeat)
        }
        action?(count)
    }

    private func task(_ name: String, _ input: [Payload]) -> ActivityTask {
        let execution = WorkflowExecution(workflowID: "test", runID: "test")
        return ActivityTask(
            token: TaskToken(
                namespace: .default,
                execution: execution,
                runKey: 0,
                scheduledEventID: 1,
                startedEventID: 0,
                attempt: attempt,
                claim: 0,
                activityID: "1"
            ),
            namespace: .default,
            execution: execution,
            workflowType: "test",
            activityID: "1",
            activityType: name,
            taskQueue: "test",
            input: input,
            heartbeatDetails: heartbeatDetails,
            attempt: attempt,
            scheduledTime: time,
            currentAttemptScheduledTime: time,
            startedTime: time,
            timeouts: ActivityTimeouts()
        )
    }
}
