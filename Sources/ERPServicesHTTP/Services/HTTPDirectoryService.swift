public import ERPWorkflows

/// Users of a directory. What it answers is looked through once more, since decisions rest on it.
public struct HTTPDirectoryService: DirectoryService {
    static let user = HTTPOperation(.get, "/users/{id}")
    static let users = HTTPOperation(.get, "/users")
    static let operations = [user, users]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// The user of this id.
    public func user(_ id: String, in tenant: String) async throws -> DirectoryUser? {
        try await client.find(Self.user, [id], tenant: tenant) { $0.id == id }
    }

    /// The active users who have a role, by id. A directory that does not know the query gives more, who are left out.
    public func users(with role: String, in tenant: String) async throws -> [DirectoryUser] {
        let users: [DirectoryUser] = try await client.list(Self.users, query: [("role", role)], tenant: tenant)
        return users.filter { $0.isActive && $0.roles.contains(role) }.sorted { $0.id < $1.id }
    }

    /// The active user with this login name; nil when there is none, or more than one.
    public func user(withLogin login: String, in tenant: String) async throws -> DirectoryUser? {
        let users: [DirectoryUser] = try await client.list(Self.users, query: [("login", login)], tenant: tenant)
        let found = users.filter { $0.isActive && $0.effectiveLogin == login }
        return found.count == 1 ? found[0] : nil
    }
}
