import ArgumentParser
import ERPWorkflows
import WorkflowCommands

struct BudgetCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "budget",
        abstract:
            "Shows what each department may spend, has reserved, has committed and has spent, or checks the sums.",
        subcommands: [BudgetShowCommand.self, BudgetVerifyCommand.self],
        defaultSubcommand: BudgetShowCommand.self
    )
}

struct BudgetVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Adds up what orders and invoices hold and have spent; exits 1 if a budget says otherwise."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        var isBroken = false
        try await global.withERP { database, tenant in
            let service = SQLBudgetService(database: database)
            let problems = try await service.verify(tenant)
            let count = try await service.budgets(of: tenant).count
            isBroken = !problems.isEmpty
            if global.json {
                Output.json(["budgets": count, "problems": problems])
            } else if isBroken {
                for problem in problems { Output.error(problem) }
            } else {
                Output.line("\(Output.count(count, "budget")), and all sums are those of the orders and invoices")
            }
        }
        if isBroken { throw ExitCode(1) }
    }
}

struct BudgetShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
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
