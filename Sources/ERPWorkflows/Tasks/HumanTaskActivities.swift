package import Database
public import WorkflowRuntime

/// Opening and closing tasks as steps of any workflow. Over the tables in the engine's own file they are exactly-once steps.
public struct HumanTaskActivities: ActivityContainer {
    /// Opens a task, once by its key; gives its number.
    public static let openTask = ActivityDescriptor<HumanTask, Int64>("openTask")
    /// Changes a task that is open.
    public static let changeTask = ActivityDescriptor<HumanTaskChange, NoValue>("changeTask")
    /// Closes a task; says whether it was open.
    public static let closeTask = ActivityDescriptor<HumanTaskClosing, Bool>("closeTask")

    /// All of them, under the names that histories record.
    public let activities: [ActivityRegistration]

    /// Activities over a service of your own, which has to be idempotent by the task's key.
    public init(tasks: any HumanTaskService) {
        activities = [
            ActivityRegistration(Self.openTask) { try await tasks.open($0) },
            ActivityRegistration(Self.changeTask) { change in
                try await tasks.change(change)
                return NoValue()
            },
            ActivityRegistration(Self.closeTask) { try await tasks.close($0) },
        ]
    }

    /// Activities over the tables in the engine's own file.
    package init(database: any ApplicationDatabase) {
        activities = [
            ActivityRegistration(Self.openTask, transactional: { try SQLHumanTaskService.open($0, in: $1) }),
            ActivityRegistration(
                Self.changeTask,
                transactional: { change, tx in
                    try SQLHumanTaskService.change(change, in: tx)
                    return NoValue()
                }
            ),
            ActivityRegistration(Self.closeTask, transactional: { try SQLHumanTaskService.close($0, in: $1) }),
        ]
    }
}
