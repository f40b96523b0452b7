import ArgumentParser
import ERPWorkflows
import WorkflowCommands

struct BudgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budget",
        abstract: "Shows what each department may spend, has reserved and has committed."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.withERP { database, tenant in
            let service = SQLBudgetService(database: database)
            let budgets = try await service.budgets(of: tenant)
            guard !global.json else {
                for budget in budgets {
                    Output.json([
                        "department": budget.department, "fiscalYear": budget.fiscalYear.description,
                        "allocated": budget.allocated.text, "reserved": budget.reserved.text,
                        "committed": budget.committed.text, "available": budget.available.text,
                    ])
                }
                return
            }
            Output.table(
                ["DEPARTMENT", "YEAR", "ALLOCATED", "RESERVED", "COMMITTED", "AVAILABLE"],
                budgets.map { budget in
                    [budget.department, budget.fiscalYear.description]
                        + [budget.allocated, budget.reserved, budget.committed, budget.available].map(MoneyText.grouped)
                }
            )
        }
    }
}
