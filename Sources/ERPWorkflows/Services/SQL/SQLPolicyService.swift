package import Database
import Foundation
import WorkflowAPI

/// Policies in the table `erp_policy_version`, as the JSON that was loaded; each change is a version of its own, and the
/// last counts.
package struct SQLPolicyService: PolicyService {
    static let purchaseOrder = "purchaseOrder"
    static let approvals = "approvals"
    static let calendar = "calendar"
    static let onboarding = "onboarding"
    let database: SQLiteDatabase

    package init(database: SQLiteDatabase) { self.database = database }

    package func approvalPolicy(of tenant: String) async throws -> ApprovalPolicy {
        try await database.look { tx in
            try Self.policy(Self.purchaseOrder, of: tenant, in: tx) ?? ApprovalPolicy()
        }
    }

    package func approvalRules(of tenant: String) async throws -> ApprovalRules {
        try await database.look { tx in try Self.approvalRules(of: tenant, in: tx) }
    }

    package func onboardingPolicy(of tenant: String) async throws -> OnboardingPolicy {
        try await database.look { tx in try Self.policy(Self.onboarding, of: tenant, in: tx) ?? OnboardingPolicy() }
    }

    /// The rules, as a transaction sees them.
    static func approvalRules(of tenant: String, in tx: any StoreTransaction) throws -> ApprovalRules {
        let changes = try policy(approvals, of: tenant, as: TenantApprovals.self, in: tx)
        let days = try policy(calendar, of: tenant, as: BusinessCalendar.self, in: tx)
        return ApprovalRules(calendar: days ?? .standard, actForOthers: changes?.actForOthers ?? false)
    }

    /// A policy as it was last loaded; nil when the tenant set none of this name.
    static func policy<Policy: Decodable>(
        _ name: String,
        of tenant: String,
        as type: Policy.Type = Policy.self,
        in tx: any StoreTransaction
    ) throws -> Policy? {
        try latest(name, of: tenant, in: tx).map { try JSONDecoder().decode(type, from: Data($0.value.utf8)) }
    }

    /// The number and the JSON of a policy's last version; nil when the tenant set none of this name.
    static func latest(
        _ name: String,
        of tenant: String,
        in tx: any StoreTransaction
    ) throws -> (version: Int64, value: String)? {
        try tx.query(
            "SELECT version, value FROM erp_policy_version WHERE tenant = ? AND name = ? ORDER BY version DESC LIMIT 1",
            [.text(tenant), .text(name)]
        ).first.map { ($0.integer(0), $0.text(1)) }
    }

    /// Adds a version, if the policy is not the same as the last.
    static func store(
        _ policy: some Encodable,
        as name: String,
        of tenant: String,
        at time: Date,
        in tx: any StoreTransaction
    ) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let value = String(decoding: try encoder.encode(policy), as: UTF8.self)
        let last = try latest(name, of: tenant, in: tx)
        guard last?.value != value else { return }
        try tx.execute(
            "INSERT INTO erp_policy_version (tenant, name, version, value, loaded_time) VALUES (?, ?, ?, ?, ?)",
            [.text(tenant), .text(name), .integer((last?.version ?? 0) + 1), .text(value), .time(time)]
        )
    }
}
