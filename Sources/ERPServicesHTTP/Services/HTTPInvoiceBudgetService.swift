public import ERPWorkflows
public import Foundation

/// What invoices take of budgets that another service keeps.
public struct HTTPInvoiceBudgetService: InvoiceBudgetService {
    static let reserve = HTTPOperation(.post, "/invoice-charges")
    static let spend = HTTPOperation(.post, "/invoice-charges/spend")
    static let release = HTTPOperation(.post, "/invoice-charges/release")
    static let operations = [reserve, spend, release]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Asks for the net of an invoice to be reserved.
    public func reserve(_ request: InvoiceBudgetRequest) async throws -> BudgetAnswer {
        try await client.send(Self.reserve, request, tenant: request.invoice.tenant)
    }

    /// Has it spent.
    public func spend(_ invoice: InvoiceKey, at time: Date) async throws {
        try await client.send(Self.spend, InvoiceMoment(invoice: invoice, time: time), tenant: invoice.tenant)
    }

    /// Has it given back.
    public func release(_ invoice: InvoiceKey, at time: Date) async throws {
        try await client.send(Self.release, InvoiceMoment(invoice: invoice, time: time), tenant: invoice.tenant)
    }
}
