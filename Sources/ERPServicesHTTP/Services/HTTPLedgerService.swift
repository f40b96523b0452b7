public import ERPWorkflows

/// The general ledger of another service.
public struct HTTPLedgerService: LedgerService {
    static let post = HTTPOperation(.post, "/entries")
    static let entries = HTTPOperation(.get, "/entries")
    static let balances = HTTPOperation(.get, "/balances")
    static let operations = [post, entries, balances]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Has an entry posted; gives its number.
    public func post(_ entry: JournalEntry) async throws -> String {
        let posted: Numbered = try await client.send(Self.post, entry, tenant: entry.tenant)
        return posted.number
    }

    /// All entries of a tenant in the order of their numbers.
    public func entries(of tenant: String) async throws -> [PostedEntry] {
        try await client.list(Self.entries, tenant: tenant) { $0.entry.tenant == tenant }
    }

    /// The sums of every account, by code.
    public func balances(of tenant: String) async throws -> [AccountBalance] {
        try await client.list(Self.balances, tenant: tenant)
    }
}
