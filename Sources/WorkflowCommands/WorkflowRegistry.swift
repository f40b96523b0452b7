public import History
public import WorkflowAPI
public import WorkflowRuntime

/// What a command line knows to run: the workflow types and activities of a program.
public struct WorkflowRegistry: Sendable {
    /// The workflow types.
    public var workflows: [WorkflowRegistration]
    /// Makes the activities over an open engine.
    public var activities: @Sendable (WorkflowEngine) async throws -> [any ActivityContainer]
    /// The task queue of `start` and `worker` unless they name another.
    public var taskQueue: TaskQueue

    /// A registry of its parts.
    public init(
        taskQueue: TaskQueue,
        workflows: [WorkflowRegistration],
        activities: @escaping @Sendable (WorkflowEngine) async throws -> [any ActivityContainer] = { _ in [] }
    ) {
        self.taskQueue = taskQueue
        self.workflows = workflows
        self.activities = activities
    }

    func registration(of workflowType: String) -> WorkflowRegistration? {
        workflows.first { $0.name == workflowType }
    }
}
