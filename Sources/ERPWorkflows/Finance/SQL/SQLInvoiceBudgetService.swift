package import Database
package import Foundation
import WorkflowAPI

/// Charges in the table `erp_budget_charge`; triggers keep the sums of budgets and of what orders committed, CHECKs hold
/// them.
package struct SQLInvoiceBudgetService: InvoiceBudgetService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func reserve(_ request: InvoiceBudgetRequest) async throws -> BudgetAnswer {
        try await database.transact { tx in try Self.reserve(request, in: tx) }
    }

    package func spend(_ invoice: InvoiceKey, at time: Date) async throws {
        try await database.transact { tx in try Self.spend(invoice, at: time, in: tx) }
    }

    package func release(_ invoice: InvoiceKey, at time: Date) async throws {
        try await database.transact { tx in try Self.release(invoice, at: time, in: tx) }
    }

    /// Reserves in a transaction that does more.
    static func reserve(_ request: InvoiceBudgetRequest, in tx: any StoreTransaction) throws -> BudgetAnswer {
        let invoice = request.invoice
        let states = try states(of: invoice, in: tx)
        if !states.isEmpty, !states.contains("released") { return BudgetAnswer(isReserved: true) }
        guard states.isEmpty, try SQLInvoiceService.state(of: invoice, in: tx) == .open else {
            let reason = "the work on invoice \(invoice.invoiceId) by this run was undone"
            return BudgetAnswer(isReserved: false, reason: reason)
        }
        let commitment = try commitment(of: request, in: tx)
        let ordered = min(commitment?.open ?? 0, request.amount.poisha)
        let own = Money(poisha: request.amount.poisha - ordered)
        if own > .zero, let reason = try refusal(own, of: request, in: tx) {
            return BudgetAnswer(isReserved: false, reason: reason)
        }
        if let commitment, ordered > 0 {
            try insert(request, "order", commitment.department, commitment.year, ordered, commitment.key, in: tx)
        }
        if own > .zero {
            let year = Int64(request.fiscalYear.startYear)
            try insert(request, "own", request.department, year, own.poisha, nil, in: tx)
        }
        return BudgetAnswer(isReserved: true)
    }

    /// Spends in a transaction that does more.
    static func spend(_ invoice: InvoiceKey, at time: Date, in tx: any StoreTransaction) throws {
        let states = try states(of: invoice, in: tx)
        guard !states.isEmpty, !states.contains("released") else {
            throw ERPRefusal.noBudget(invoice.invoiceId)
        }
        try change(invoice, to: "spent", at: time, in: tx)
    }

    /// Gives back in a transaction that does more. A late attempt to reserve finds the invoice ended, or what it had
    /// released.
    static func release(_ invoice: InvoiceKey, at time: Date, in tx: any StoreTransaction) throws {
        try change(invoice, to: "released", at: time, in: tx)
    }

    private static func states(of invoice: InvoiceKey, in tx: any StoreTransaction) throws -> Set<String> {
        let rows = try tx.query(
            "SELECT state FROM erp_budget_charge WHERE tenant = ? AND invoice_id = ? AND run_id = ?",
            [.text(invoice.tenant), .text(invoice.invoiceId), .text(invoice.runId)]
        )
        return Set(rows.map { $0.text(0) })
    }

    private static func change(
        _ invoice: InvoiceKey,
        to state: String,
        at time: Date,
        in tx: any StoreTransaction
    ) throws {
        try tx.execute(
            """
            UPDATE erp_budget_charge SET state = ?, changed_time = ?
            WHERE tenant = ? AND invoice_id = ? AND run_id = ? AND state = 'reserved'
            """,
            [.text(state), .time(time), .text(invoice.tenant), .text(invoice.invoiceId), .text(invoice.runId)]
        )
    }

    /// What an order committed and invoices have not taken yet.
    private struct Commitment {
        var key: (orderId: String, runId: String)
        var department: String
        var year: Int64
        var open: Int64
    }

    private static func commitment(
        of request: InvoiceBudgetRequest,
        in tx: any StoreTransaction
    ) throws -> Commitment? {
        guard let number = request.poNumber else { return nil }
        return try tx.query(
            """
            SELECT r.order_id, r.run_id, r.department, r.fiscal_year, r.amount - r.consumed - r.freed
            FROM erp_purchase_order o JOIN erp_budget_reservation r
            ON r.tenant = o.tenant AND r.order_id = o.order_id AND r.run_id = o.run_id
            WHERE o.tenant = ? AND o.number = ? AND r.state = 'committed'
            """,
            [.text(request.invoice.tenant), .text(number)]
        ).first.map { row in
            Commitment(
                key: (row.text(0), row.text(1)),
                department: row.text(2),
                year: row.integer(3),
                open: row.integer(4)
            )
        }
    }

    /// Why a department has not got so much left; nil when it has.
    private static func refusal(
        _ amount: Money,
        of request: InvoiceBudgetRequest,
        in tx: any StoreTransaction
    ) throws -> String? {
        let row = try tx.query(
            """
            SELECT allocated - reserved - committed - spent FROM erp_budget
            WHERE tenant = ? AND department = ? AND fiscal_year = ?
            """,
            [
                .text(request.invoice.tenant), .text(request.department),
                .integer(Int64(request.fiscalYear.startYear)),
            ]
        ).first
        guard let row else { return "department \(request.department) has no budget for \(request.fiscalYear)" }
        let available = Money(poisha: row.integer(0))
        guard available < amount else { return nil }
        let beyond = request.poNumber.map { " beyond what \($0) committed" } ?? ""
        return "the budget of \(request.department) for \(request.fiscalYear) is not enough: "
            + "required\(beyond) \(amount), available \(available)"
    }

    private static func insert(
        _ request: InvoiceBudgetRequest,
        _ source: String,
        _ department: String,
        _ year: Int64,
        _ amount: Int64,
        _ order: (orderId: String, runId: String)?,
        in tx: any StoreTransaction
    ) throws {
        try tx.execute(
            """
            INSERT INTO erp_budget_charge
            (tenant, invoice_id, run_id, source, department, fiscal_year, amount, state, order_id, order_run_id,
            changed_time) VALUES (?, ?, ?, ?, ?, ?, ?, 'reserved', ?, ?, ?)
            """,
            [
                .text(request.invoice.tenant), .text(request.invoice.invoiceId), .text(request.invoice.runId),
                .text(source), .text(department), .integer(year), .integer(amount), StoreValue(order?.orderId),
                StoreValue(order?.runId), .time(request.time),
            ]
        )
    }
}
