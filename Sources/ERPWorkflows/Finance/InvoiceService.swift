public import Foundation

/// Keeps the invoices of a tenant: which are in hand, what they bill of which order, and how each ended.
public protocol InvoiceService: Sendable {
    /// Takes an invoice in hand, once: a repeat gives the first answer. An answer that is not `isRegistered` says why and
    /// changes nothing: the vendor has sent an invoice of this number before, or another run has this invoice in hand.
    func register(_ registration: InvoiceRegistration) async throws -> InvoiceAnswer
    /// Compares an invoice with the order that it names and with what earlier invoices billed of it, and notes which lines
    /// of the order it bills. Throws a refusal when the invoice is not in hand.
    func match(_ request: MatchRequest) async throws -> OrderMatch
    /// Notes that the invoice is paid for, once. Whatever was ordered and is now billed in full is closed.
    func approve(_ invoice: InvoiceKey, at time: Date) async throws
    /// Ends an invoice that comes to nothing, once, and prevents that it still is registered. Throws a refusal when it was
    /// paid for.
    func end(_ ending: InvoiceEnding) async throws
    /// All invoices of a tenant, the oldest first.
    func invoices(of tenant: String) async throws -> [InvoiceRecord]
}

/// An invoice to take in hand.
public struct InvoiceRegistration: Codable, Hashable, Sendable {
    /// Its key.
    public var invoice: InvoiceKey
    /// What stands on it.
    public var input: InvoiceInput
    /// When, in event time.
    public var time: Date
}

/// Whether an invoice is in hand.
public struct InvoiceAnswer: Codable, Hashable, Sendable {
    /// It is.
    public var isRegistered: Bool
    /// Why it is not.
    public var reason: String?
}

/// Asks to compare an invoice with the order that it names.
public struct MatchRequest: Codable, Hashable, Sendable {
    /// The invoice, which is in hand.
    public var invoice: InvoiceKey
    /// What stands on it.
    public var input: InvoiceInput
}

/// How an invoice ended that comes to nothing.
public struct InvoiceEnding: Codable, Hashable, Sendable {
    /// The invoice and what stands on it.
    public var registration: InvoiceRegistration
    /// `rejected`, `on_hold`, `cancelled` or `failed`.
    public var state: InvoiceState
    /// Why.
    public var reason: String
}

/// How it stands with an invoice.
public enum InvoiceState: String, Codable, Hashable, Sendable {
    /// A run has it in hand.
    case open
    /// It is paid for.
    case approved
    case rejected
    /// Nothing can be done until its vendor's master data say otherwise; then it can be submitted again.
    case onHold = "on_hold"
    case cancelled
    case failed
}

/// An invoice as it is kept.
public struct InvoiceRecord: Codable, Hashable, Sendable {
    /// The key.
    public var invoice: InvoiceKey
    /// How it stands.
    public var state: InvoiceState
    /// Why it ended so, when it came to nothing.
    public var reason: String?
    /// The vendor's number of it.
    public var invoiceNumber: String
    /// Who sent it.
    public var vendorId: String
    /// Its date.
    public var invoiceDate: LocalDate
    /// When it has to be paid.
    public var dueDate: LocalDate
    /// Without VAT, as stated.
    public var net: Money
    /// The VAT, as stated.
    public var vat: Money
    /// With VAT, as stated.
    public var total: Money
    /// The order that it names.
    public var poNumber: String?
    /// Whose budget pays.
    public var department: String
    /// Who handed it in.
    public var submittedBy: String
    /// The payment, once there is one.
    public var paymentId: String?
    /// When it was handed in.
    public var openedTime: Date
}
