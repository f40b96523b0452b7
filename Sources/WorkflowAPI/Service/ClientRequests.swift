/// Asks for a new run.
public struct StartWorkflowRequest: Hashable, Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// The caller's name for it.
    public var workflowID: WorkflowID
    /// The registered name of the workflow.
    public var workflowType: String
    /// Where its tasks go.
    public var taskQueue: TaskQueue
    /// Its argument.
    public var input: [Payload]
    /// The limit on the whole chain of runs.
    public var executionTimeout: Duration?
    /// The limit on one run.
    public var runTimeout: Duration?
    /// The limit on one workflow task, at most 120 s.
    public var taskTimeout: Duration
    /// Who asks.
    public var identity: String
    /// A repeat with the same id starts nothing and answers the same run.
    public var requestID: String
    /// What to do when a closed run has the id.
    public var reusePolicy: WorkflowIDReusePolicy
    /// What to do when an open run has the id.
    public var conflictPolicy: WorkflowIDConflictPolicy
    /// Untyped notes for listings.
    public var memo: PayloadMap
    /// Typed notes to find it by.
    public var searchAttributes: PayloadMap
    /// Context that travels with the call.
    public var header: PayloadMap
    /// How long the first turn waits; a signal ends the wait.
    public var startDelay: Duration

    /// All parts by name.
    public init(
        namespace: Namespace = .default,
        workflowID: WorkflowID,
        workflowType: String,
        taskQueue: TaskQueue,
        input: [Payload] = [],
        executionTimeout: Duration? = nil,
        runTimeout: Duration? = nil,
        taskTimeout: Duration = .seconds(10),
        identity: String = "",
        requestID: String,
        reusePolicy: WorkflowIDReusePolicy = .allowDuplicate,
        conflictPolicy: WorkflowIDConflictPolicy = .fail,
        memo: PayloadMap = [:],
        searchAttributes: PayloadMap = [:],
        header: PayloadMap = [:],
        startDelay: Duration = .zero
    ) {
        self.namespace = namespace
        self.workflowID = workflowID
        self.workflowType = workflowType
        self.taskQueue = taskQueue
        self.input = input
        self.executionTimeout = executionTimeout
        self.runTimeout = runTimeout
        self.taskTimeout = taskTimeout
        self.identity = identity
        self.requestID = requestID
        self.reusePolicy = reusePolicy
        self.conflictPolicy = conflictPolicy
        self.memo = memo
        self.searchAttributes = searchAttributes
        self.header = header
        self.startDelay = startDelay
    }
}

/// The run that answers a start.
public struct StartWorkflowResponse: Hashable, Sendable {
    /// The run.
    public var execution: WorkflowExecution
    /// It is new; false when the request was a repeat or an open run was used.
    public var started: Bool

    /// All parts by name.
    public init(execution: WorkflowExecution, started: Bool) {
        self.execution = execution
        self.started = started
    }
}

/// A message to a run.
public struct SignalWorkflowRequest: Hashable, Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// The execution.
    public var workflowID: WorkflowID
    /// The run; nil means the current one.
    public var runID: RunID?
    /// Which signal.
    public var signalName: String
    /// Its argument.
    public var input: [Payload]
    /// Who sends.
    public var identity: String
    /// A repeat with the same id is delivered once.
    public var requestID: String
    /// Context that travels with the call.
    public var header: PayloadMap

    /// All parts by name.
    public init(
        namespace: Namespace = .default,
        workflowID: WorkflowID,
        runID: RunID? = nil,
        signalName: String,
        input: [Payload] = [],
        identity: String = "",
        requestID: String,
        header: PayloadMap = [:]
    ) {
        self.namespace = namespace
        self.workflowID = workflowID
        self.runID = runID
        self.signalName = signalName
        self.input = input
        self.identity = identity
        self.requestID = requestID
        self.header = header
    }
}

/// A question to a run, open or closed.
public struct QueryWorkflowRequest: Hashable, Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// The execution.
    public var workflowID: WorkflowID
    /// The run; nil means the current one.
    public var runID: RunID?
    /// The question.
    public var query: WorkflowQuery
    /// How long to wait for a worker.
    public var timeout: Duration

    /// All parts by name.
    public init(
        namespace: Namespace = .default,
        workflowID: WorkflowID,
        runID: RunID? = nil,
        query: WorkflowQuery,
        timeout: Duration = .seconds(10)
    ) {
        self.namespace = namespace
        self.workflowID = workflowID
        self.runID = runID
        self.query = query
        self.timeout = timeout
    }
}

