public import ERPWorkflows
public import Foundation

/// Budgets that another service keeps.
public struct HTTPBudgetService: BudgetService {
    static let reserve = HTTPOperation(.post, "/order-reservations")
    static let commit = HTTPOperation(.post, "/order-reservations/commit")
    static let release = HTTPOperation(.post, "/order-reservations/release")
    static let budgets = HTTPOperation(.get, "/budgets")
    static let operations = [reserve, commit, release, budgets]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Asks for an amount to be reserved.
    public func reserve(_ request: BudgetRequest) async throws -> BudgetAnswer {
        try await client.send(Self.reserve, request, tenant: request.order.tenant)
    }

    /// Asks for the reservation to be made a commitment.
    public func commit(_ order: OrderKey, at time: Date) async throws {
        try await client.send(Self.commit, OrderMoment(order: order, time: time), tenant: order.tenant)
    }

    /// Asks for everything to be given back.
    public func release(_ order: OrderKey, at time: Date) async throws {
        try await client.send(Self.release, OrderMoment(order: order, time: time), tenant: order.tenant)
    }

    /// All budgets of a tenant.
    public func budgets(of tenant: String) async throws -> [Budget] {
        try await client.list(Self.budgets, tenant: tenant)
    }
}
