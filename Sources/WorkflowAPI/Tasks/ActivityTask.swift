/// One attempt of an activity.
public struct ActivityTask: Hashable, Sendable {
    /// Names the attempt; goes back with the answer.
    public var token: TaskToken
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
    /// Its argument.
    public var input: [Payload]
    /// Context that travels with the call.
    public var header: PayloadMap
    /// What the attempt before said last.
    public var heartbeatDetails: [Payload]
    /// Which attempt this is, from 1.
    public var attempt: Int32
    /// When the activity was asked for.
    public var scheduledTime: Timestamp
    /// When this attempt went into the queue.
    public var currentAttemptScheduledTime: Timestamp
    /// When this attempt was taken.
    public var startedTime: Timestamp
    /// Its four time limits.
    public var timeouts: ActivityTimeouts
    /// How often to try again.
    public var retryPolicy: RetryPolicy?

    /// All parts by name.
    public init(
        token: TaskToken,
        namespace: Namespace,
        execution: WorkflowExecution,
        workflowType: String,
        activityID: String,
        activityType: String,
        taskQueue: TaskQueue,
        input: [Payload],
        header: PayloadMap = [:],
        heartbeatDetails: [Payload] = [],
        attempt: Int32,
        scheduledTime: Timestamp,
        currentAttemptScheduledTime: Timestamp,
        startedTime: Timestamp,
        timeouts: ActivityTimeouts,
        retryPolicy: RetryPolicy? = nil
    ) {
        self.token = token
        self.namespace = namespace
        self.execution = execution
        self.workflowType = workflowType
        self.activityID = activityID
        self.activityType = activityType
        self.taskQueue = taskQueue
        self.input = input
        self.header = header
        self.heartbeatDetails = heartbeatDetails
        self.attempt = attempt
        self.scheduledTime = scheduledTime
        self.currentAttemptScheduledTime = currentAttemptScheduledTime
        self.startedTime = startedTime
        self.timeouts = timeouts
        self.retryPolicy = retryPolicy
    }
}
