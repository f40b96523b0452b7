import ArgumentParser
import ERPWorkflows
import Foundation
import History
import WorkflowAPI
import WorkflowCommands

struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Gives back the budget and the order id of an order whose workflow was ended from outside.",
        discussion: """
            Refused while the workflow is open (cancel it instead: it gives back what it holds) and once the order has a \
            number. A repeat does nothing more. 'erp orders' shows which orders are stranded.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The order's own id.") var orderID: String
    @Option(help: "Why; recorded in the audit trail.") var reason: String

    func validate() throws {
        guard !reason.isEmpty, reason.unicodeScalars.count <= 2000 else {
            throw ValidationError("--reason must have 1 to 2000 characters")
        }
    }

    func run() async throws {
        try await global.withERPEngine { engine, database in
            let service = SQLOrderHoldService(database: database)
            let tenant = global.tenant.rawValue
            switch try await service.claim(of: orderID, in: tenant) {
            case .unknown:
                throw WorkflowServiceError(.notFound, "no order '\(orderID)' holds anything in namespace '\(tenant)'")
            case .ordered(let number):
                throw WorkflowServiceError(
                    .invalidArgument,
                    "order '\(orderID)' was created as \(number); what is ordered cannot be released"
                )
            case .released: tell(nil)
            case .held(let hold):
                guard try await StrandedOrders.isClosed(hold.order, engine) else {
                    let id = hold.order.workflowId
                    throw WorkflowServiceError(
                        .invalidArgument,
                        "order '\(orderID)' is in the hands of workflow '\(id)', which is open; "
                            + "'\(ProgramName.current) cancel \(id)' ends it in good order"
                    )
                }
                let isDone = try await service.release(
                    hold.order,
                    because: reason,
                    by: CallerIdentity.current,
                    at: Date()
                )
                tell(isDone ? hold : nil)
            }
        }
    }

    private func tell(_ hold: OrderHold?) {
        guard !global.json else {
            Output.json([
                "orderId": orderID, "isReleased": hold != nil, "amount": hold?.amount.text ?? Money.zero.text,
            ])
            return
        }
        guard let hold else {
            Output.line("order \(orderID) holds nothing any more")
            return
        }
        Output.line(
            "order \(orderID): \(hold.amount) of \(hold.department) for \(hold.fiscalYear) is given back, "
                + "and the order id is free"
        )
    }
}
