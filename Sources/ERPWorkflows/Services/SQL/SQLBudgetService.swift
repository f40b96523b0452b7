package import Database
package import Foundation
import WorkflowAPI

/// Budgets in the tables `erp_budget` and `erp_budget_reservation`; triggers keep the sums, a CHECK holds them.
package struct SQLBudgetService: BudgetService {
    let database: SQLiteDatabase

    package init(database: SQLiteDatabase) { self.database = database }

    package func reserve(_ request: BudgetRequest) async throws -> BudgetAnswer {
        try await database.write { connection in
            let order = request.order
            if let state = try Self.state(of: order, connection) {
                let reason = "the work on order \(order.orderId) by this run was undone"
                return BudgetAnswer(isReserved: state != "released", reason: state != "released" ? nil : reason)
            }
            if let other = try Self.otherWorkflow(on: order, connection) {
                let reason = "order \(order.orderId) is already in the hands of workflow \(other)"
                return BudgetAnswer(isReserved: false, reason: reason)
            }
            guard let budget = try Self.budget(request, connection) else {
                let reason = "department \(request.department) has no budget for \(request.fiscalYear)"
                return BudgetAnswer(isReserved: false, reason: reason)
            }
            guard budget.available >= request.amount else {
                let reason =
                    "the budget of \(request.department) for \(request.fiscalYear) is not enough: "
                    + "required \(request.amount), available \(budget.available)"
                return BudgetAnswer(isReserved: false, reason: reason)
            }
            try connection.execute(
                """
                INSERT INTO erp_budget_reservation
                (tenant, order_id, run_id, workflow_id, department, fiscal_year, amount, state, reserved_time, changed_time)
                VALUES (?, ?, ?, ?, ?, ?, ?, 'reserved', ?, ?)
                """,
                order.bindings + [
                    .text(request.department), .integer(Int64(request.fiscalYear.startYear)),
                    .integer(request.amount.poisha), .time(request.time), .time(request.time),
                ]
            )
            return BudgetAnswer(isReserved: true)
        }
    }

    package func commit(_ order: OrderKey, at time: Date) async throws {
        try await database.write { connection in
            switch try Self.state(of: order, connection) {
            case "committed": return
            case "reserved": try Self.setState("committed", of: order, at: time, connection)
            default: throw ERPRefusal.noReservation(order.orderId)
            }
        }
    }

    package func release(_ order: OrderKey, at time: Date) async throws {
        try await database.write { connection in try Self.release(order, at: time, connection) }
    }

    /// Gives back in a transaction that does more.
    static func release(_ order: OrderKey, at time: Date, _ connection: SQLiteConnection) throws {
        if try state(of: order, connection) != nil {
            try setState("released", of: order, at: time, connection)
        } else {
            // A late attempt to reserve finds this row and is refused.
            try connection.execute(
                """
                INSERT INTO erp_budget_reservation
                (tenant, order_id, run_id, workflow_id, amount, state, changed_time) VALUES (?, ?, ?, ?, 0, 'released', ?)
                """,
                order.bindings + [.time(time)]
            )
        }
    }

    package func budgets(of tenant: String) async throws -> [Budget] {
        try await database.read { connection in
            try connection.query(
                """
                SELECT department, fiscal_year, allocated, reserved, committed FROM erp_budget
                WHERE tenant = ? ORDER BY fiscal_year, department
                """,
                [.text(tenant)],
                Self.budget(of:)
            )
        }
    }

    private static func state(of order: OrderKey, _ connection: SQLiteConnection) throws -> String? {
        try connection.query(
            "SELECT state FROM erp_budget_reservation WHERE tenant = ? AND order_id = ? AND run_id = ?",
            [.text(order.tenant), .text(order.orderId), .text(order.runId)]
        ) { $0.text(0) }.first
    }

    private static func otherWorkflow(on order: OrderKey, _ connection: SQLiteConnection) throws -> String? {
        try connection.query(
            "SELECT workflow_id FROM erp_budget_reservation WHERE tenant = ? AND order_id = ? AND state <> 'released'",
            [.text(order.tenant), .text(order.orderId)]
        ) { $0.text(0) }.first
    }

    private static func setState(
        _ state: String,
        of order: OrderKey,
        at time: Date,
        _ connection: SQLiteConnection
    ) throws {
        try connection.execute(
            """
            UPDATE erp_budget_reservation SET state = ?, changed_time = ?
            WHERE tenant = ? AND order_id = ? AND run_id = ? AND state <> 'released'
            """,
            [.text(state), .time(time), .text(order.tenant), .text(order.orderId), .text(order.runId)]
        )
    }

    private static func budget(_ request: BudgetRequest, _ connection: SQLiteConnection) throws -> Budget? {
        try connection.query(
            """
            SELECT department, fiscal_year, allocated, reserved, committed FROM erp_budget
            WHERE tenant = ? AND department = ? AND fiscal_year = ?
            """,
            [.text(request.order.tenant), .text(request.department), .integer(Int64(request.fiscalYear.startYear))],
            budget(of:)
        ).first
    }

    private static func budget(of row: SQLiteStatement) -> Budget {
        Budget(
            department: row.text(0),
            fiscalYear: FiscalYear(startYear: Int(row.integer(1))),
            allocated: Money(poisha: row.integer(2)),
            reserved: Money(poisha: row.integer(3)),
            committed: Money(poisha: row.integer(4))
        )
    }
}

extension OrderKey {
    /// Tenant, order id, run id, workflow id.
    var bindings: [StoreValue] { [.text(tenant), .text(orderId), .text(runId), .text(workflowId)] }
}

extension StoreValue {
    /// Nanoseconds since 1970; held to the range of the column.
    static func time(_ moment: Date) -> StoreValue {
        let nanoseconds = (moment.timeIntervalSince1970 * 1e9).rounded()
        return .integer(Int64(exactly: nanoseconds) ?? (nanoseconds < 0 ? .min : .max))
    }
}

extension SQLiteStatement {
    /// A moment from nanoseconds since 1970.
    func moment(_ column: Int32) -> Date { Date(timeIntervalSince1970: Double(integer(column)) / 1e9) }
}
