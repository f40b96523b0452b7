/// The rules that a tenant set for itself.
public protocol PolicyService: Sendable {
    /// Who approves purchase orders, and in what time; the defaults where the tenant set nothing.
    func approvalPolicy(of tenant: String) async throws -> ApprovalPolicy
    /// By which rules documents are approved: the strict ones but for what the tenant changed.
    func approvalRules(of tenant: String) async throws -> ApprovalRules
    /// In what time employees are onboarded; the defaults where the tenant set nothing.
    func onboardingPolicy(of tenant: String) async throws -> OnboardingPolicy
}

/// What a tenant changes about how its documents are approved.
public struct TenantApprovals: Codable, Hashable, Sendable {
    /// A decision counts also when it comes from another login than that of the person it names. For a company where one
    /// person types in what others have signed on paper, and for trials; it gives up the proof of who decided.
    public var actForOthers: Bool

    /// What is not given is strict.
    public init(actForOthers: Bool = false) { self.actForOthers = actForOthers }

    /// Reads it; what is left out is strict.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        actForOthers = try container.decodeIfPresent(Bool.self, forKey: .actForOthers) ?? false
    }
}
