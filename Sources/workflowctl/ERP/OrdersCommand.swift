import ArgumentParser
import ERPWorkflows
import WorkflowAPI
import WorkflowCommands

struct OrdersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "Shows the purchase orders that were created, by number, and those that are stranded.",
        discussion: """
            An order is stranded when the workflow that worked on it was ended from outside (terminate, a time limit) and \
            could give nothing back: it keeps its budget and its order id until 'erp release' frees them.
            """
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.withERPEngine { engine, database in
            let tenant = global.tenant.rawValue
            let orders = try await SQLPurchasingService(database: database).orders(of: tenant)
            let stranded = try await StrandedOrders.all(in: global.tenant, engine, database)
            if global.json {
                for order in orders { Output.json(Self.json(order)) }
                for hold in stranded { Output.json(Self.json(hold)) }
                return
            }
            Output.table(
                ["NUMBER", "ORDER", "STATE", "VENDOR", "DEPARTMENT", "REQUESTED BY", "AMOUNT", "CREATED"],
                orders.map { order in
                    [
                        order.number, order.orderId, order.state, order.vendorId, order.department, order.requestedBy,
                        MoneyText.grouped(order.amount), order.createdTime.rfc3339,
                    ]
                }
                    + stranded.map { hold in
                        [
                            "-", hold.order.orderId, "stranded", "-", hold.department, "-",
                            MoneyText.grouped(hold.amount), "-",
                        ]
                    }
            )
            for hold in stranded {
                Output.note(
                    "order \(hold.order.orderId) is stranded: its workflow '\(hold.order.workflowId)' is closed and "
                        + "holds \(hold.amount); free it: '\(Self.next(hold))'"
                )
            }
        }
    }

    private static func next(_ hold: OrderHold) -> String {
        "workflowctl erp release \(hold.order.orderId) --reason TEXT"
    }

    private static func json(_ order: PurchaseOrderRecord) -> [String: any JSONRepresentable] {
        [
            "number": order.number, "orderId": order.orderId, "state": order.state, "vendorId": order.vendorId,
            "department": order.department, "requestedBy": order.requestedBy, "amount": order.amount.text,
            "createdTime": order.createdTime.rfc3339,
        ]
    }

    private static func json(_ hold: OrderHold) -> [String: any JSONRepresentable] {
        [
            "orderId": hold.order.orderId, "state": "stranded", "department": hold.department,
            "fiscalYear": hold.fiscalYear.description, "amount": hold.amount.text, "since": hold.since.rfc3339,
            "workflowId": hold.order.workflowId, "runId": hold.order.runId, "nextStep": next(hold),
        ]
    }
}
