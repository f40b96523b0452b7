/// Who polls: a process and its session in the store.
public struct WorkerIdentity: Hashable, Sendable {
    /// For people: process id, host and name.
    public var identity: String
    /// The session in the store, 0 if it keeps none.
    public var session: Int64

    /// All parts by name.
    public init(identity: String, session: Int64 = 0) {
        self.identity = identity
        self.session = session
    }
}

/// Asks for one task.
public struct PollTaskRequest: Hashable, Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// Where to look.
    public var taskQueue: TaskQueue
    /// Who asks.
    public var worker: WorkerIdentity
    /// The queue of this worker's cache, looked at first; workflow tasks only.
    public var stickyQueue: TaskQueue?
    /// How long to wait for one.
    public var timeout: Duration
    /// An offer to run what is found before it is handed out; workflow tasks only.
    public var inlineTurn: InlineTurn?

    /// All parts by name.
    public init(
        namespace: Namespace,
        taskQueue: TaskQueue,
        worker: WorkerIdentity,
        stickyQueue: TaskQueue? = nil,
        timeout: Duration = .seconds(60),
        inlineTurn: InlineTurn? = nil
    ) {
        self.namespace = namespace
        self.taskQueue = taskQueue
        self.worker = worker
        self.stickyQueue = stickyQueue
        self.timeout = timeout
        self.inlineTurn = inlineTurn
    }
}

/// The answer to a workflow task.
public struct CompleteWorkflowTaskRequest: Hashable, Sendable {
    /// The turn.
    public var token: TaskToken
    /// Who answers.
    public var worker: WorkerIdentity
    /// What the workflow asks for, in order.
    public var commands: [Command]
    /// Where follow-up turns should wait first, because the run is in that cache.
    public var stickyQueue: TaskQueue?
    /// How long they wait there before they go to the normal queue.
    public var stickyScheduleToStart: Duration
    /// What the worker is made of, when it changed.
    public var sdkMetadata: HistoryEvent.SDKMetadata?
    /// Answers to the task's queries, by their id.
    public var queryResults: [String: QueryResult]
    /// Another turn is wanted at once.
    public var forceNewTask: Bool
    /// The sender has a free slot for the follow-up turn.
    public var wantsWorkflowTask: Bool
    /// How many activity tasks the sender has slots for.
    public var wantedActivityTasks: Int

    /// All parts by name.
    public init(
        token: TaskToken,
        worker: WorkerIdentity,
        commands: [Command],
        stickyQueue: TaskQueue? = nil,
        stickyScheduleToStart: Duration = .seconds(10),
        sdkMetadata: HistoryEvent.SDKMetadata? = nil,
        queryResults: [String: QueryResult] = [:],
        forceNewTask: Bool = false,
        wantsWorkflowTask: Bool = false,
        wantedActivityTasks: Int = 0
    ) {
        self.token = token
        self.worker = worker
        self.commands = commands
        self.stickyQueue = stickyQueue
        self.stickyScheduleToStart = stickyScheduleToStart
        self.sdkMetadata = sdkMetadata
        self.queryResults = queryResults
        self.forceNewTask = forceNewTask
        self.wantsWorkflowTask = wantsWorkflowTask
        self.wantedActivityTasks = wantedActivityTasks
    }
}

/// A worker could not advance a run.
public struct FailWorkflowTaskRequest: Hashable, Sendable {
    /// The turn.
    public var token: TaskToken
    /// Who answers.
    public var worker: WorkerIdentity
    /// What kind of trouble.
    public var cause: WorkflowTaskFailedCause
    /// The report.
    public var failure: Failure

    /// All parts by name.
    public init(token: TaskToken, worker: WorkerIdentity, cause: WorkflowTaskFailedCause, failure: Failure) {
        self.token = token
        self.worker = worker
        self.cause = cause
        self.failure = failure
    }
}

