import Database
package import Foundation
import WorkflowAPI

extension SQLInvoiceService {
    /// Ends, in one transaction, an invoice whose run was ended from outside and could do nothing more: its budget goes back,
    /// its id and number are free, and the audit trail says who did it and why. A late step of the run finds it ended. False,
    /// and nothing changed, when the run has it in hand no more. The caller makes sure that the run is closed.
    package func release(
        _ invoice: InvoiceKey,
        because reason: String,
        by actor: String,
        at time: Date
    ) async throws -> Bool {
        try await database.transact { tx in
            guard try Self.state(of: invoice, in: tx) == .open else { return false }
            try SQLInvoiceBudgetService.release(invoice, at: time, in: tx)
            try tx.execute(
                """
                UPDATE erp_invoice SET state = 'cancelled', reason = ?, changed_time = ?
                WHERE tenant = ? AND invoice_id = ? AND run_id = ?
                """,
                [.text("released: \(reason.clipped(to: TextLimits.words))"), .time(time)] + invoice.bindings
            )
            try SQLAuditService.record(
                AuditEntry(
                    tenant: invoice.tenant,
                    key: "\(invoice.runId)/released",
                    time: time,
                    entity: "invoice",
                    entityId: invoice.invoiceId,
                    action: "released",
                    actor: actor.clipped(to: TextLimits.name),
                    details: reason.clipped(to: TextLimits.words)
                ),
                in: tx
            )
            return true
        }
    }
}
