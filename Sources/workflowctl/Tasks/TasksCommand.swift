import ArgumentParser

/// What waits for a person, over all workflows, and what they do about it.
struct TasksCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tasks",
        abstract: "Shows what waits for a person over all workflows, and acts on it.",
        discussion: """
            Without --as the person is the one whose login is the user of the operating system. A decision has to come from \
            the person's own login, unless the tenant lets people act for others ('approvals' in the file of 'erp load').
            """,
        subcommands: [
            TaskListCommand.self, TaskApproveCommand.self, TaskRejectCommand.self, TaskAskCommand.self,
            TaskAnswerCommand.self, TaskCompleteCommand.self, TaskSkipCommand.self, TaskDelegateCommand.self,
        ]
    )
}
