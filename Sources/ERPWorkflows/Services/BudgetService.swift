public import Foundation

/// Keeps what a department may spend in a fiscal year. What is reserved and committed never exceeds what is allocated; the
/// database holds that, not only this code.
public protocol BudgetService: Sendable {
    /// Reserves an amount for an order, once: a repeat gives the first answer's reservation. An answer that is not
    /// `isReserved` says why and changes nothing. After ``release(_:at:)`` of the same run it is always refused.
    func reserve(_ request: BudgetRequest) async throws -> BudgetAnswer
    /// Turns the reservation into a commitment, once. Throws a refusal when there is none.
    func commit(_ order: OrderKey, at time: Date) async throws
    /// Gives back what is reserved or committed, once; nothing was is fine too, and then nothing can be any more.
    func release(_ order: OrderKey, at time: Date) async throws
    /// All budgets of a tenant.
    func budgets(of tenant: String) async throws -> [Budget]
}

/// An amount to reserve.
public struct BudgetRequest: Codable, Hashable, Sendable {
    /// For what.
    public var order: OrderKey
    /// Whose budget.
    public var department: String
    /// Of which year.
    public var fiscalYear: FiscalYear
    /// How much.
    public var amount: Money
    /// When, in event time.
    public var time: Date
}

/// Whether an amount is reserved.
public struct BudgetAnswer: Codable, Hashable, Sendable {
    /// It is.
    public var isReserved: Bool
    /// Why it is not, with required and available.
    public var reason: String?
}

/// What a department may spend in a fiscal year.
public struct Budget: Codable, Hashable, Sendable {
    /// Whose.
    public var department: String
    /// When.
    public var fiscalYear: FiscalYear
    /// How much in all.
    public var allocated: Money
    /// Held for orders and invoices that wait for approval.
    public var reserved: Money
    /// Bound by orders that were created and not yet billed.
    public var committed: Money
    /// Paid for invoices.
    public var spent: Money
    /// The rest.
    public var available: Money {
        Money(poisha: allocated.poisha - reserved.poisha - committed.poisha - spent.poisha)
    }
}
