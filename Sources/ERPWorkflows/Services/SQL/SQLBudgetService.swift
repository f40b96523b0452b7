package import Database
package import Foundation
import WorkflowAPI

/// Budgets in the tables `erp_budget` and `erp_budget_reservation`; triggers keep the sums, a CHECK holds them.
package struct SQLBudgetService: BudgetService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func reserve(_ request: BudgetRequest) async throws -> BudgetAnswer {
        try await database.transact { tx in try Self.reserve(request, in: tx) }
    }

    /// Reserves in a transaction that does more.
    static func reserve(_ request: BudgetRequest, in tx: any StoreTransaction) throws -> BudgetAnswer {
        let order = request.order
        if let state = try state(of: order, in: tx) {
            let reason = "the work on order \(order.orderId) by this run was undone"
            return BudgetAnswer(isReserved: state != "released", reason: state != "released" ? nil : reason)
        }
        if let other = try otherWorkflow(on: order, in: tx) {
            let reason = "order \(order.orderId) is already in the hands of workflow \(other)"
            return BudgetAnswer(isReserved: false, reason: reason)
        }
        guard let budget = try budget(request, in: tx) else {
            let reason = "department \(request.department) has no budget for \(request.fiscalYear)"
            return BudgetAnswer(isReserved: false, reason: reason)
        }
        guard budget.available >= request.amount else {
            let reason =
                "the budget of \(request.department) for \(request.fiscalYear) is not enough: "
                + "required \(request.amount), available \(budget.available)"
            return BudgetAnswer(isReserved: false, reason: reason)
        }
        try tx.execute(
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

    package func commit(_ order: OrderKey, at time: Date) async throws {
        try await database.transact { tx in try Self.commit(order, at: time, in: tx) }
    }

    /// Commits in a transaction that does more.
    static func commit(_ order: OrderKey, at time: Date, in tx: any StoreTransaction) throws {
        switch try state(of: order, in: tx) {
        case "committed": return
        case "reserved": try setState("committed", of: order, at: time, in: tx)
        default: throw ERPRefusal.noReservation(order.orderId)
        }
    }

    package func release(_ order: OrderKey, at time: Date) async throws {
        try await database.transact { tx in try Self.release(order, at: time, in: tx) }
    }

    /// Gives back in a transaction that does more.
    static func release(_ order: OrderKey, at time: Date, in tx: any StoreTransaction) throws {
        if try state(of: order, in: tx) != nil {
            try setState("released", of: order, at: time, in: tx)
        } else {
            // A late attempt to reserve finds this row and is refused.
            try tx.execute(
                """
                INSERT INTO erp_budget_reservation
                (tenant, order_id, run_id, workflow_id, amount, state, changed_time) VALUES (?, ?, ?, ?, 0, 'released', ?)
                """,
                order.bindings + [.time(time)]
            )
        }
    }

    package func budgets(of tenant: String) async throws -> [Budget] {
        try await database.look { tx in
            try tx.query(
                """
                SELECT department, fiscal_year, allocated, reserved, committed, spent FROM erp_budget
                WHERE tenant = ? ORDER BY fiscal_year, department
                """,
                [.text(tenant)]
            ).map(Self.budget(of:))
        }
    }

    private static func state(of order: OrderKey, in tx: any StoreTransaction) throws -> String? {
        try tx.query(
            "SELECT state FROM erp_budget_reservation WHERE tenant = ? AND order_id = ? AND run_id = ?",
            [.text(order.tenant), .text(order.orderId), .text(order.runId)]
        ).first?.text(0)
    }

    private static func otherWorkflow(on order: OrderKey, in tx: any StoreTransaction) throws -> String? {
        try tx.query(
            "SELECT workflow_id FROM erp_budget_reservation WHERE tenant = ? AND order_id = ? AND state <> 'released'",
            [.text(order.tenant), .text(order.orderId)]
        ).first?.text(0)
    }

    private static func setState(
        _ state: String,
        of order: OrderKey,
        at time: Date,
        in tx: any StoreTransaction
    ) throws {
        try tx.execute(
            """
            UPDATE erp_budget_reservation SET state = ?, changed_time = ?
            WHERE tenant = ? AND order_id = ? AND run_id = ? AND state <> 'released'
            """,
            [.text(state), .time(time), .text(order.tenant), .text(order.orderId), .text(order.runId)]
        )
    }

    private static func budget(_ request: BudgetRequest, in tx: any StoreTransaction) throws -> Budget? {
        try tx.query(
            """
            SELECT department, fiscal_year, allocated, reserved, committed, spent FROM erp_budget
            WHERE tenant = ? AND department = ? AND fiscal_year = ?
            """,
            [.text(request.order.tenant), .text(request.department), .integer(Int64(request.fiscalYear.startYear))]
        ).first.map(budget(of:))
    }

    private static func budget(of row: StoreRow) -> Budget {
        Budget(
            department: row.text(0),
            fiscalYear: FiscalYear(startYear: Int(row.integer(1))),
            allocated: Money(poisha: row.integer(2)),
            reserved: Money(poisha: row.integer(3)),
            committed: Money(poisha: row.integer(4)),
            spent: Money(poisha: row.integer(5))
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

extension StoreRow {
    /// A moment from nanoseconds since 1970.
    func moment(_ column: Int) -> Date { Date(timeIntervalSince1970: Double(integer(column)) / 1e9) }
}
