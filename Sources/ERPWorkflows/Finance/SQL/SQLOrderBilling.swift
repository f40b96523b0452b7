import Foundation
import WorkflowAPI

/// What invoices have billed of orders, and which orders are closed to more.
enum SQLOrderBilling {
    /// The lines of an order with what invoices in hand and approved ones have billed of them, but for one run's.
    /// - Parameter isPaid: only what approved invoices billed.
    static func lines(
        of number: String,
        of tenant: String,
        without runId: String? = nil,
        isPaid: Bool = false,
        in tx: any StoreTransaction
    ) throws -> [OrderedLine] {
        try tx.query(
            """
            SELECT o.line, o.product_id, o.quantity, o.unit_price, coalesce(sum(b.quantity), 0), coalesce(sum(b.amount), 0)
            FROM erp_purchase_order_line o LEFT JOIN (
                SELECT l.order_line, l.quantity, l.amount FROM erp_invoice i
                JOIN erp_invoice_line l ON l.tenant = i.tenant AND l.invoice_id = i.invoice_id AND l.run_id = i.run_id
                WHERE i.tenant = ?1 AND i.po_number = ?2 AND i.run_id <> ?3
                AND (i.state = 'approved' OR i.state = 'open' AND NOT ?4)
            ) b ON b.order_line = o.line
            WHERE o.tenant = ?1 AND o.number = ?2
            GROUP BY o.line, o.product_id, o.quantity, o.unit_price ORDER BY o.line
            """,
            [.text(tenant), .text(number), .text(runId ?? ""), .integer(isPaid ? 1 : 0)]
        ).map { row in
            OrderedLine(
                line: Int(row.integer(0)),
                productId: row.text(1),
                quantity: Quantity(thousandths: row.integer(2)),
                unitPrice: Money(poisha: row.integer(3)),
                billed: Quantity(thousandths: row.integer(4)),
                billedAmount: Money(poisha: row.integer(5))
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
        let lines = try lines(of: number, of: tenant, isPaid: true, in: tx)
        guard !lines.isEmpty, OrderMatcher(ordered: lines).isBilledInFull else { return }
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
