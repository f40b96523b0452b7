public import Foundation

/// What orders hold that have no number yet: budget, and their order id. A workflow gives both back when it ends in good
/// order; one that was ended from outside cannot, and an operator does it instead.
public protocol OrderHoldService: Sendable {
    /// Everything that is held in a tenant for orders without a number, oldest first.
    func holds(of tenant: String) async throws -> [OrderHold]
    /// The runs that ever held budget for an order, the newest first.
    func runs(of orderId: String, in tenant: String) async throws -> [OrderKey]
    /// What an order holds.
    func claim(of orderId: String, in tenant: String) async throws -> OrderClaim
    /// Gives back, in one transaction, budget and order id that a run holds, prevents that a late step of the run takes
    /// them again, and records who did it and why. False, and nothing changed, when the run holds nothing any more.
    /// Throws a refusal when the order came to a number. The caller makes sure that the run is closed.
    func release(_ order: OrderKey, because reason: String, by actor: String, at time: Date) async throws -> Bool
}

/// Budget and order id that a run holds for an order without a number.
public struct OrderHold: Hashable, Sendable {
    /// The order, and the run.
    public var order: OrderKey
    /// Whose budget.
    public var department: String
    /// Of which year.
    public var fiscalYear: FiscalYear
    /// How much.
    public var amount: Money
    /// Since when, in event time.
    public var since: Date
}

/// How it stands with what an order holds.
public enum OrderClaim: Hashable, Sendable {
    /// Nobody ever reserved anything for it.
    case unknown
    /// What it held has been given back.
    case released
    /// It came to this number, and the budget is spent on it.
    case ordered(number: String)
    /// A run holds budget and order id.
    case held(OrderHold)
}
