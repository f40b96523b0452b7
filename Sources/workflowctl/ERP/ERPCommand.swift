import ArgumentParser

/// Master data and what came of it.
struct ERPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erp",
        abstract:
            "Loads master data; shows budgets, orders, the audit trail and what people were told; frees stranded orders.",
        subcommands: [
            LoadCommand.self, BudgetCommand.self, OrdersCommand.self, AuditCommand.self, OutboxCommand.self,
            StoryCommand.self, ReleaseCommand.self, EmployeesCommand.self,
        ]
    )
}
