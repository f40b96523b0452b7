public import Foundation

/// Closes orders of which nothing more will be billed: everything was, or the rest never comes and somebody says so.
public protocol OrderClosingService: Sendable {
    /// Closes an order in one transaction: what is left of its commitment goes back to the budget, invoices are refused from
    /// then on, and the audit trail records who closed it and why. Throws a refusal, and nothing is changed, when there is no
    /// such order, it was cancelled or is closed, the person may not close it, or an invoice of it is in hand.
    func close(_ request: OrderClosingRequest) async throws -> OrderClosing
    /// The orders of a tenant that are closed, by number.
    func closings(of tenant: String) async throws -> [OrderClosing]
    /// The closing of the order that a run created; nil when it created none, or one that is not closed.
    func closing(ofRun runId: String, _ workflowId: String, in tenant: String) async throws -> OrderClosing?
}

/// Asks for an order to be closed.
public struct OrderClosingRequest: Hashable, Sendable {
    /// Who may close orders that others asked for, as the directory names their roles.
    public static let roles: Set<String> = ["finance", "finance_manager"]

    /// The tenant.
    public var tenant: String
    /// `PO-FY2026-27-00001`.
    public var number: String
    /// Why; up to 2 000 characters, what goes beyond is cut off.
    public var reason: String
    /// The user who closes it: who asked for the order, somebody with one of ``roles``, or a deputy of theirs on that day. The
    /// caller makes sure that it is them.
    public var person: String
    /// Who sent it, as their client calls itself.
    public var caller: String
    /// When.
    public var time: Date

    /// A request of its parts; nothing is checked.
    public init(tenant: String, number: String, reason: String, person: String, caller: String, time: Date) {
        self.tenant = tenant
        self.number = number
        self.reason = reason
        self.person = person
        self.caller = caller
        self.time = time
    }
}

/// An order that is closed.
public struct OrderClosing: Hashable, Sendable {
    /// `PO-FY2026-27-00001`.
    public var number: String
    /// Who closed it: a user id, or `system`.
    public var closedBy: String
    /// Why.
    public var reason: String
    /// When.
    public var time: Date
    /// How much of its commitment went back to the budget, up to now.
    public var freed: Money
    /// Whose budget.
    public var department: String
    /// Of which year.
    public var fiscalYear: FiscalYear
}
