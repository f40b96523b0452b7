package import Database
package import Foundation
import WorkflowAPI

/// Invoices in the tables `erp_invoice` and `erp_invoice_line`.
package struct SQLInvoiceService: InvoiceService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func register(_ registration: InvoiceRegistration) async throws -> InvoiceAnswer {
        try await database.transact { tx in try Self.register(registration, in: tx) }
    }

    package func match(_ request: MatchRequest) async throws -> OrderMatch {
        try await database.transact { tx in try Self.match(request, in: tx) }
    }

    package func approve(_ invoice: InvoiceKey, at time: Date) async throws {
        try await database.transact { tx in try Self.approve(invoice, at: time, in: tx) }
    }

    package func end(_ ending: InvoiceEnding) async throws {
        try await database.transact { tx in try Self.end(ending, in: tx) }
    }

    /// Takes in hand in a transaction that does more.
    static func register(_ registration: InvoiceRegistration, in tx: any StoreTransaction) throws -> InvoiceAnswer {
        let invoice = registration.invoice
        if let state = try state(of: invoice, in: tx) {
            let reason = "the work on invoice \(invoice.invoiceId) by this run was undone"
            let isOpen = state == .open
            return InvoiceAnswer(isRegistered: isOpen, reason: isOpen ? nil : reason)
        }
        if let reason = try duplicate(registration, in: tx) {
            return InvoiceAnswer(isRegistered: false, reason: reason)
        }
        try insert(registration, .open, reason: nil, in: tx)
        return InvoiceAnswer(isRegistered: true)
    }

    /// Notes the payment in a transaction that does more: the row of the payment has approved the invoice.
    static func approve(_ invoice: InvoiceKey, at time: Date, in tx: any StoreTransaction) throws {
        guard try state(of: invoice, in: tx) == .approved else { throw ERPRefusal.invoiceUndone(invoice.invoiceId) }
        let number = try tx.query(
            "SELECT po_number FROM erp_invoice WHERE tenant = ? AND invoice_id = ? AND run_id = ?",
            invoice.bindings
        ).first?.optionalText(0)
        if let number { try SQLOrderBilling.closeIfBilled(number, of: invoice.tenant, at: time, in: tx) }
    }

    /// Ends in a transaction that does more.
    static func end(_ ending: InvoiceEnding, in tx: any StoreTransaction) throws {
        let invoice = ending.registration.invoice
        switch try state(of: invoice, in: tx) {
        case .approved: throw ERPRefusal.invoicePaid(invoice.invoiceId, nil)
        case .open:
            try tx.execute(
                """
                UPDATE erp_invoice SET state = ?, reason = ?, changed_time = ?
                WHERE tenant = ? AND invoice_id = ? AND run_id = ?
                """,
                [.text(ending.state.rawValue), .text(ending.reason), .time(ending.registration.time)]
                    + invoice.bindings
            )
        case nil: try insert(ending.registration, ending.state, reason: ending.reason, in: tx)
        default: return
        }
    }

    /// How it stands with the work of a run on an invoice; nil when there was none.
    static func state(of invoice: InvoiceKey, in tx: any StoreTransaction) throws -> InvoiceState? {
        try tx.query(
            "SELECT state FROM erp_invoice WHERE tenant = ? AND invoice_id = ? AND run_id = ?",
            invoice.bindings
        ).first.flatMap { InvoiceState(rawValue: $0.text(0)) }
    }

    /// Why an invoice cannot be taken in hand: it is, or was paid for; under its own id or the vendor's number.
    private static func duplicate(
        _ registration: InvoiceRegistration,
        in tx: any StoreTransaction
    ) throws -> String? {
        let input = registration.input
        try keyOldNumbers(of: input.vendorId, registration.invoice.tenant, in: tx)
        let first = try tx.query(
            """
            SELECT i.invoice_id, i.workflow_id, i.invoice_date, p.payment_id FROM erp_invoice i
            LEFT JOIN erp_payment p ON p.tenant = i.tenant AND p.invoice_id = i.invoice_id
            WHERE i.tenant = ? AND i.state IN ('open', 'approved')
            AND (i.invoice_id = ?
                OR i.vendor_id = ? AND i.number_key = ?)
            ORDER BY i.opened_time LIMIT 1
            """,
            [
                .text(registration.invoice.tenant), .text(input.invoiceId), .text(input.vendorId),
                .text(InvoiceNumber.key(input.invoiceNumber)),
            ]
        ).first
        guard let first else { return nil }
        let fate = first.optionalText(3).map { "is paid by \($0)" } ?? "is in the hands of workflow \(first.text(1))"
        if first.text(0) == input.invoiceId { return "duplicate: invoice \(input.invoiceId) \(fate)" }
        return
            "duplicate: number \(input.invoiceNumber) of vendor \(input.vendorId) stands on invoice \(first.text(0)) "
            + "of \(first.text(2)), which \(fate)"
    }

    /// Rows of versions that had no keys get theirs. Should two of them turn out to be the same invoice, which only those
    /// versions let in, the first has the key: what is paid stays paid.
    private static func keyOldNumbers(of vendor: String, _ tenant: String, in tx: any StoreTransaction) throws {
        let rows = try tx.query(
            """
            SELECT invoice_id, run_id, invoice_number FROM erp_invoice
            WHERE tenant = ? AND vendor_id = ? AND number_key IS NULL ORDER BY opened_time, invoice_id, run_id
            """,
            [.text(tenant), .text(vendor)]
        )
        for row in rows {
            let key = InvoiceNumber.key(row.text(2))
            let isTaken = try !tx.query(
                """
                SELECT 1 FROM erp_invoice WHERE tenant = ? AND vendor_id = ? AND number_key = ?
                AND state IN ('open', 'approved')
                """,
                [.text(tenant), .text(vendor), .text(key)]
            ).isEmpty
            // No key has a blank.
            try tx.execute(
                "UPDATE erp_invoice SET number_key = ? WHERE tenant = ? AND invoice_id = ? AND run_id = ?",
                [
                    .text(isTaken ? "\(key) \(row.text(0)) \(row.text(1))" : key), .text(tenant), .text(row.text(0)),
                    .text(row.text(1)),
                ]
            )
        }
    }

    private static func insert(
        _ registration: InvoiceRegistration,
        _ state: InvoiceState,
        reason: String?,
        in tx: any StoreTransaction
    ) throws {
        let input = registration.input
        try tx.execute(
            """
            INSERT INTO erp_invoice
            (tenant, invoice_id, run_id, workflow_id, state, reason, invoice_number, vendor_id, vendor_name, invoice_date,
            due_date, net, vat, total, po_number, department, project_id, submitted_by, opened_time, changed_time,
            number_key)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            registration.invoice.bindings + [
                .text(registration.invoice.workflowId), .text(state.rawValue), StoreValue(reason),
                .text(input.invoiceNumber), .text(input.vendorId), .text(input.vendorName),
                .text(input.invoiceDate.description), .text(input.dueDate.description), .integer(input.amount.poisha),
                .integer(input.vatAmount.poisha), .integer(input.totalAmount.poisha), StoreValue(input.poNumber),
                .text(input.department), StoreValue(input.projectId), .text(input.submittedBy),
                .time(registration.time), .time(registration.time), .text(InvoiceNumber.key(input.invoiceNumber)),
            ]
        )
        for (index, item) in input.lineItems.enumerated() {
            try tx.execute(
                """
                INSERT INTO erp_invoice_line
                (tenant, invoice_id, run_id, line, description, quantity, unit_price, amount)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?)
                """,
                registration.invoice.bindings + [
                    .integer(Int64(index + 1)), .text(item.description), .integer(item.quantity.thousandths),
                    .integer(item.unitPrice.poisha), .integer(item.amount.poisha),
                ]
            )
        }
    }
}

extension InvoiceKey {
    /// Tenant, invoice id, run id.
    var bindings: [StoreValue] { [.text(tenant), .text(invoiceId), .text(runId)] }
}
