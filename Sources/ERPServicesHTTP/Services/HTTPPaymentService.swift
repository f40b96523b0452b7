public import ERPWorkflows

/// Payments that another service makes and numbers.
public struct HTTPPaymentService: PaymentService {
    static let create = HTTPOperation(.post, "/payments")
    static let payments = HTTPOperation(.get, "/payments")
    static let operations = [create, payments]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Has a payment created; gives its id.
    public func create(_ request: PaymentRequest) async throws -> String {
        let created: Numbered = try await client.send(Self.create, request, tenant: request.invoice.tenant)
        return created.number
    }

    /// All payments of a tenant, in the order of their ids.
    public func payments(of tenant: String) async throws -> [PaymentRecord] {
        try await client.list(Self.payments, tenant: tenant)
    }
}
