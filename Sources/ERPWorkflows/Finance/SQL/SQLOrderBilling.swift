import Foundation
import WorkflowAPI

/// What invoices have billed of orders, and which orders are closed to more.
enum SQLOrderBilling {
    /// As which line of an order an invoice's line is kept that bills what was not ordered; orders count from 1.
    static let notOrdered: Int64 = 0

    /// The lines of an order, of which nothing is billed yet.
    static func lines(of number: String, of tenant: String, in tx: any StoreTransaction) throws -> [OrderedLine] {
        try tx.query(
            """
            SELECT line, product_id, quantity, unit_price FROM erp_purchase_order_line
            WHERE tenant = ? AND number = ? ORDER BY line
            """,
            [.text(tenant), .text(number)]
        ).map { row in
            OrderedLine(
                line: Int(row.integer(0)),
                productId: row.text(1),
                quantity: Quantity(thousandths: row.integer(2)),
                unitPrice: Money(poisha: row.integer(3)),
                billed: Quantity(thousandths: 0),
                billedAmount: .zero
            )
        }
    }

    /// What invoices in hand and paid ones have billed of an order, but for one run's, in the order in which they came. Those
    /// that were not yet matched do not count: they will find what is billed until then.
    static func billed(
        of number: String,
        of tenant: String,
        without runId: String = "",
        in tx: any StoreTransaction
    ) throws -> [BilledLine] {
        try tx.query(
            """
            SELECT i.run_id, i.state, l.order_line, l.quantity, l.amount FROM erp_invoice i
            JOIN erp_invoice_line l ON l.tenant = i.tenant AND l.invoice_id = i.invoice_id AND l.run_id = i.run_id
            WHERE i.tenant = ? AND i.po_number = ? AND i.run_id <> ?
            AND (i.state = 'approved' OR i.state = 'open' AND l.order_line IS NOT NULL)
            ORDER BY i.opened_time, i.invoice_id, i.run_id, l.line
            """,
            [.text(tenant), .text(number), .text(runId)]
        ).map { row in
            BilledLine(
                runId: row.text(0),
                isPaid: row.text(1) == InvoiceState.approved.rawValue,
                orderLine: row.isNull(2) ? nil : Int(row.integer(2)),
                quantity: Quantity(thousandths: row.integer(3)),
                amount: Money(poisha: row.integer(4))
            )
        }
    }

    /// Closes an order of which everything is paid for. What is left of its commitment goes back to the budget.
    static func closeIfBilled(
        _ number: String,
        of tenant: String,
        at time: Date,
        in tx: any StoreTransaction
    ) throws {
        var matcher = OrderMatcher(ordered: try lines(of: number, of: tenant, in: tx))
        try matcher.take(try billed(of: number, of: tenant, in: tx).filter(\.isPaid))
        guard !matcher.ordered.isEmpty, matcher.isBilledInFull else { return }
        _ = try close(number, of: tenant, because: "everything was billed", by: AuditEntry.system, at: time, in: tx)
    }

    /// Closes an order, once. False when it was closed before.
    static func close(
        _ number: String,
        of tenant: String,
        because reason: String,
        by actor: String,
        at time: Date,
        in tx: any StoreTransaction
    ) throws -> Bool {
        try tx.execute(
            """
            INSERT INTO erp_order_closing (tenant, number, closed_by, reason, closed_time) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT DO NOTHING
            """,
            [.text(tenant), .text(number), .text(actor), .text(reason), .time(time)]
        ) > 0
    }
}
