public import Foundation

/// How an invoice ended.
public struct InvoiceResult: Codable, Hashable, Sendable {
    /// `approved`, `rejected` or `on_hold`.
    public var status: InvoiceStatus
    /// The payment, when it was approved.
    public var paymentId: String?
    /// Why it was not approved; or what went wrong after it was paid for.
    public var reason: String?
    /// The VAT as computed; zero when it was not.
    public var vat: Money
    /// What is withheld for the tax office; zero when it was not computed.
    public var taxWithholding: Money
    /// What the vendor gets: net + VAT − withheld; zero when it was not computed.
    public var netPayableAmount: Money
    /// Who decided what, refused attempts included.
    public var approvalHistory: [ApprovalHistoryEntry]
}

/// Everything about an invoice in flight; what the query `invoiceDetails` answers.
public struct InvoiceDetails: Codable, Hashable, Sendable {
    /// How far it has come.
    public var status: InvoiceStatus
    /// What stands on it; nil when it could not be read.
    public var invoice: InvoiceInput?
    /// What its vendor is to tax.
    public var vendorKind: VendorKind?
    /// By how much it differs from its order, when it names one.
    public var matchingVariance: Money?
    /// What differs, in words.
    public var matchingNotes: [String]
    /// The levels that have to agree, in order.
    public var levels: [String]
    /// The level that waits.
    public var waitingFor: String?
    /// When that level opened.
    public var waitingSince: Date?
    /// When that level ends by itself; nil while a question waits for its answer.
    public var deadline: Date?
    /// Payment, journal entry and certificate, once written.
    public var posting: InvoicePosting?
    /// Why it ended without a payment.
    public var reason: String?
    /// It came to nothing, and what was done for it is not yet undone.
    public var isBeingUndone: Bool
    /// The version of each setting of the tenant by which it is judged.
    public var policyVersions: [String: Int64]
}
