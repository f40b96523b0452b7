package import Database
import Foundation
import WorkflowAPI

/// Payments in the table `erp_payment`, which triggers keep from being changed, and from being written without a posted
/// entry and spent budget over the same amounts.
package struct SQLPaymentService: PaymentService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func create(_ request: PaymentRequest) async throws -> String {
        try await database.transact { tx in try Self.create(request, in: tx) }
    }

    /// Creates in a transaction that does more.
    static func create(_ request: PaymentRequest, in tx: any StoreTransaction) throws -> String {
        let invoice = request.invoice
        let known = try tx.query(
            "SELECT payment_id, run_id FROM erp_payment WHERE tenant = ? AND invoice_id = ?",
            [.text(invoice.tenant), .text(invoice.invoiceId)]
        ).first
        if let known {
            guard known.text(1) == invoice.runId else {
                throw ERPRefusal.invoicePaid(invoice.invoiceId, known.text(0))
            }
            return known.text(0)
        }
        guard try SQLInvoiceService.state(of: invoice, in: tx) == .open else {
            throw ERPRefusal.invoiceUndone(invoice.invoiceId)
        }
        let year = FiscalYear(containing: request.date)
        let number = try BookNumber.next("PAY", in: "erp_payment", of: invoice.tenant, year, tx)
        try tx.execute(
            """
            INSERT INTO erp_payment
            (tenant, payment_id, fiscal_year, sequence, invoice_id, run_id, entry_id, vendor_id, net, vat, withheld,
            payable, due_date, created_time)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            """,
            [
                .text(invoice.tenant), .text(number.text), number.year, number.sequence, .text(invoice.invoiceId),
                .text(invoice.runId), .text(request.entryId), .text(request.vendorId), .integer(request.net.poisha),
                .integer(request.vat.poisha), .integer(request.withheld.poisha), .integer(request.payable.poisha),
                .text(request.dueDate.description), .time(request.time),
            ]
        )
        return number.text
    }

    package func payments(of tenant: String) async throws -> [PaymentRecord] {
        try await database.look { tx in
            try tx.query(
                """
                SELECT payment_id, invoice_id, entry_id, vendor_id, net, vat, withheld, payable, due_date
                FROM erp_payment WHERE tenant = ? ORDER BY fiscal_year, sequence
                """,
                [.text(tenant)]
            ).map { row in
                PaymentRecord(
                    paymentId: row.text(0),
                    invoiceId: row.text(1),
                    entryId: row.text(2),
                    vendorId: row.text(3),
                    net: Money(poisha: row.integer(4)),
                    vat: Money(poisha: row.integer(5)),
                    withheld: Money(poisha: row.integer(6)),
                    payable: Money(poisha: row.integer(7)),
                    dueDate: try LocalDate(row.text(8))
                )
            }
        }
    }
}
