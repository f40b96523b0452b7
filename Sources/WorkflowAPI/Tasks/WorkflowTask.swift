/// A turn for workflow code: what a worker gets from a poll and answers with commands.
public struct WorkflowTask: Hashable, Sendable {
    /// Names the turn; goes back with the answer.
    public var token: TaskToken
    /// The tenant.
    public var namespace: Namespace
    /// The run.
    public var execution: WorkflowExecution
    /// The registered name of the workflow.
    public var workflowType: String
    /// The started event of the last completed turn; 0 for the first.
    public var previousStartedEventID: Int64
    /// The started event of this turn; the last event of ``history``.
    public var startedEventID: Int64
    /// Which attempt at this turn it is.
    public var attempt: Int32
    /// The whole history, or for a sticky task what came after `previousStartedEventID`.
    public var history: [HistoryEvent]
    /// The history begins after `previousStartedEventID`; a worker without the run in its cache fetches the rest.
    public var isPartial: Bool
    /// Questions to answer once the history is applied.
    public var queries: [WorkflowQuery]
    /// There is nothing to advance, only to answer; no events may come of it.
    public var isQueryOnly: Bool

    /// All parts by name.
    public init(
        token: TaskToken,
        namespace: Namespace,
        execution: WorkflowExecution,
        workflowType: String,
        previousStartedEventID: Int64,
        startedEventID: Int64,
        attempt: Int32,
        history: [HistoryEvent],
        isPartial: Bool = false,
        queries: [WorkflowQuery] = [],
        isQueryOnly: Bool = false
    ) {
        self.token = token
        self.namespace = namespace
        self.execution = execution
        self.workflowType = workflowType
        self.previousStartedEventID = previousStartedEventID
        self.startedEventID = startedEventID
        self.attempt = attempt
        self.history = history
        self.isPartial = isPartial
        self.queries = queries
        self.isQueryOnly = isQueryOnly
    }
}

extension WorkflowTask {
    /// A task that only asks: the whole history and one query, no turn.
    package init(
        queryOnly query: WorkflowQuery,
        namespace: Namespace,
        execution: WorkflowExecution,
        workflowType: String,
        history: [HistoryEvent]
    ) {
        self.init(
            token: TaskToken(
                namespace: namespace,
                execution: execution,
                runKey: 0,
                scheduledEventID: 0,
                startedEventID: 0,
                attempt: 0,
                claim: 0
            ),
            namespace: namespace,
            execution: execution,
            workflowType: workflowType,
            previousStartedEventID: 0,
            startedEventID: history.last?.id ?? 0,
            attempt: 1,
            history: history,
            queries: [query],
            isQueryOnly: true
        )
    }
}

/// A question to a run.
public struct WorkflowQuery: Hashable, Sendable {
    /// Names the question; goes back with the answer.
    public var id: String
    /// Which query.
    public var queryType: String
    /// Its argument.
    public var arguments: [Payload]
    /// Context that travels with the call.
    public var header: PayloadMap

    /// All parts by name.
    public init(id: String, queryType: String, arguments: [Payload] = [], header: PayloadMap = [:]) {
        self.id = id
        self.queryType = queryType
        self.arguments = arguments
        self.header = header
    }
}
