public import Foundation

/// Makes purchase orders and numbers them: `PO-FY2026-27-00001`, unique per tenant, without gaps.
public protocol PurchasingService: Sendable {
    /// Creates the order, once: a repeat gives the same number. Throws a refusal when another run has created it, and
    /// after ``cancel(_:at:)`` of the same run.
    func create(_ request: PurchaseOrderRequest) async throws -> String
    /// Cancels the order if it was created, and prevents that it still is. Gives the number, if it had one. The number
    /// stays taken.
    func cancel(_ order: OrderKey, at time: Date) async throws -> String?
    /// All orders of a tenant, by number.
    func orders(of tenant: String) async throws -> [PurchaseOrderRecord]
}

/// An order to create.
public struct PurchaseOrderRequest: Codable, Hashable, Sendable {
    /// Its key.
    public var order: OrderKey
    /// The year of its number.
    public var fiscalYear: FiscalYear
    /// Whom it goes to.
    public var vendorId: String
    /// Whose budget pays.
    public var department: String
    /// Who wanted it.
    public var requestedBy: String
    /// What is bought.
    public var items: [PurchaseOrderItem]
    /// What it costs.
    public var amount: Money
    /// When, in event time.
    public var time: Date
}

/// An order that was created.
public struct PurchaseOrderRecord: Codable, Hashable, Sendable {
    /// `PO-FY2026-27-00001`.
    public var number: String
    /// The order's own id.
    public var orderId: String
    /// `created` or `cancelled`.
    public var state: String
    /// Whom it goes to.
    public var vendorId: String
    /// Whose budget pays.
    public var department: String
    /// Who wanted it.
    public var requestedBy: String
    /// What it costs.
    public var amount: Money
    /// When it was created.
    public var createdTime: Date
}
