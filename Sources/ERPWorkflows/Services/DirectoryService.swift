/// Knows the users of a tenant, their department and their roles.
public protocol DirectoryService: Sendable {
    /// A user; nil when there is none with this id.
    func user(_ id: String, in tenant: String) async throws -> DirectoryUser?
    /// The active users who may decide a level for a department, by id.
    func approvers(for level: ApprovalLevel, department: String, in tenant: String) async throws -> [DirectoryUser]
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

    /// The roles give the right to decide: a department head for their own department, finance for all.
    public func mayDecide(_ level: ApprovalLevel, for department: String) -> Bool {
        guard roles.contains(level.rawValue) else { return false }
        switch level {
        case .departmentHead: return self.department == department
        case .finance: return true
        }
    }
}
