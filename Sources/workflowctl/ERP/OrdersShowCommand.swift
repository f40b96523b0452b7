import ArgumentParser
import ERPWorkflows
import WorkflowAPI
import WorkflowCommands

struct OrdersShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Shows the purchase orders that were created, by number, and those that are stranded or wait.",
        discussion: """
            One that is closed takes no more invoices, and is shown with why.

            With --waiting those whose level is open, the first to end first; --for USER: those that the user may decide.

            An order is stranded when the workflow that worked on it was ended from outside (terminate, a time limit) and \
            could give nothing back: it keeps its budget and its order id until 'erp release' frees them.
            """
    )

    @OptionGroup var global: GlobalOptions
    @Flag(help: "Shows the orders that wait for a decision instead: of which level, since when and until when.")
    var waiting = false
    @Option(name: .customLong("for"), help: "With --waiting: only what this user may decide.") var user: String?

    func validate() throws {
        guard user == nil || waiting else { throw ValidationError("--for goes with --waiting") }
    }

    func run() async throws {
        try await global.withERPEngine { engine, database in
            guard !waiting else {
                return report(try await WaitingOrders(for: user, in: global.tenant, engine, database))
            }
            let tenant = global.tenant.rawValue
            let service = SQLPurchasingService(database: database)
            let billing = try await service.billing(of: tenant)
            let orders = try await service.orders(of: tenant).map { order in
                var order = order
                order.state = billing[order.number] ?? order.state
                return order
            }
            let closings = Dictionary(
                try await SQLOrderClosingService(database: database).closings(of: tenant).map { ($0.number, $0) },
                uniquingKeysWith: { first, _ in first }
            )
            let stranded = try await StrandedOrders.all(in: global.tenant, engine, database)
            if global.json {
                for order in orders { Output.json(Self.json(order, closings[order.number])) }
                for hold in stranded { Output.json(Self.json(hold)) }
                return
            }
            Output.table(
                ["NUMBER", "ORDER", "STATE", "VENDOR", "DEPARTMENT", "REQUESTED BY", "AMOUNT", "CREATED (DHAKA)"],
                orders.map { order in
                    [
                        order.number, order.orderId, Self.state(order, closings[order.number]), order.vendorId,
                        order.department, order.requestedBy,
                        MoneyText.grouped(order.amount), order.createdTime.dhaka,
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

    private func report(_ found: WaitingOrders) {
        if global.json {
            for order in found.orders { Output.json(order.json) }
        } else {
            Output.table(WaitingOrders.header, found.orders.map(\.row))
            if found.others > 0 {
                let wait = found.others == 1 ? "waits" : "wait"
                Output.note(
                    "\(Output.count(found.others, "more open order")) \(wait) for no person: a worker is busy with it, "
                        + "or none runs ('\(ProgramName.current) list --problems')"
                )
            }
        }
        for line in found.silent { Output.warning(line) }
    }

    private static func next(_ hold: OrderHold) -> String {
        "\(ProgramName.current) erp release \(hold.order.orderId) --reason TEXT"
    }

    /// `partly billed`, `closed: the rest never comes`.
    private static func state(_ order: PurchaseOrderRecord, _ closing: OrderClosing?) -> String {
        let state = order.state.replacing("_", with: " ")
        guard order.state == "closed", let closing else { return state }
        return "\(state): \(closing.reason)"
    }

    private static func json(
        _ order: PurchaseOrderRecord,
        _ closing: OrderClosing?
    ) -> [String: any JSONRepresentable] {
        var object: [String: any JSONRepresentable] = [
            "number": order.number, "orderId": order.orderId, "state": order.state, "vendorId": order.vendorId,
            "department": order.department, "requestedBy": order.requestedBy, "amount": order.amount.text,
            "createdTime": order.createdTime.rfc3339,
        ]
        if order.state == "closed", let closing {
            object["closedReason"] = closing.reason
            object["closedBy"] = closing.closedBy
        }
        return object
    }

    private static func json(_ hold: OrderHold) -> [String: any JSONRepresentable] {
        [
            "orderId": hold.order.orderId, "state": "stranded", "department": hold.department,
            "fiscalYear": hold.fiscalYear.description, "amount": hold.amount.text, "since": hold.since.rfc3339,
            "workflowId": hold.order.workflowId, "runId": hold.order.runId, "nextStep": next(hold),
        ]
    }
}
