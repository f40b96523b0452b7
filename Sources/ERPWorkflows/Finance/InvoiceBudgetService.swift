public import Foundation

/// What invoices take of budgets. The order that an invoice names has committed budget, which the invoice takes over as far
/// as it reaches; the rest, and the whole of an invoice without an order, comes from what the department has left. The
/// database holds that nothing is spent twice, not only this code.
public protocol InvoiceBudgetService: Sendable {
    /// Reserves an invoice's net amount, once. An answer that is not `isReserved` says why and changes nothing. After
    /// ``release(_:at:)`` of the same run it is always refused.
    func reserve(_ request: InvoiceBudgetRequest) async throws -> BudgetAnswer
    /// Spends what is reserved, once. Throws a refusal when nothing is.
    func spend(_ invoice: InvoiceKey, at time: Date) async throws
    /// Gives back what is reserved, once; what came from an order goes back to the order. What was spent stays spent.
    func release(_ invoice: InvoiceKey, at time: Date) async throws
}

/// An amount to reserve.
public struct InvoiceBudgetRequest: Codable, Hashable, Sendable {
    /// For what.
    public var invoice: InvoiceKey
    /// Whose budget.
    public var department: String
    /// Of which year: that of the invoice's date.
    public var fiscalYear: FiscalYear
    /// How much: the net.
    public var amount: Money
    /// The order whose commitment comes first.
    public var poNumber: String?
    /// When, in event time.
    public var time: Date
}
