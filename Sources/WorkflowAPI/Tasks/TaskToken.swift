/// Names one attempt at one task; any other answer is stale and is refused.
public struct TaskToken: Hashable, Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// The run.
    public var execution: WorkflowExecution
    /// The store's own key of the run; 0 if it has none.
    public var runKey: Int64
    /// The event that scheduled the task.
    public var scheduledEventID: Int64
    /// The event that started it; 0 for activities.
    public var startedEventID: Int64
    /// Which attempt.
    public var attempt: Int32
    /// The number of the claim, so that two claims of one attempt differ.
    public var claim: Int64
    /// The activity, or empty for a workflow task.
    public var activityID: String

    /// All parts by name.
    public init(
        namespace: Namespace,
        execution: WorkflowExecution,
        runKey: Int64,
        scheduledEventID: Int64,
        startedEventID: Int64,
        attempt: Int32,
        claim: Int64,
        activityID: String = ""
    ) {
        self.namespace = namespace
        self.execution = execution
        self.runKey = runKey
        self.scheduledEventID = scheduledEventID
        self.startedEventID = startedEventID
        self.attempt = attempt
        self.claim = claim
        self.activityID = activityID
    }
}
