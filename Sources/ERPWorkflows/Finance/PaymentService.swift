public import Foundation

/// Payments to vendors, one an invoice: `PAY-FY2026-27-00001`, unique per tenant, without gaps. A payment is due on its
/// date; the bank is told by others.
public protocol PaymentService: Sendable {
    /// Creates the payment of an invoice, once: a repeat gives the same id. Throws a refusal when the invoice is not in
    /// hand, or when another run has paid for it.
    func create(_ request: PaymentRequest) async throws -> String
    /// All payments of a tenant, in the order of their ids.
    func payments(of tenant: String) async throws -> [PaymentRecord]
}

/// A payment to create.
public struct PaymentRequest: Codable, Hashable, Sendable {
    /// The invoice.
    public var invoice: InvoiceKey
    /// The posted entry that books it.
    public var entryId: String
    /// Whom it goes to.
    public var vendorId: String
    /// The invoice without VAT.
    public var net: Money
    /// Its VAT.
    public var vat: Money
    /// What is kept for the tax office.
    public var withheld: Money
    /// Net + VAT − withheld: what the vendor gets.
    public var payable: Money
    /// When.
    public var dueDate: LocalDate
    /// The day whose fiscal year numbers it.
    public var date: LocalDate
    /// When, in event time.
    public var time: Date
}

/// A payment as it is kept.
public struct PaymentRecord: Codable, Hashable, Sendable {
    /// `PAY-FY2026-27-00001`.
    public var paymentId: String
    /// The invoice.
    public var invoiceId: String
    /// The entry that books it.
    public var entryId: String
    /// Whom it goes to.
    public var vendorId: String
    /// The invoice without VAT.
    public var net: Money
    /// Its VAT.
    public var vat: Money
    /// What is kept for the tax office.
    public var withheld: Money
    /// What the vendor gets.
    public var payable: Money
    /// When.
    public var dueDate: LocalDate
}