/// Asks a run to stop in good order.
public struct CancelWorkflowRequest: Hashable, Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// The execution.
    public var workflowID: WorkflowID
    /// The run; nil means the current one.
    public var runID: RunID?
    /// Why.
    public var reason: String
    /// Who asks.
    public var identity: String
    /// A repeat with the same id does nothing more.
    public var requestID: String

    /// All parts by name.
    public init(
        namespace: Namespace = .default,
        workflowID: WorkflowID,
        runID: RunID? = nil,
        reason: String = "",
        identity: String = "",
        requestID: String
    ) {
        self.namespace = namespace
        self.workflowID = workflowID
        self.runID = runID
        self.reason = reason
        self.identity = identity
        self.requestID = requestID
    }
}

/// Ends a run from outside; its code has no say.
public struct TerminateWorkflowRequest: Hashable, Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// The execution.
    public var workflowID: WorkflowID
    /// The run; nil means the current one.
    public var runID: RunID?
    /// Why.
    public var reason: String
    /// More about why.
    public var details: [Payload]
    /// Who asks.
    public var identity: String

    /// All parts by name.
    public init(
        namespace: Namespace = .default,
        workflowID: WorkflowID,
        runID: RunID? = nil,
        reason: String,
        details: [Payload] = [],
        identity: String = ""
    ) {
        self.namespace = namespace
        self.workflowID = workflowID
        self.runID = runID
        self.reason = reason
        self.details = details
        self.identity = identity
    }
}

/// Names a run to look at.
public struct DescribeWorkflowRequest: Hashable, Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// The execution.
    public var workflowID: WorkflowID
    /// The run; nil means the current one.
    public var runID: RunID?

    /// All parts by name.
    public init(namespace: Namespace = .default, workflowID: WorkflowID, runID: RunID? = nil) {
        self.namespace = namespace
        self.workflowID = workflowID
        self.runID = runID
    }
}

/// Asks for events of a run.
public struct GetHistoryRequest: Hashable, Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// The execution.
    public var workflowID: WorkflowID
    /// The run; nil means the current one.
    public var runID: RunID?
    /// Only later events.
    public var afterEventID: Int64
    /// Waits up to this long for the run to close, then answers with its last event only.
    public var waitForClose: Duration?

    /// All parts by name.
    public init(
        namespace: Namespace = .default,
        workflowID: WorkflowID,
        runID: RunID? = nil,
        afterEventID: Int64 = 0,
        waitForClose: Duration? = nil
    ) {
        self.namespace = namespace
        self.workflowID = workflowID
        self.runID = runID
        self.afterEventID = afterEventID
        self.waitForClose = waitForClose
    }
}

/// Which executions to list, newest start first.
public struct ListWorkflowsRequest: Hashable, Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// Only these; empty means all.
    public var statuses: [WorkflowStatus]
    /// Only this type.
    public var workflowType: String?
    /// Only this id.
    public var workflowID: WorkflowID?
    /// Only runs with something wrong: see ``WorkflowProblem``.
    public var onlyProblems: Bool
    /// At most so many, up to 1000.
    public var limit: Int
    /// The ``WorkflowSummary/pageKey`` to go on after.
    public var after: Int64?

    /// All parts by name.
    public init(
        namespace: Namespace = .default,
        statuses: [WorkflowStatus] = [],
        workflowType: String? = nil,
        workflowID: WorkflowID? = nil,
        onlyProblems: Bool = false,
        limit: Int = 100,
        after: Int64? = nil
    ) {
        self.namespace = namespace
        self.statuses = statuses
        self.workflowType = workflowType
        self.workflowID = workflowID
        self.onlyProblems = onlyProblems
        self.limit = limit
        self.after = after
    }
}

/// An operator's word on a stuck task.
public struct AdministerTaskRequest: Hashable, Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// The execution.
    public var workflowID: WorkflowID
    /// The run; nil means the current one.
    public var runID: RunID?
    /// One activity; nil means the run's quarantine and all activities that wait for a retry.
    public var activityID: String?
    /// Who says so.
    public var identity: String

    /// All parts by name.
    public init(
        namespace: Namespace = .default,
        workflowID: WorkflowID,
        runID: RunID? = nil,
        activityID: String? = nil,
        identity: String = ""
    ) {
        self.namespace = namespace
        self.workflowID = workflowID
        self.runID = runID
        self.activityID = activityID
        self.identity = identity
    }
}
