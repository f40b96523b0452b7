/// Knows the users of a tenant, their department and their roles.
public protocol DirectoryService: Sendable {
    /// A user; nil when there is none with this id.
    func user(_ id: String, in tenant: String) async throws -> DirectoryUser?
    /// The active users who have a role, by id.
    func users(with role: String, in tenant: String) async throws -> [DirectoryUser]
    /// The active user with a login name of the operating system; nil when there is none, or more than one.
    func user(withLogin login: String, in tenant: String) async throws -> DirectoryUser?
}

/// A person as the directory knows them.
public struct DirectoryUser: Codable, Hashable, Sendable {
    /// The user id.
    public var id: String
    /// The name.
    public var name: String
    /// The mail address.
    public var email: String
    /// The department they belong to.
    public var department: String
    /// Their roles: `department_head`, `finance` and others.
    public var roles: [String]
    /// They may act.
    public var isActive: Bool

    /// Their login name in the operating system, when it is not their id.
    public var login: String?

    /// The login name that has to be theirs when they decide something.
    public var effectiveLogin: String { login ?? id }
}
