/// What the fields of a worker's log lines are called. Stable: alerts and searches may rely on them.
/// Those of a run are the ones that `Workflow.logger` uses.
public enum LogKeys {
    /// The tenant.
    public static let namespace = "workflow.namespace"
    /// The task queue that the worker polls.
    public static let taskQueue = "workflow.task_queue"
    /// Who the worker is.
    public static let identity = "worker.identity"
    /// The id of a workflow execution.
    public static let workflowID = "workflow.id"
    /// The id of a run.
    public static let runID = "workflow.run_id"
    /// The registered name of a workflow.
    public static let workflowType = "workflow.type"
    /// The registered name of an activity.
    public static let activityType = "activity.type"
    /// The id of an activity within its run.
    public static let activityID = "activity.id"
    /// Which attempt at a task it is, from 1.
    public static let attempt = "task.attempt"
    /// `workflow` or `activity`: what kind of task a line is about.
    public static let taskKind = "task.kind"
    /// The number of the cause with which a workflow task failed.
    public static let cause = "task.failed_cause"
    /// One line that says what went wrong; never a payload.
    public static let error = "error"
    /// Where code and history differ: a ``WorkflowRuntime/NondeterminismReport`` as JSON on one line.
    public static let nondeterminism = "workflow.nondeterminism"
    /// What a thread was doing, innermost function first.
    public static let stack = "thread.stack"
    /// The code of a refusal by the service.
    public static let errorCode = "error.code"
    /// How long something took or is going to wait.
    public static let duration = "duration"
    /// How many of something.
    public static let count = "count"
    /// A file.
    public static let path = "path"
    /// How many answers came too late and were refused.
    public static let lateAnswers = "workflow.late_answers"
}
