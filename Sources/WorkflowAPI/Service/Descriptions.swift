/// A line of a listing.
public struct WorkflowSummary: Hashable, Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// The run.
    public var execution: WorkflowExecution
    /// Its type.
    public var workflowType: String
    /// Where its tasks go.
    public var taskQueue: TaskQueue
    /// How it stands.
    public var status: WorkflowStatus
    /// When it began.
    public var startTime: Timestamp
    /// When it closed.
    public var closeTime: Timestamp?
    /// How many events it has.
    public var historyLength: Int64
    /// What is wrong with it, if anything.
    public var problem: WorkflowProblem?
    /// Where the next page goes on.
    public var pageKey: Int64

    /// All parts by name.
    public init(
        namespace: Namespace,
        execution: WorkflowExecution,
        workflowType: String,
        taskQueue: TaskQueue,
        status: WorkflowStatus,
        startTime: Timestamp,
        closeTime: Timestamp? = nil,
        historyLength: Int64,
        problem: WorkflowProblem? = nil,
        pageKey: Int64
    ) {
        self.namespace = namespace
        self.execution = execution
        self.workflowType = workflowType
        self.taskQueue = taskQueue
        self.status = status
        self.startTime = startTime
        self.closeTime = closeTime
        self.historyLength = historyLength
        self.problem = problem
        self.pageKey = pageKey
    }
}

/// All there is to know about a run without reading its history.
public struct WorkflowDescription: Hashable, Sendable {
    /// The line of the listing.
    public var summary: WorkflowSummary
    /// The limit on the chain.
    public var executionTimeout: Duration?
    /// The limit on the run.
    public var runTimeout: Duration?
    /// The limit on a workflow task.
    public var taskTimeout: Duration
    /// Somebody asked it to stop.
    public var cancelRequested: Bool
    /// Activities without a closing event.
    public var pendingActivities: [PendingActivityDescription]
    /// Timers that run.
    public var pendingTimers: [PendingTimerDescription]
    /// The turn that waits or is taken.
    public var workflowTask: WorkflowTaskDescription?
    /// What arrived while a turn is taken.
    public var bufferedEvents: Int
    /// Signals whose argument could not be read.
    public var skippedSignals: Int

    /// All parts by name.
    public init(
        summary: WorkflowSummary,
        executionTimeout: Duration? = nil,
        runTimeout: Duration? = nil,
        taskTimeout: Duration,
        cancelRequested: Bool,
        pendingActivities: [PendingActivityDescription],
        pendingTimers: [PendingTimerDescription],
        workflowTask: WorkflowTaskDescription? = nil,
        bufferedEvents: Int,
        skippedSignals: Int = 0
    ) {
        self.summary = summary
        self.executionTimeout = executionTimeout
        self.runTimeout = runTimeout
        self.taskTimeout = taskTimeout
        self.cancelRequested = cancelRequested
        self.pendingActivities = pendingActivities
        self.pendingTimers = pendingTimers
        self.workflowTask = workflowTask
        self.bufferedEvents = bufferedEvents
        self.skippedSignals = skippedSignals
    }
}

/// An activity without a closing event.
public struct PendingActivityDescription: Hashable, Sendable {
    /// Its id within the run.
    public var activityID: String
    /// Its registered name.
    public var activityType: String
    /// Where its tasks go.
    public var taskQueue: TaskQueue
    /// How it stands.
    public var state: PendingActivityState
    /// The event that scheduled it.
    public var scheduledEventID: Int64
    /// The current attempt.
    public var attempt: Int32
    /// The limit, 0 for none.
    public var maximumAttempts: Int
    /// How the attempt before ended.
    public var lastFailure: Failure?
    /// When the next attempt begins, if it waits.
    public var nextAttemptTime: Timestamp?
    /// When the current attempt was taken.
    public var startedTime: Timestamp?
    /// The last sign of life.
    public var lastHeartbeatTime: Timestamp?
    /// Who has it, or had it last.
    public var worker: String
    /// Its process died under it too often; not handed out until released.
    public var quarantined: Bool

