public import ERPWorkflows
public import Foundation

/// Invoices that another service keeps and matches.
public struct HTTPInvoiceService: InvoiceService {
    static let register = HTTPOperation(.post, "/invoices")
    static let match = HTTPOperation(.post, "/invoices/match")
    static let approve = HTTPOperation(.post, "/invoices/approve")
    static let end = HTTPOperation(.post, "/invoices/end")
    static let invoices = HTTPOperation(.get, "/invoices")
    static let operations = [register, match, approve, end, invoices]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Has an invoice taken in hand.
    public func register(_ registration: InvoiceRegistration) async throws -> InvoiceAnswer {
        try await client.send(Self.register, registration, tenant: registration.invoice.tenant)
    }

    /// Has it compared with the order that it names.
    public func match(_ request: MatchRequest) async throws -> OrderMatch {
        try await client.send(Self.match, request, tenant: request.invoice.tenant)
    }

    /// Has it noted as paid for.
    public func approve(_ invoice: InvoiceKey, at time: Date) async throws {
        try await client.send(Self.approve, InvoiceMoment(invoice: invoice, time: time), tenant: invoice.tenant)
    }

    /// Has it ended.
    public func end(_ ending: InvoiceEnding) async throws {
        try await client.send(Self.end, ending, tenant: ending.registration.invoice.tenant)
    }

    /// All invoices of a tenant, the oldest first.
    public func invoices(of tenant: String) async throws -> [InvoiceRecord] {
        try await client.list(Self.invoices, tenant: tenant) { $0.invoice.tenant == tenant }
    }
}