/// An attempt succeeded.
public struct CompleteActivityTaskRequest: Hashable, Sendable {
    /// The attempt.
    public var token: TaskToken
    /// Who answers.
    public var worker: WorkerIdentity
    /// What it returned.
    public var result: [Payload]
    /// The sender has a free slot for the follow-up turn, if the run is on this queue, which it polls.
    public var wantsWorkflowTaskOf: TaskQueue?
    /// An offer to run that turn before it is handed out.
    public var inlineTurn: InlineTurn?

    /// All parts by name.
    public init(
        token: TaskToken,
        worker: WorkerIdentity,
        result: [Payload],
        wantsWorkflowTaskOf: TaskQueue? = nil,
        inlineTurn: InlineTurn? = nil
    ) {
        self.token = token
        self.worker = worker
        self.result = result
        self.wantsWorkflowTaskOf = wantsWorkflowTaskOf
        self.inlineTurn = inlineTurn
    }
}

/// An attempt failed.
public struct FailActivityTaskRequest: Hashable, Sendable {
    /// The attempt.
    public var token: TaskToken
    /// Who answers.
    public var worker: WorkerIdentity
    /// How.
    public var failure: Failure
    /// What it said last, if a heartbeat was held back.
    public var lastHeartbeatDetails: [Payload]?

    /// All parts by name.
    public init(token: TaskToken, worker: WorkerIdentity, failure: Failure, lastHeartbeatDetails: [Payload]? = nil) {
        self.token = token
        self.worker = worker
        self.failure = failure
        self.lastHeartbeatDetails = lastHeartbeatDetails
    }
}

/// An attempt followed a cancel request.
public struct CancelActivityTaskRequest: Hashable, Sendable {
    /// The attempt.
    public var token: TaskToken
    /// Who answers.
    public var worker: WorkerIdentity
    /// What it had to say.
    public var details: [Payload]

    /// All parts by name.
    public init(token: TaskToken, worker: WorkerIdentity, details: [Payload] = []) {
        self.token = token
        self.worker = worker
        self.details = details
    }
}

/// A sign of life of an attempt.
public struct HeartbeatRequest: Hashable, Sendable {
    /// The attempt.
    public var token: TaskToken
    /// Who answers.
    public var worker: WorkerIdentity
    /// Progress, handed to the next attempt.
    public var details: [Payload]

    /// All parts by name.
    public init(token: TaskToken, worker: WorkerIdentity, details: [Payload] = []) {
        self.token = token
        self.worker = worker
        self.details = details
    }
}

/// What the engine wants of a running attempt.
public struct HeartbeatResponse: Hashable, Sendable {
    /// The run no longer wants it.
    public var cancelRequested: Bool

    /// All parts by name.
    public init(cancelRequested: Bool) {
        self.cancelRequested = cancelRequested
    }
}

/// What a worker process can run, published so that clients can refuse unknown names.
public struct WorkerRegistration: Hashable, Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// Where it polls.
    public var taskQueue: TaskQueue
    /// Who it is.
    public var worker: WorkerIdentity
    /// The workflows it has.
    public var workflowTypes: [WorkflowTypeDescription]
    /// The activities it has.
    public var activityTypes: [String]

    /// All parts by name.
    public init(
        namespace: Namespace,
        taskQueue: TaskQueue,
        worker: WorkerIdentity,
        workflowTypes: [WorkflowTypeDescription],
        activityTypes: [String]
    ) {
        self.namespace = namespace
        self.taskQueue = taskQueue
        self.worker = worker
        self.workflowTypes = workflowTypes
        self.activityTypes = activityTypes
    }
}

/// The names by which a workflow type can be reached.
public struct WorkflowTypeDescription: Hashable, Sendable {
    /// The registered name.
    public var name: String
    /// Its signals.
    public var signals: [String]
    /// Its queries.
    public var queries: [String]

    /// All parts by name.
    public init(name: String, signals: [String], queries: [String]) {
        self.name = name
        self.signals = signals
        self.queries = queries
    }
}
