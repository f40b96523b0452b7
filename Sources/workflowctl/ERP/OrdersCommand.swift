import ArgumentParser
import ERPWorkflows
import WorkflowCommands

struct OrdersCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "orders",
        abstract: "Shows the purchase orders that were created, by number."
    )

    @OptionGroup var global: GlobalOptions

    func run() async throws {
        try await global.withERP { database, tenant in
            let service = SQLPurchasingService(database: database)
            let orders = try await service.orders(of: tenant)
            guard !global.json else {
                for order in orders {
                    Output.json([
                        "number": order.number, "orderId": order.orderId, "state": order.state,
                        "vendorId": order.vendorId, "department": order.department, "requestedBy": order.requestedBy,
                        "amount": order.amount.text, "createdTime": order.createdTime.rfc3339,
                    ])
                }
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
            )
        }
    }
}
