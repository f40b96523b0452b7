import ArgumentParser
import ERPWorkflows
import Foundation
import History
import WorkflowAPI
import WorkflowCommands

struct ReleaseCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "release",
        abstract: "Gives back the budget and the id of an order, or an invoice, whose workflow was ended from outside.",
        discussion: """
            Refused while the workflow is open (cancel it instead: it gives back what it holds) and once the order has a \
            number, or the invoice a payment. A repeat does nothing more. 'erp orders' shows which orders are stranded, \
            'erp invoices --state open' which invoices are in hand.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Argument(help: "The order's own id; with --invoice that of the invoice.") var orderID: String
    @Flag(help: "Releases an invoice.") var invoice = false
    @Option(help: "Why; recorded in the audit trail.") var reason: String

    func validate() throws {
        try checkSaid(reason, "--reason")
    }

    func run() async throws {
        try await global.withERPEngine { engine, database in
            guard !invoice else { return try await releaseInvoice(engine, SQLInvoiceService(database: database)) }
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
                    at: engine.now().date
                )
                tell(isDone ? hold : nil)
            }
        }
    }

    private func releaseInvoice(_ engine: WorkflowEngine, _ service: SQLInvoiceService) async throws {
        let tenant = global.tenant.rawValue
        let all = try await service.invoices(of: tenant).filter { $0.invoice.invoiceId == orderID }
        guard !all.isEmpty else {
            throw WorkflowServiceError(.notFound, "there is no invoice '\(orderID)' in namespace '\(tenant)'")
        }
        if let payment = all.compactMap(\.paymentId).first {
            throw WorkflowServiceError(
                .invalidArgument,
                "invoice '\(orderID)' is paid by \(payment); what is paid cannot be released"
            )
        }
        var isDone = false
        if let key = all.first(where: { $0.state == .open })?.invoice {
            guard try await StrandedOrders.isClosed(tenant, key.workflowId, key.runId, engine) else {
                throw WorkflowServiceError(
                    .invalidArgument,
                    "invoice '\(orderID)' is in the hands of workflow '\(key.workflowId)', which is open; "
                        + "'\(ProgramName.current) cancel \(key.workflowId)' ends it in good order"
                )
            }
            isDone = try await service.release(key, because: reason, by: CallerIdentity.current, at: engine.now().date)
        }
        guard !global.json else {
            Output.json(["invoiceId": orderID, "isReleased": isDone])
            return
        }
        Output.line("invoice \(orderID) \(isDone ? "is free, and its budget is given back" : "holds nothing any more")")
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
