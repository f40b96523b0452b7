package import Database
package import Foundation
import WorkflowAPI

/// Orders in the tables `erp_purchase_order` and `erp_purchase_order_line`, numbered from `erp_sequence` in the same
/// transaction, so that numbers have no gaps.
package struct SQLPurchasingService: PurchasingService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func create(_ request: PurchaseOrderRequest) async throws -> String {
        try await database.transact { tx in try Self.create(request, in: tx) }
    }

    /// Creates in a transaction that does more.
    static func create(_ request: PurchaseOrderRequest, in tx: any StoreTransaction) throws -> String {
        let order = request.order
        if let found = try Self.order(order, in: tx) {
            guard found.state == "created", let number = found.number else {
                throw ERPRefusal.orderUndone(order.orderId)
            }
            return number
        }
        if let number = try liveNumber(of: order, in: tx) {
            throw ERPRefusal.orderExists(order.orderId, number)
        }
        let sequence = try nextSequence(order.tenant, request.fiscalYear, in: tx)
        let digits = String(sequence)
        let padding = String(repeating: "0", count: max(0, 5 - digits.count))
        let number = "PO-\(request.fiscalYear)-\(padding)\(digits)"
        try insert(request, number, sequence, in: tx)
        return number
    }

    package func cancel(_ order: OrderKey, at time: Date) async throws -> String? {
        try await database.transact { tx in try Self.cancel(order, at: time, in: tx) }
    }

    /// Cancels in a transaction that does more.
    @discardableResult
    static func cancel(_ order: OrderKey, at time: Date, in tx: any StoreTransaction) throws -> String? {
        guard let found = try Self.order(order, in: tx) else {
            // A late attempt to create finds this row and is refused.
            try tx.execute(
                """
                INSERT INTO erp_purchase_order (tenant, order_id, run_id, workflow_id, state, changed_time)
                VALUES (?, ?, ?, ?, 'void', ?)
                """,
                order.bindings + [.time(time)]
            )
            return nil
        }
        try tx.execute(
            """
            UPDATE erp_purchase_order SET state = 'cancelled', changed_time = ?
            WHERE tenant = ? AND order_id = ? AND run_id = ? AND state = 'created'
            """,
            [.time(time), .text(order.tenant), .text(order.orderId), .text(order.runId)]
        )
        return found.number
    }

    package func orders(of tenant: String) async throws -> [PurchaseOrderRecord] {
        try await database.look { tx in
            try tx.query(
                """
                SELECT number, order_id, state, vendor_id, department, requested_by, amount, created_time
                FROM erp_purchase_order WHERE tenant = ? AND number IS NOT NULL ORDER BY fiscal_year, sequence
                """,
                [.text(tenant)]
            ).map { row in
                PurchaseOrderRecord(
                    number: row.text(0),
                    orderId: row.text(1),
                    state: row.text(2),
                    vendorId: row.text(3),
                    department: row.text(4),
                    requestedBy: row.text(5),
                    amount: Money(poisha: row.integer(6)),
                    createdTime: row.moment(7)
                )
            }
        }
    }

    /// How far the orders of a tenant are billed, by number; those of which nothing is are left out. `partly_billed` and
    /// `billed` count invoices in hand and paid ones, also for what was not ordered; `closed` is what nothing more can be billed of.
    package func billing(of tenant: String) async throws -> [String: String] {
        try await database.look { tx in
            let rows = try tx.query(
                """
                SELECT o.number, EXISTS (SELECT 1 FROM erp_order_closing c WHERE c.tenant = o.tenant AND c.number = o.number),
                sum(CASE WHEN l.quantity > coalesce(b.billed, 0) THEN 1 ELSE 0 END),
                EXISTS (SELECT 1 FROM erp_invoice i JOIN erp_invoice_line n
                    ON n.tenant = i.tenant AND n.invoice_id = i.invoice_id AND n.run_id = i.run_id
                    WHERE i.tenant = o.tenant AND i.po_number = o.number
                    AND (i.state = 'approved' OR i.state = 'open' AND n.order_line IS NOT NULL))
                FROM erp_purchase_order o JOIN erp_purchase_order_line l ON l.tenant = o.tenant AND l.number = o.number
                LEFT JOIN (
                    SELECT i.po_number, n.order_line, sum(n.quantity) AS billed FROM erp_invoice i
                    JOIN erp_invoice_line n ON n.tenant = i.tenant AND n.invoice_id = i.invoice_id AND n.run_id = i.run_id
                    WHERE i.tenant = ? AND i.state IN ('open', 'approved') AND n.order_line IS NOT NULL GROUP BY 1, 2
                ) b ON b.po_number = l.number AND b.order_line = l.line
                WHERE o.tenant = ? AND o.state = 'created' GROUP BY o.tenant, o.number
                """,
                [.text(tenant), .text(tenant)]
            )
            var states: [String: String] = [:]
            for row in rows {
                let (isClosed, open, billed) = (row.integer(1) == 1, row.integer(2), row.integer(3) == 1)
                states[row.text(0)] =
                    isClosed ? "closed" : open == 0 ? "billed" : billed ? "partly_billed" : nil
            }
            return states
        }
    }

    private static func order(
        _ order: OrderKey,
        in tx: any StoreTransaction
    ) throws -> (state: String, number: String?)? {
        try tx.query(
            "SELECT state, number FROM erp_purchase_order WHERE tenant = ? AND order_id = ? AND run_id = ?",
            [.text(order.tenant), .text(order.orderId), .text(order.runId)]
        ).first.map { ($0.text(0), $0.optionalText(1)) }
    }

    private static func liveNumber(of order: OrderKey, in tx: any StoreTransaction) throws -> String? {
        try tx.query(
            "SELECT number FROM erp_purchase_order WHERE tenant = ? AND order_id = ? AND state = 'created'",
            [.text(order.tenant), .text(order.orderId)]
        ).first?.text(0)
    }

    private static func nextSequence(
        _ tenant: String,
        _ year: FiscalYear,
        in tx: any StoreTransaction
    ) throws -> Int64 {
        let rows = try tx.query(
            """
            INSERT INTO erp_sequence (tenant, name, fiscal_year, last) VALUES (?, 'purchase_order', ?, 1)
            ON CONFLICT (tenant, name, fiscal_year) DO UPDATE SET last = erp_sequence.last + 1 RETURNING last
            """,
            [.text(tenant), .integer(Int64(year.startYear))]
        )
        return rows.first?.integer(0) ?? 1
    }

    private static func insert(
        _ request: PurchaseOrderRequest,
        _ number: String,
        _ sequence: Int64,
        in tx: any StoreTransaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO erp_purchase_order
            (tenant, order_id, run_id, workflow_id, state, number, fiscal_year, sequence, vendor_id, department,
            requested_by, amount, created_time, changed_time)
            VALUES (?, ?, ?, ?, 'created', ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            request.order.bindings + [
                .text(number), .integer(Int64(request.fiscalYear.startYear)), .integer(sequence),
                .text(request.vendorId), .text(request.department), .text(request.requestedBy),
                .integer(request.amount.poisha), .time(request.time), .time(request.time),
            ]
        )
        for (index, item) in request.items.enumerated() {
            try tx.execute(
                """
                INSERT INTO erp_purchase_order_line
                (tenant, number, line, product_id, quantity, unit_price, amount) VALUES (?, ?, ?, ?, ?, ?, ?)
                """,
                [
                    .text(request.order.tenant), .text(number), .integer(Int64(index + 1)), .text(item.productId),
                    .integer(item.quantity.thousandths), .integer(item.unitPrice.poisha),
                    .integer(try item.amount().poisha),
                ]
            )
        }
    }
}
