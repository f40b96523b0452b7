public import WorkflowAPI

/// Facts about the run that workflow code may depend on: they are the same in every replay.
public struct WorkflowInfo: Sendable {
    /// The tenant.
    public var namespace: Namespace
    /// The run.
    public var execution: WorkflowExecution
    /// The registered name.
    public var workflowType: String
    /// Where its tasks go.
    public var taskQueue: TaskQueue
    /// When the run began.
    public var startTime: Timestamp
    /// The attempt, when the run is retried as a whole.
    public var attempt: Int
}
