import ArgumentParser
import ERPWorkflows
import WorkflowCommands

struct BudgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budget",
        abstract: "Shows what each department may spend, has reserved, has committed and has spent."
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
                        "committed": budget.committed.text, "spent": budget.spent.text,
                        "available": budget.available.text,
                    ])
                }
                return
            }
            Output.table(
                ["DEPARTMENT", "YEAR", "ALLOCATED", "RESERVED", "COMMITTED", "SPENT", "AVAILABLE"],
                budgets.map { budget in
                    [budget.department, budget.fiscalYear.description]
                        + [budget.allocated, budget.reserved, budget.committed, budget.spent, budget.available].map(
                            MoneyText.grouped
                        )
                }
            )
        }
    }
}
