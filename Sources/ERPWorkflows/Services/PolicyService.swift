public import Foundation

/// The rules that a tenant set for itself. Each change of one is a version with the time at which it was loaded, and a run
/// goes by those that were loaded when it was started, whatever comes later and whenever a worker first looks.
public protocol PolicyService: Sendable {
    /// Who approves purchase orders, and in what time, as it stood at a moment; the defaults where the tenant had set nothing.
    func approvalPolicy(of tenant: String, at moment: Date) async throws -> ApprovalPolicy
    /// By which rules documents are approved, as it stood at a moment: the strict ones but for what the tenant had changed.
    func approvalRules(of tenant: String, at moment: Date) async throws -> ApprovalRules
    /// In what time employees are onboarded, as it stood at a moment; the defaults where the tenant had set nothing.
    func onboardingPolicy(of tenant: String, at moment: Date) async throws -> OnboardingPolicy
    /// The version of every setting that the tenant had loaded by a moment, by its name in the file of `erp load`; what is
    /// not named is the default.
    func policyVersions(of tenant: String, at moment: Date) async throws -> [String: Int64]
}

/// What a tenant changes about how its documents are approved.
public struct TenantApprovals: Codable, Hashable, Sendable {
    /// A decision counts also when it comes from another login than that of the person it names. For a company where one
    /// person types in what others have signed on paper, and for trials; it gives up the proof of who decided.
    public var actForOthers: Bool
    /// How many days a question may stop the clock of a level, 1 to 365; when nil, until it is answered.
    public var questionDays: Int?

    /// What is not given is strict.
    public init(actForOthers: Bool = false, questionDays: Int? = nil) {
        self.actForOthers = actForOthers
        self.questionDays = questionDays
    }

    /// Reads it; what is left out is strict.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        actForOthers = try container.decodeIfPresent(Bool.self, forKey: .actForOthers) ?? false
        questionDays = try container.decodeDays(forKey: .questionDays)
    }
}

extension [String: Int64] {
    /// The versions of these settings alone.
    func only(_ settings: [TenantSetting]) -> [String: Int64] {
        let keys = Set(settings.map(\.key))
        return filter { keys.contains($0.key) }
    }

    /// As it stands in the audit trail: `policies: approvals 1, invoicePolicy 2`; nothing when all are the defaults.
    var auditText: String? {
        isEmpty
            ? nil : "policies: " + sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
    }
}
