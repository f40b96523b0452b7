public import ERPWorkflows
public import Foundation

/// Purchase orders that another service makes and numbers.
public struct HTTPPurchasingService: PurchasingService {
    static let create = HTTPOperation(.post, "/purchase-orders")
    static let cancel = HTTPOperation(.post, "/purchase-orders/cancel")
    static let orders = HTTPOperation(.get, "/purchase-orders")
    static let operations = [create, cancel, orders]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Has the order created; gives its number.
    public func create(_ request: PurchaseOrderRequest) async throws -> String {
        let created: Numbered = try await client.send(Self.create, request, tenant: request.order.tenant)
        return created.number
    }

    /// Has the order cancelled; gives its number, if it had one.
    public func cancel(_ order: OrderKey, at time: Date) async throws -> String? {
        let cancelled: MaybeNumbered = try await client.send(
            Self.cancel,
            OrderMoment(order: order, time: time),
            tenant: order.tenant
        )
        return cancelled.number
    }

    /// All orders of a tenant, by number.
    public func orders(of tenant: String) async throws -> [PurchaseOrderRecord] {
        try await client.list(Self.orders, tenant: tenant)
    }
}
