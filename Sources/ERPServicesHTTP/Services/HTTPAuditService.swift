public import ERPWorkflows

/// An audit trail that another service keeps.
public struct HTTPAuditService: AuditService {
    static let record = HTTPOperation(.post, "/entries")
    static let entries = HTTPOperation(.get, "/entries")
    static let verify = HTTPOperation(.get, "/verification")
    static let operations = [record, entries, verify]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Hands an entry over.
    public func record(_ entry: AuditEntry) async throws {
        try await client.send(Self.record, entry, tenant: entry.tenant)
    }

    /// All entries of a tenant, oldest first.
    public func entries(of tenant: String) async throws -> [AuditEntry] {
        try await client.list(Self.entries, tenant: tenant) { $0.tenant == tenant }
    }

    /// Has the chain computed anew; gives what is wrong.
    public func verify(_ tenant: String) async throws -> [String] {
        try await client.list(Self.verify, tenant: tenant)
    }
}
