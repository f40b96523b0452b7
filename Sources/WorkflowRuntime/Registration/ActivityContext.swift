public import Logging
import Synchronization
public import WorkflowAPI

/// Facts about the attempt that runs.
public struct ActivityInfo: Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// The run that asked.
    public var execution: WorkflowExecution
    /// The type of that run.
    public var workflowType: String
    /// The activity's id within the run.
    public var activityID: String
    /// The registered name.
    public var activityType: String
    /// Where the task came from.
    public var taskQueue: TaskQueue
    /// Which attempt, from 1.
    public var attempt: Int
    /// When the activity was asked for.
    public var scheduledTime: Timestamp
    /// When this attempt was taken.
    public var startedTime: Timestamp
    /// The longest gap between heartbeats; nil for none.
    public var heartbeatTimeout: Duration?
    /// It runs in the worker that runs the workflow code, within its workflow task.
    public var isLocal = false

    /// The facts of a task.
    package init(_ task: ActivityTask) {
        namespace = task.namespace
        execution = task.execution
        workflowType = task.workflowType
        activityID = task.activityID
        activityType = task.activityType
        taskQueue = task.taskQueue
        attempt = Int(task.attempt)
        scheduledTime = task.scheduledTime
        startedTime = task.startedTime
        heartbeatTimeout = task.timeouts.heartbeat
    }

    /// The facts of an attempt at a local activity.
    package init(
        _ local: LocalActivityTask,
        attempt: Int,
        startedTime: Timestamp,
        of task: WorkflowTask,
        taskQueue: TaskQueue
    ) {
        namespace = task.namespace
        execution = task.execution
        workflowType = task.workflowType
        activityID = local.activityID
        activityType = local.activityType
        self.taskQueue = taskQueue
        self.attempt = attempt
        scheduledTime = local.scheduledTime
        self.startedTime = startedTime
        isLocal = true
    }
}

/// What activity code can ask and say while it runs.
public final class ActivityContext: Sendable {
    /// The context of the attempt that the calling task runs; nil outside of one.
    @TaskLocal public static var current: ActivityContext?

    /// Facts about the attempt.
    public let info: ActivityInfo
    /// A logger with the ids as metadata.
    public var logger: Logger { makeLogger() }
    private let makeLogger: @Sendable () -> Logger
    private let lastDetails: [Payload]
    private let onHeartbeat: @Sendable ([Payload]) -> Void
    private let cancelRequested = Mutex(false)

    package init(
        info: ActivityInfo,
        heartbeatDetails: [Payload],
        logger: @escaping @Sendable () -> Logger,
        onHeartbeat: @escaping @Sendable ([Payload]) -> Void
    ) {
        self.info = info
        self.lastDetails = heartbeatDetails
        makeLogger = logger
        self.onHeartbeat = onHeartbeat
    }

    /// A sign of life, with progress for the next attempt. Never blocks and never throws; the worker sends fewer than
    /// are made.
    public func heartbeat<each Detail: Encodable>(_ details: repeat each Detail) {
        var payloads: [Payload] = []
        for detail in repeat each details {
            guard let payload = try? PayloadConverter.payload(detail) else { continue }
            payloads.append(payload)
        }
        onHeartbeat(payloads)
    }

    /// What the attempt before said last; nil if it said nothing.
    public func heartbeatDetails<Detail: Decodable>(as type: Detail.Type) throws -> Detail? {
        guard let first = lastDetails.first else { return nil }
        return try PayloadConverter.value(first, as: type)
    }

    /// The run no longer wants the result. The task is cancelled as well.
    public var isCancelRequested: Bool { cancelRequested.withLock { $0 } }

    /// The engine says that the run no longer wants the result.
    package func requestCancel() { cancelRequested.withLock { $0 = true } }
}
