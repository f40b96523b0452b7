package import Database
import WorkflowAPI

/// Posts in one transaction: all of it or nothing.
package struct SQLInvoicePosting: InvoicePostingService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func post(_ request: InvoicePostingRequest) async throws -> InvoicePosting {
        try await database.transact { tx in try Self.post(request, in: tx) }
    }

    /// Posts in a transaction that does more: the one that records the step.
    static func post(_ request: InvoicePostingRequest, in tx: any StoreTransaction) throws -> InvoicePosting {
        guard request.taxes.payable > .zero else { throw ERPRefusal.nothingPayable(request.invoice.invoiceId) }
        try SQLInvoiceBudgetService.spend(request.invoice, at: request.time, in: tx)
        let entryId = try SQLLedgerService.post(try request.entry(), in: tx)
        let paymentId = try SQLPaymentService.create(try request.payment(bookedAs: entryId), in: tx)
        let certificate = try SQLWithholdingService.issue(try request.certificate(of: paymentId), in: tx)
        try SQLInvoiceService.approve(request.invoice, at: request.time, in: tx)
        return InvoicePosting(paymentId: paymentId, entryId: entryId, certificate: certificate)
    }
}
