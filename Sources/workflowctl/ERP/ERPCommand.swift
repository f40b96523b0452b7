import ArgumentParser

/// Master data and what came of it.
struct ERPCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "erp",
        abstract: """
            Loads master data; shows budgets, orders, invoices, the ledger, taxes, the audit trail and what people were \
            told; frees stranded orders.
            """,
        subcommands: [
            LoadCommand.self, BudgetCommand.self, OrdersCommand.self, AuditCommand.self, OutboxCommand.self,
            StoryCommand.self, ReleaseCommand.self, InvoicesCommand.self, LedgerCommand.self, TaxReportCommand.self,
            EmployeesCommand.self,
        ]
    )
}
