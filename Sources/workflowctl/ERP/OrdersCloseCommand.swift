import ArgumentParser
import ERPWorkflows
import Foundation
import History
import WorkflowAPI
import WorkflowCommands

struct OrdersCloseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "close",
        abstract: "Closes an order of which the rest never comes, and gives back what is left of its budget.",
        discussion: """
            For who asked for the order, for the roles finance and finance_manager, and for deputies of theirs. Refused while an \
            invoice of the order is in hand. A closed order takes no more invoices, and stays closed; the audit trail records \
            who closed it and why.
            """
    )

    @OptionGroup var global: GlobalOptions
    @OptionGroup var person: PersonOption
    @Argument(help: "The number of the order: PO-FY2026-27-00001.") var number: String
    @Option(help: "Why; recorded with the order and in the audit trail.") var reason: String

    func validate() throws { try checkSaid(reason, "--reason") }

    func run() async throws {
        try await global.withERPEngine { engine, database in
            let (tenant, time) = (global.tenant.rawValue, engine.now().date)
            let person = try await ActingPerson(person, in: tenant, database, at: time)
            try person.checkLogin()
            let closing = try await SQLOrderClosingService(database: database).close(
                OrderClosingRequest(
                    tenant: tenant,
                    number: number,
                    reason: reason,
                    person: person.user.id,
                    caller: CallerIdentity.current,
                    time: time
                )
            )
            guard !global.json else {
                Output.json([
                    "number": closing.number, "state": "closed", "closedBy": closing.closedBy,
                    "closedReason": closing.reason, "freed": closing.freed.text, "department": closing.department,
                    "fiscalYear": closing.fiscalYear.description,
                ])
                return
            }
            Output.line(
                "\(closing.number) is closed; \(closing.freed) of \(closing.department) for \(closing.fiscalYear) is "
                    + "given back"
            )
        }
    }
}