    /// All parts by name.
    public init(
        activityID: String,
        activityType: String,
        taskQueue: TaskQueue,
        state: PendingActivityState,
        scheduledEventID: Int64,
        attempt: Int32,
        maximumAttempts: Int,
        lastFailure: Failure? = nil,
        nextAttemptTime: Timestamp? = nil,
        startedTime: Timestamp? = nil,
        lastHeartbeatTime: Timestamp? = nil,
        worker: String = "",
        quarantined: Bool = false
    ) {
        self.activityID = activityID
        self.activityType = activityType
        self.taskQueue = taskQueue
        self.state = state
        self.scheduledEventID = scheduledEventID
        self.attempt = attempt
        self.maximumAttempts = maximumAttempts
        self.lastFailure = lastFailure
        self.nextAttemptTime = nextAttemptTime
        self.startedTime = startedTime
        self.lastHeartbeatTime = lastHeartbeatTime
        self.worker = worker
        self.quarantined = quarantined
    }
}

/// A timer that runs.
public struct PendingTimerDescription: Hashable, Sendable {
    /// Its id within the run.
    public var timerID: String
    /// The event that started it.
    public var startedEventID: Int64
    /// When it fires.
    public var fireTime: Timestamp

    /// All parts by name.
    public init(timerID: String, startedEventID: Int64, fireTime: Timestamp) {
        self.timerID = timerID
        self.startedEventID = startedEventID
        self.fireTime = fireTime
    }
}

/// The turn that waits or is taken.
public struct WorkflowTaskDescription: Hashable, Sendable {
    /// A worker has it.
    public var started: Bool
    /// Since when it waits.
    public var scheduledTime: Timestamp
    /// Since when a worker has it.
    public var startedTime: Timestamp?
    /// When it is handed out again after a failure.
    public var nextAttemptTime: Timestamp?
    /// Which attempt.
    public var attempt: Int32
    /// Who has it.
    public var worker: String
    /// How the attempt before ended: the nondeterminism report, for one.
    public var lastFailure: Failure?
    /// What kind of trouble that was.
    public var lastFailureCause: WorkflowTaskFailedCause?
    /// Its process died under it too often; not handed out until released.
    public var quarantined: Bool

    /// All parts by name.
    public init(
        started: Bool,
        scheduledTime: Timestamp,
        startedTime: Timestamp? = nil,
        nextAttemptTime: Timestamp? = nil,
        attempt: Int32,
        worker: String = "",
        lastFailure: Failure? = nil,
        lastFailureCause: WorkflowTaskFailedCause? = nil,
        quarantined: Bool = false
    ) {
        self.started = started
        self.scheduledTime = scheduledTime
        self.startedTime = startedTime
        self.nextAttemptTime = nextAttemptTime
        self.attempt = attempt
        self.worker = worker
        self.lastFailure = lastFailure
        self.lastFailureCause = lastFailureCause
        self.quarantined = quarantined
    }
}

/// How a task queue stands.
public struct TaskQueueDescription: Hashable, Sendable {
    /// Its name.
    public var taskQueue: TaskQueue
    /// Who polls for workflow tasks.
    public var workflowPollers: [String]
    /// Who polls for activity tasks.
    public var activityPollers: [String]
    /// Workflow tasks that wait.
    public var workflowBacklog: Int
    /// Activity tasks that wait.
    public var activityBacklog: Int
    /// Since when the oldest workflow task waits.
    public var oldestWorkflowTask: Timestamp?
    /// Since when the oldest activity task waits.
    public var oldestActivityTask: Timestamp?

    /// All parts by name.
    public init(
        taskQueue: TaskQueue,
        workflowPollers: [String],
        activityPollers: [String],
        workflowBacklog: Int,
        activityBacklog: Int,
        oldestWorkflowTask: Timestamp? = nil,
        oldestActivityTask: Timestamp? = nil
    ) {
        self.taskQueue = taskQueue
        self.workflowPollers = workflowPollers
        self.activityPollers = activityPollers
        self.workflowBacklog = workflowBacklog
        self.activityBacklog = activityBacklog
        self.oldestWorkflowTask = oldestWorkflowTask
        self.oldestActivityTask = oldestActivityTask
    }
}

/// A tenant.
public struct NamespaceDescription: Hashable, Sendable {
    /// Its name.
    public var namespace: Namespace
    /// How long closed runs are kept; nil means for ever.
    public var retention: Duration?
    /// Since when it exists.
    public var createdTime: Timestamp

    /// All parts by name.
    public init(namespace: Namespace, retention: Duration? = nil, createdTime: Timestamp) {
        self.namespace = namespace
        self.retention = retention
        self.createdTime = createdTime
    }
}
