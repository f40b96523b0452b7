package import Database
package import Foundation
import WorkflowAPI
import WorkflowRuntime

/// Holds in the tables `erp_budget_reservation` and `erp_purchase_order`.
package struct SQLOrderHoldService: OrderHoldService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    /// A cancelled order keeps its number, but holds nothing by it.
    private static let withoutNumber = """
        NOT EXISTS (SELECT 1 FROM erp_purchase_order o WHERE o.tenant = r.tenant AND o.order_id = r.order_id
        AND o.run_id = r.run_id AND o.state = 'created')
        """

    package func holds(of tenant: String) async throws -> [OrderHold] {
        try await database.look { tx in
            try Self.holds("AND \(Self.withoutNumber) ORDER BY reserved_time, order_id", [.text(tenant)], in: tx)
        }
    }

    package func runs(of orderId: String, in tenant: String) async throws -> [OrderKey] {
        try await database.look { tx in
            try tx.query(
                """
                SELECT workflow_id, run_id FROM erp_budget_reservation WHERE tenant = ? AND order_id = ?
                ORDER BY coalesce(reserved_time, changed_time) DESC, run_id
                """,
                [.text(tenant), .text(orderId)]
            ).map { OrderKey(tenant: tenant, orderId: orderId, workflowId: $0.text(0), runId: $0.text(1)) }
        }
    }

    package func claim(of orderId: String, in tenant: String) async throws -> OrderClaim {
        try await database.look { tx in try Self.claim(of: orderId, in: tenant, in: tx) }
    }

    package func release(
        _ order: OrderKey,
        because reason: String,
        by actor: String,
        at time: Date
    ) async throws -> Bool {
        try await database.transact { tx in
            switch try Self.claim(of: order.orderId, in: order.tenant, in: tx) {
            case .ordered(let number): throw ERPRefusal.orderExists(order.orderId, number)
            case .held(let hold) where hold.order.runId == order.runId:
                try SQLPurchasingService.cancel(order, at: time, in: tx)
                try SQLBudgetService.release(order, at: time, in: tx)
                let entry = AuditEntry(
                    tenant: order.tenant,
                    key: "\(order.runId)/released",
                    time: time,
                    entity: "purchase_order",
                    entityId: order.orderId,
                    action: "released",
                    actor: actor.clipped(to: TextLimits.name),
                    details: "\(hold.amount) of \(hold.department) for \(hold.fiscalYear): "
                        + reason.clipped(to: TextLimits.words)
                )
                try SQLAuditService.record(entry, in: tx)
                return true
            default: return false
            }
        }
    }

    private static func claim(
        of orderId: String,
        in tenant: String,
        in tx: any StoreTransaction
    ) throws -> OrderClaim {
        let keys: [StoreValue] = [.text(tenant), .text(orderId)]
        let number = try tx.query(
            "SELECT number FROM erp_purchase_order WHERE tenant = ? AND order_id = ? AND state = 'created'",
            keys
        ).first?.text(0)
        if let number { return .ordered(number: number) }
        if let hold = try holds("AND order_id = ?", keys, in: tx).first { return .held(hold) }
        let known = try tx.query(
            "SELECT 1 FROM erp_budget_reservation WHERE tenant = ? AND order_id = ?",
            keys
        )
        return known.isEmpty ? .unknown : .released
    }

    private static func holds(
        _ condition: String,
        _ bindings: [StoreValue],
        in tx: any StoreTransaction
    ) throws -> [OrderHold] {
        try tx.query(
            """
            SELECT tenant, order_id, workflow_id, run_id, department, fiscal_year, amount, reserved_time
            FROM erp_budget_reservation r WHERE tenant = ? AND state <> 'released' \(condition)
            """,
            bindings
        ).map { row in
            OrderHold(
                order: OrderKey(
                    tenant: row.text(0),
                    orderId: row.text(1),
                    workflowId: row.text(2),
                    runId: row.text(3)
                ),
                department: row.text(4),
                fiscalYear: FiscalYear(startYear: Int(row.integer(5))),
                amount: Money(poisha: row.integer(6)),
                since: row.moment(7)
            )
        }
    }
}
