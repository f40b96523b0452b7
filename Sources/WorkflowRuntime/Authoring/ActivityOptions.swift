public import WorkflowAPI

/// How an activity is run: give it a start-to-close or a schedule-to-close timeout.
public struct ActivityOptions: Sendable, Hashable {
    /// The limit on one attempt.
    public var startToCloseTimeout: Duration?
    /// The limit on all attempts together.
    public var scheduleToCloseTimeout: Duration?
    /// The limit on the time in the queue.
    public var scheduleToStartTimeout: Duration?
    /// The longest gap between heartbeats.
    public var heartbeatTimeout: Duration?
    /// How often to try again; nil means without limit, after 1 s, 2 s, 4 s, and so on up to 100 s.
    public var retryPolicy: RetryPolicy?
    /// Where its tasks go; nil means the workflow's own queue.
    public var taskQueue: TaskQueue?
    /// What happens to it when the code that waits for it is cancelled.
    public var cancellationType: ActivityCancellationType

    /// Options; what is not given has the default.
    public init(
        startToCloseTimeout: Duration? = nil,
        scheduleToCloseTimeout: Duration? = nil,
        scheduleToStartTimeout: Duration? = nil,
        heartbeatTimeout: Duration? = nil,
        retryPolicy: RetryPolicy? = nil,
        taskQueue: TaskQueue? = nil,
        cancellationType: ActivityCancellationType = .tryCancel
    ) {
        self.startToCloseTimeout = startToCloseTimeout
        self.scheduleToCloseTimeout = scheduleToCloseTimeout
        self.scheduleToStartTimeout = scheduleToStartTimeout
        self.heartbeatTimeout = heartbeatTimeout
        self.retryPolicy = retryPolicy
        self.taskQueue = taskQueue
        self.cancellationType = cancellationType
    }
}

/// What happens to an activity when the code that waits for it is cancelled.
public enum ActivityCancellationType: Sendable, Hashable {
    /// It is asked to cancel, and the code goes on with a `CancellationError` at once.
    case tryCancel
    /// It is asked to cancel, and the code waits for how it ends.
    case waitCancellationCompleted
    /// It is left alone, and the code goes on with a `CancellationError` at once.
    case abandon
}

/// Names an activity and says what it takes and gives.
public struct ActivityDescriptor<Input, Output>: Sendable {
    /// The registered name.
    public let name: String

    /// A descriptor of the activity with this name.
    public init(_ name: String) { self.name = name }
}
