public import Foundation

/// How an invoice ended.
public struct InvoiceResult: Codable, Hashable, Sendable {
    /// `approved`, `rejected` or `on_hold`.
    public var status: InvoiceStatus
    /// The payment, when it was approved.
    public var paymentId: String?
    /// Why it was not approved; or what went wrong after it was paid for.
    public var reason: String?
    /// The VAT as computed; nil, and `null` in JSON, when the invoice ended before it was.
    public var vat: Money?
    /// What is withheld for the tax office; likewise.
    public var taxWithholding: Money?
    /// What the vendor gets: net + VAT − withheld; likewise.
    public var netPayableAmount: Money?
    /// Who decided what, refused attempts included.
    public var approvalHistory: [ApprovalHistoryEntry]

    /// Writes it; the figures stand there also when there are none, as `null`.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(status, forKey: .status)
        try container.encodeIfPresent(paymentId, forKey: .paymentId)
        try container.encodeIfPresent(reason, forKey: .reason)
        try container.encode(vat, forKey: .vat)
        try container.encode(taxWithholding, forKey: .taxWithholding)
        try container.encode(netPayableAmount, forKey: .netPayableAmount)
        try container.encode(approvalHistory, forKey: .approvalHistory)
    }
}

/// Everything about an invoice in flight; what the query `invoiceDetails` answers.
public struct InvoiceDetails: Codable, Hashable, Sendable {
    /// How far it has come.
    public var status: InvoiceStatus
    /// What stands on it; nil when it could not be read.
    public var invoice: InvoiceInput?
    /// What its vendor is to tax.
    public var vendorKind: VendorKind?
    /// By how much it differs from its order; nil when nothing was compared. What earlier invoices of the order differ by is
    /// among the notes.
    public var matchingVariance: Money?
    /// What differs, in words.
    public var matchingNotes: [String]
    /// That the invoice calls its vendor otherwise than the master data do; nil when it does not.
    public var vendorNote: String?
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
