/// Work that an answer made and that its sender can do at once. A service that hands nothing over answers with none, and the worker polls.
public struct NextTasks: Hashable, Sendable {
    /// The follow-up turn of the same run.
    public var workflowTask: WorkflowTask?
    /// Activities that the answer asked for.
    public var activityTasks: [ActivityTask]
    /// The commands could not be accepted: the workflow task failed, and none of them counts.
    public var areCommandsRefused: Bool

    /// All parts by name.
    public init(
        workflowTask: WorkflowTask? = nil,
        activityTasks: [ActivityTask] = [],
        areCommandsRefused: Bool = false
    ) {
        self.workflowTask = workflowTask
        self.activityTasks = activityTasks
        self.areCommandsRefused = areCommandsRefused
    }
}
