public import ERPWorkflows

/// Withholding certificates that the service of payments issues.
public struct HTTPWithholdingService: WithholdingService {
    static let issue = HTTPOperation(.post, "/certificates")
    static let certificates = HTTPOperation(.get, "/certificates")
    static let totals = HTTPOperation(.get, "/certificates/totals")
    static let operations = [issue, certificates, totals]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Has a certificate issued; gives its number.
    public func issue(_ request: CertificateRequest) async throws -> String {
        let issued: Numbered = try await client.send(Self.issue, request, tenant: request.tenant)
        return issued.number
    }

    /// The certificates of a period.
    public func certificates(of tenant: String, in period: FiscalPeriod) async throws -> [WithholdingCertificate] {
        try await client.list(Self.certificates, query: [("period", period.description)], tenant: tenant) {
            $0.period == period
        }
    }

    /// The sums of a period by vendor and kind.
    public func totals(of tenant: String, in period: FiscalPeriod) async throws -> [VendorTaxTotal] {
        try await client.list(Self.totals, query: [("period", period.description)], tenant: tenant)
    }
}
