import ERPWorkflows
import Foundation
import WorkflowAPI
import WorkflowCommands

/// The invoice of the large order: matched, taxed, approved, paid, booked.
extension DemoStory {
    func invoice() async throws {
        title("4. The vendor bills the 250,000 taka: matched with the order, taxed, approved, paid and booked")
        guard let number = try program.value("poNumber", of: ["result", "PO-1003", "--timeout", "5s"]) else {
            throw WorkflowServiceError(.unavailable, "order PO-1003 has no number")
        }
        note("Somebody types the VAT wrong. The figures are checked before anybody is asked:")
        try startInvoice("INV-1", "PADMA/881", order: number, vat: "36500.00", total: "286500.00")
        try program.show("result", "INV-1", "--timeout", "30s")
        note("Once more, with the right figures:")
        try startInvoice("INV-2", "PADMA/882", order: number, vat: "37500.00", total: "287500.00")
        try await wait("INV-2", for: "awaiting_accounts_payable_approval")
        try program.show("query", "INV-2", "taxBreakdown")
        note("What waits for Jamal of accounts payable, over all workflows; he has a question, which stops his clock:")
        try program.show("tasks", "list", "--as", "jamal")
        try program.show("tasks", "ask", "INV-2", "--as", "jamal", "--question", "which site?")
        try program.show("tasks", "answer", "INV-2", "--as", "rahim", "--text", "Gazipur, delivered on the 19th")
        try approveTask(of: "INV-2", as: "jamal")
        note("Above 100,000 in all the department head decides as well; nobody decides twice:")
        try await wait("INV-2", for: "awaiting_department_approval")
        try approveTask(of: "INV-2", as: "karim")
        try program.show("result", "INV-2", "--timeout", "30s")
        note("Payment, journal, withholding certificate and budget were one transaction. Debits equal credits:")
        try program.show("erp", "ledger")
        let period = try FiscalPeriod(containing: Date())
        try program.show("erp", "tax-report", "--period", "\(period)")
    }

    private func startInvoice(_ id: String, _ number: String, order: String, vat: String, total: String) throws {
        let today = try LocalDate(inDhaka: Date())
        let due = try today.adding(days: 30)
        let input =
            #"{"invoiceId":"\#(id)","invoiceNumber":"\#(number)","vendorId":"V-001","vendorName":"Padma Cement Ltd.","#
            + #""invoiceDate":"\#(today)","dueDate":"\#(due)","amount":"250000.00","vatAmount":"\#(vat)","#
            + #""totalAmount":"\#(total)","currency":"BDT","poNumber":"\#(order)","department":"operations","#
            + #""submittedBy":"rahim","lineItems":[{"description":"CEMENT-50KG","quantity":100,"#
            + #""unitPrice":"2500.00","amount":"250000.00"}]}"#
        try program.show("start", "InvoiceApproval", "--id", id, "--input", input)
    }

    /// Approves what waits for a person of a workflow, by the name that `tasks list` gives it.
    private func approveTask(of workflow: String, as person: String) throws {
        let lines = try program.run(["tasks", "list", "--as", person, "--json"]).split(separator: "\n")
        let line = lines.first { $0.contains(#""workflowId":"\#(workflow)""#) }
        guard let line, let task = DemoProgram.value("task", in: String(line)) else {
            throw WorkflowServiceError(.unavailable, "nothing of \(workflow) waits for \(person)")
        }
        try program.show("tasks", "approve", task, "--as", person)
    }
}
