import Database
import Foundation
import WorkflowAPI

extension SQLInvoiceService {
    /// Matches in a transaction that does more. From then on the lines count as billed, for as long as the invoice is in
    /// hand or approved: another one finds less left.
    static func match(_ request: MatchRequest, in tx: any StoreTransaction) throws -> OrderMatch {
        let invoice = request.invoice
        guard try state(of: invoice, in: tx) == .open else { throw ERPRefusal.invoiceUndone(invoice.invoiceId) }
        guard let number = request.input.poNumber else { return OrderMatch(lines: [], variance: .zero) }
        if let reason = try refusal(of: number, request, in: tx) { return .refused(reason) }
        let empty = OrderMatcher(ordered: try SQLOrderBilling.lines(of: number, of: invoice.tenant, in: tx))
        let billed = try SQLOrderBilling.billed(of: number, of: invoice.tenant, without: invoice.runId, in: tx)
        var matcher = empty
        try matcher.take(billed)
        // Somebody who bills too much, and may never be paid for it, does not take the order from others: with what is left of
        // it they differ, and a person decides.
        var settled = empty
        try settled.take(billed.filter { !matcher.overbilling.contains($0.runId) })
        guard !settled.isBilledInFull else {
            return .refused("everything that \(number) ordered was billed by earlier invoices")
        }
        let match = try matcher.match(request.input.lineItems)
        for line in match.lines {
            try tx.execute(
                """
                UPDATE erp_invoice_line SET order_line = ?
                WHERE tenant = ? AND invoice_id = ? AND run_id = ? AND line = ?
                """,
                [.integer(line.orderLine.map(Int64.init) ?? SQLOrderBilling.notOrdered)] + invoice.bindings + [
                    .integer(Int64(line.line))
                ]
            )
        }
        return match
    }

    /// Why an order cannot be billed by this invoice; nil when it can.
    private static func refusal(
        of number: String,
        _ request: MatchRequest,
        in tx: any StoreTransaction
    ) throws -> String? {
        let order = try tx.query(
            """
            SELECT o.state, o.vendor_id, o.department, c.reason FROM erp_purchase_order o
            LEFT JOIN erp_order_closing c ON c.tenant = o.tenant AND c.number = o.number
            WHERE o.tenant = ? AND o.number = ?
            """,
            [.text(request.invoice.tenant), .text(number)]
        ).first
        guard let order else { return "purchase order \(number) is not known" }
        let input = request.input
        if order.text(1) != input.vendorId { return "purchase order \(number) went to vendor \(order.text(1))" }
        if order.text(2) != input.department {
            return "purchase order \(number) is one of department \(order.text(2))"
        }
        if order.text(0) != "created" { return "purchase order \(number) was \(order.text(0))" }
        return order.optionalText(3).map { "purchase order \(number) is closed: \($0)" }
    }

    package func invoices(of tenant: String) async throws -> [InvoiceRecord] {
        try await database.look { tx in
            try tx.query(
                """
                SELECT i.invoice_id, i.workflow_id, i.run_id, i.state, i.reason, i.invoice_number, i.vendor_id,
                i.invoice_date, i.due_date, i.net, i.vat, i.total, i.po_number, i.department, i.submitted_by,
                p.payment_id, i.opened_time
                FROM erp_invoice i LEFT JOIN erp_payment p
                ON p.tenant = i.tenant AND p.invoice_id = i.invoice_id AND p.run_id = i.run_id
                WHERE i.tenant = ? ORDER BY i.opened_time, i.invoice_id, i.run_id
                """,
                [.text(tenant)]
            ).map { try Self.record($0, of: tenant) }
        }
    }

    private static func record(_ row: StoreRow, of tenant: String) throws -> InvoiceRecord {
        InvoiceRecord(
            invoice: InvoiceKey(
                tenant: tenant,
                invoiceId: row.text(0),
                workflowId: row.text(1),
                runId: row.text(2)
            ),
            state: InvoiceState(rawValue: row.text(3)) ?? .failed,
            reason: row.optionalText(4),
            invoiceNumber: row.text(5),
            vendorId: row.text(6),
            invoiceDate: try LocalDate(row.text(7)),
            dueDate: try LocalDate(row.text(8)),
            net: Money(poisha: row.integer(9)),
            vat: Money(poisha: row.integer(10)),
            total: Money(poisha: row.integer(11)),
            poNumber: row.optionalText(12),
            department: row.text(13),
            submittedBy: row.text(14),
            paymentId: row.optionalText(15),
            openedTime: row.moment(16)
        )
    }
}
