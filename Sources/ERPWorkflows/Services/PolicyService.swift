/// The rules that a tenant set for itself.
public protocol PolicyService: Sendable {
    /// Who approves purchase orders, and in what time; the defaults where the tenant set nothing.
    func approvalPolicy(of tenant: String) async throws -> ApprovalPolicy
}
