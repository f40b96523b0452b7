/// Makes an approved invoice a payment: spends its budget, posts its journal entry, creates the payment, issues the
/// certificate, notes it on the invoice. Each of them once, whatever is done again.
public protocol InvoicePostingService: Sendable {
    /// Does all of it. A repeat gives the same answer. Throws a refusal when the invoice is not in hand, or paid for by
    /// another run.
    func post(_ request: InvoicePostingRequest) async throws -> InvoicePosting
}

/// Posts through services that are each on their own: one after the other, each idempotent, so that an attempt that did
/// not come to its end is finished by the next.
public struct StepwiseInvoicePosting: InvoicePostingService {
    let invoices: any InvoiceService
    let budget: any InvoiceBudgetService
    let ledger: any LedgerService
    let payments: any PaymentService
    let withholding: any WithholdingService

    /// Posting over these services.
    public init(
        invoices: any InvoiceService,
        budget: any InvoiceBudgetService,
        ledger: any LedgerService,
        payments: any PaymentService,
        withholding: any WithholdingService
    ) {
        self.invoices = invoices
        self.budget = budget
        self.ledger = ledger
        self.payments = payments
        self.withholding = withholding
    }

    /// Budget, journal, payment, certificate, invoice.
    public func post(_ request: InvoicePostingRequest) async throws -> InvoicePosting {
        try await budget.spend(request.invoice, at: request.time)
        let entryId = try await ledger.post(try request.entry())
        let paymentId = try await payments.create(try request.payment(bookedAs: entryId))
        let certificate = try await withholding.issue(try request.certificate(of: paymentId))
        try await invoices.approve(request.invoice, at: request.time)
        return InvoicePosting(paymentId: paymentId, entryId: entryId, certificate: certificate)
    }
}
