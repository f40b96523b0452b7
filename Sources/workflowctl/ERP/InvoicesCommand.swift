import ArgumentParser
import ERPWorkflows
import WorkflowCommands

struct InvoicesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "invoices",
        abstract: "Shows the invoices that were handed in, the oldest first, and what became of them."
    )

    @OptionGroup var global: GlobalOptions
    @Option(help: "Only those in this state: open, approved, rejected, on_hold, cancelled or failed.")
    var state: String?

    private var wanted: InvoiceState? { state.flatMap(InvoiceState.init(rawValue:)) }

    func validate() throws {
        guard state == nil || wanted != nil else {
            throw ValidationError("--state is open, approved, rejected, on_hold, cancelled or failed")
        }
    }

    func run() async throws {
        try await global.withERP { database, tenant in
            let invoices = try await SQLInvoiceService(database: database).invoices(of: tenant)
                .filter { wanted == nil || $0.state == wanted }
            guard !global.json else {
                for invoice in invoices { Output.json(Self.json(invoice)) }
                return
            }
            Output.table(
                ["INVOICE", "NUMBER", "STATE", "VENDOR", "DATE", "DUE", "TOTAL", "ORDER", "PAYMENT", "REASON"],
                invoices.map { invoice in
                    [
                        invoice.invoice.invoiceId, invoice.invoiceNumber, invoice.state.rawValue, invoice.vendorId,
                        invoice.invoiceDate.description, invoice.dueDate.description,
                        MoneyText.grouped(invoice.total), invoice.poNumber ?? "-", invoice.paymentId ?? "-",
                        invoice.reason ?? "-",
                    ]
                }
            )
        }
    }

    private static func json(_ invoice: InvoiceRecord) -> [String: any JSONRepresentable] {
        var json: [String: any JSONRepresentable] = [
            "invoiceId": invoice.invoice.invoiceId, "invoiceNumber": invoice.invoiceNumber,
            "state": invoice.state.rawValue, "vendorId": invoice.vendorId,
            "invoiceDate": invoice.invoiceDate.description, "dueDate": invoice.dueDate.description,
            "amount": invoice.net.text, "vatAmount": invoice.vat.text, "totalAmount": invoice.total.text,
            "department": invoice.department, "submittedBy": invoice.submittedBy,
            "workflowId": invoice.invoice.workflowId, "runId": invoice.invoice.runId,
            "openedTime": invoice.openedTime.rfc3339,
        ]
        if let number = invoice.poNumber { json["poNumber"] = number }
        if let payment = invoice.paymentId { json["paymentId"] = payment }
        if let reason = invoice.reason { json["reason"] = reason }
        return json
    }
}
