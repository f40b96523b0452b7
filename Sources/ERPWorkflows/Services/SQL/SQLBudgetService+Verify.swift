import Database
import WorkflowAPI

extension SQLBudgetService {
    /// Adds up what orders and invoices hold and have spent, and compares it with the sums of the budgets. Gives one line for
    /// each sum that is another, and for each that is more than was allocated; none when the books hold.
    package func verify(_ tenant: String) async throws -> [String] {
        try await database.look { tx in
            try Self.sums(of: tenant, in: tx) + Self.commitments(of: tenant, in: tx)
        }
    }

    private static func sums(of tenant: String, in tx: any StoreTransaction) throws -> [String] {
        let rows = try tx.query(
            """
            SELECT b.department, b.fiscal_year, b.allocated, b.reserved, b.committed, b.spent,
            (SELECT coalesce(sum(r.amount), 0) FROM erp_budget_reservation r WHERE r.tenant = b.tenant
                AND r.department = b.department AND r.fiscal_year = b.fiscal_year AND r.state = 'reserved'),
            (SELECT coalesce(sum(c.amount), 0) FROM erp_budget_charge c WHERE c.tenant = b.tenant
                AND c.department = b.department AND c.fiscal_year = b.fiscal_year AND c.state = 'reserved'),
            (SELECT coalesce(sum(r.amount - r.consumed - r.freed), 0) FROM erp_budget_reservation r
                WHERE r.tenant = b.tenant AND r.department = b.department AND r.fiscal_year = b.fiscal_year
                AND r.state = 'committed'),
            (SELECT coalesce(sum(c.amount), 0) FROM erp_budget_charge c WHERE c.tenant = b.tenant
                AND c.department = b.department AND c.fiscal_year = b.fiscal_year AND c.state = 'spent')
            FROM erp_budget b WHERE b.tenant = ? ORDER BY b.department, b.fiscal_year
            """,
            [.text(tenant)]
        )
        return rows.flatMap { row in
            let place = "\(row.text(0)) \(FiscalYear(startYear: Int(row.integer(1))))"
            let expected = [row.integer(6) + row.integer(7), row.integer(8), row.integer(9)]
            let stated = (3...5).map(row.integer)
            var problems = zip(["reserved", "committed", "spent"], zip(stated, expected)).compactMap { name, sums in
                sums.0 == sums.1
                    ? nil
                    : "\(place): \(name) is \(Money(poisha: sums.0)), and its documents come to \(Money(poisha: sums.1))"
            }
            let bound = Money(poisha: stated.reduce(0, +))
            let allocated = Money(poisha: row.integer(2))
            if bound > allocated { problems.append("\(place): \(bound) are bound or spent, of \(allocated)") }
            return problems
        }
    }

    /// What invoices took of orders' commitments.
    private static func commitments(of tenant: String, in tx: any StoreTransaction) throws -> [String] {
        try tx.query(
            """
            SELECT order_id, consumed, taken FROM (
                SELECT r.order_id, r.consumed, (SELECT coalesce(sum(c.amount), 0) FROM erp_budget_charge c
                    WHERE c.tenant = r.tenant AND c.order_id = r.order_id AND c.order_run_id = r.run_id
                    AND c.state <> 'released') AS taken
                FROM erp_budget_reservation r WHERE r.tenant = ?
            ) sums WHERE consumed <> taken ORDER BY order_id
            """,
            [.text(tenant)]
        ).map { row in
            "order \(row.text(0)): \(Money(poisha: row.integer(1))) are billed, and its invoices come to "
                + "\(Money(poisha: row.integer(2)))"
        }
    }
}
