package import Database
package import Foundation
import WorkflowAPI

/// Policies in the table `erp_policy_version`, as the JSON that was loaded. Each change is a version of its own with the time
/// of its loading; at any moment the last one loaded until then counts. Those of older files were loaded in 1970.
package struct SQLPolicyService: PolicyService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func approvalPolicy(of tenant: String, at moment: Date) async throws -> ApprovalPolicy {
        try await database.look { tx in
            try Self.policy(.purchaseOrder, of: tenant, at: moment, in: tx) ?? ApprovalPolicy()
        }
    }

    package func approvalRules(of tenant: String, at moment: Date) async throws -> ApprovalRules {
        try await database.look { tx in try Self.approvalRules(of: tenant, at: moment, in: tx) }
    }

    package func onboardingPolicy(of tenant: String, at moment: Date) async throws -> OnboardingPolicy {
        try await database.look { tx in
            try Self.policy(.onboarding, of: tenant, at: moment, in: tx) ?? OnboardingPolicy()
        }
    }

    package func policyVersions(of tenant: String, at moment: Date) async throws -> [String: Int64] {
        try await database.look { tx in try Self.versions(of: tenant, at: moment, in: tx) }
    }

    /// The rules, as a transaction sees them.
    static func approvalRules(of tenant: String, at moment: Date, in tx: any StoreTransaction) throws -> ApprovalRules {
        let changes = try policy(.approvals, of: tenant, at: moment, as: TenantApprovals.self, in: tx)
        let days = try policy(.calendar, of: tenant, at: moment, as: BusinessCalendar.self, in: tx)
        return ApprovalRules(
            calendar: days ?? .standard,
            actForOthers: changes?.actForOthers ?? false,
            questionDays: changes?.questionDays ?? 0
        )
    }

    /// The versions that counted at a moment, by the names of the seed file.
    static func versions(of tenant: String, at moment: Date, in tx: any StoreTransaction) throws -> [String: Int64] {
        var versions: [String: Int64] = [:]
        for setting in TenantSetting.allCases {
            versions[setting.key] = try version(of: setting, tenant, at: moment, in: tx)?.number
        }
        return versions
    }

    /// A policy as it stood at a moment; nil when the tenant had set none of this name.
    static func policy<Policy: Decodable>(
        _ setting: TenantSetting,
        of tenant: String,
        at moment: Date,
        as type: Policy.Type = Policy.self,
        in tx: any StoreTransaction
    ) throws -> Policy? {
        try version(of: setting, tenant, at: moment, in: tx)
            .map { try JSONDecoder().decode(type, from: Data($0.value.utf8)) }
    }

    private static func version(
        of setting: TenantSetting,
        _ tenant: String,
        at moment: Date,
        in tx: any StoreTransaction
    ) throws -> (number: Int64, value: String)? {
        try tx.query(
            """
            SELECT version, value FROM erp_policy_version WHERE tenant = ? AND name = ? AND loaded_time <= ?
            ORDER BY version DESC LIMIT 1
            """,
            [.text(tenant), .text(setting.rawValue), .time(moment)]
        ).first.map { ($0.integer(0), $0.text(1)) }
    }

    /// Adds a version, if the policy is not the same as the last. A clock that was set back does not bring it before the last.
    static func store(
        _ policy: some Encodable,
        as setting: TenantSetting,
        of tenant: String,
        at time: Date,
        in tx: any StoreTransaction
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let value = String(decoding: try encoder.encode(policy), as: UTF8.self)
        let last = try version(of: setting, tenant, at: .distantFuture, in: tx)
        guard last?.value != value else { return }
        let lastTime =
            try tx.query(
                "SELECT max(loaded_time) FROM erp_policy_version WHERE tenant = ? AND name = ?",
                [.text(tenant), .text(setting.rawValue)]
            ).first?.integer(0) ?? 0
        var loadedTime = StoreValue.time(time)
        if case .integer(let now) = loadedTime { loadedTime = .integer(max(now, lastTime)) }
        try tx.execute(
            "INSERT INTO erp_policy_version (tenant, name, version, value, loaded_time) VALUES (?, ?, ?, ?, ?)",
            [
                .text(tenant), .text(setting.rawValue), .integer((last?.number ?? 0) + 1), .text(value),
                loadedTime,
            ]
        )
    }
}
