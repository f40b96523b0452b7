package import Database
package import Foundation
import WorkflowAPI

/// Orders in the tables `erp_purchase_order` and `erp_purchase_order_line`, numbered from `erp_sequence` in the same
/// transaction, so that numbers have no gaps.
package struct SQLPurchasingService: PurchasingService {
    let database: SQLiteDatabase

    package init(database: SQLiteDatabase) { self.database = database }

    package func create(_ request: PurchaseOrderRequest) async throws -> String {
        try await database.write { connection in
            let order = request.order
            if let found = try Self.order(order, connection) {
                guard found.state == "created", let number = found.number else {
                    throw ERPRefusal.orderUndone(order.orderId)
                }
                return number
            }
            if let number = try Self.liveNumber(of: order, connection) {
                throw ERPRefusal.orderExists(order.orderId, number)
            }
            let sequence = try Self.nextSequence(order.tenant, request.fiscalYear, connection)
            let digits = String(sequence)
            let padding = String(repeating: "0", count: max(0, 5 - digits.count))
            let number = "PO-\(request.fiscalYear)-\(padding)\(digits)"
            try Self.insert(request, number, sequence, connection)
            return number
        }
    }

    package func cancel(_ order: OrderKey, at time: Date) async throws -> String? {
        try await database.write { connection in try Self.cancel(order, at: time, connection) }
    }

    /// Cancels in a transaction that does more.
    @discardableResult
    static func cancel(_ order: OrderKey, at time: Date, _ connection: SQLiteConnection) throws -> String? {
        guard let found = try Self.order(order, connection) else {
            // A late attempt to create finds this row and is refused.
            try connection.execute(
                """
                INSERT INTO erp_purchase_order (tenant, order_id, run_id, workflow_id, state, changed_time)
                VALUES (?, ?, ?, ?, 'void', ?)
                """,
                order.bindings + [.time(time)]
            )
            return nil
        }
        try connection.execute(
            """
            UPDATE erp_purchase_order SET state = 'cancelled', changed_time = ?
            WHERE tenant = ? AND order_id = ? AND run_id = ? AND state = 'created'
            """,
            [.time(time), .text(order.tenant), .text(order.orderId), .text(order.runId)]
        )
        return found.number
    }

    package func orders(of tenant: String) async throws -> [PurchaseOrderRecord] {
        try await database.read { connection in
            try connection.query(
                """
                SELECT number, order_id, state, vendor_id, department, requested_by, amount, created_time
                FROM erp_purchase_order WHERE tenant = ? AND number IS NOT NULL ORDER BY fiscal_year, sequence
                """,
                [.text(tenant)]
            ) { row in
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

    private static func order(
        _ order: OrderKey,
        _ connection: SQLiteConnection
    ) throws -> (state: String, number: String?)? {
        try connection.query(
            "SELECT state, number FROM erp_purchase_order WHERE tenant = ? AND order_id = ? AND run_id = ?",
            [.text(order.tenant), .text(order.orderId), .text(order.runId)]
        ) { ($0.text(0), $0.optionalText(1)) }.first
    }

    private static func liveNumber(of order: OrderKey, _ connection: SQLiteConnection) throws -> String? {
        try connection.query(
            "SELECT number FROM erp_purchase_order WHERE tenant = ? AND order_id = ? AND state = 'created'",
            [.text(order.tenant), .text(order.orderId)]
        ) { $0.text(0) }.first
    }

    private static func nextSequence(
        _ tenant: String,
        _ year: FiscalYear,
        _ connection: SQLiteConnection
    ) throws -> Int64 {
        let rows = try connection.query(
            """
            INSERT INTO erp_sequence (tenant, name, fiscal_year, last) VALUES (?, 'purchase_order', ?, 1)
            ON CONFLICT DO UPDATE SET last = last + 1 RETURNING last
            """,
            [.text(tenant), .integer(Int64(year.startYear))]
        ) { $0.integer(0) }
        return rows.first ?? 1
    }

    private static func insert(
        _ request: PurchaseOrderRequest,
        _ number: String,
        _ sequence: Int64,
        _ connection: SQLiteConnection
    ) throws {
        try connection.execute(
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
            try connection.execute(
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
