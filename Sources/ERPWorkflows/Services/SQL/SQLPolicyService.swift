package import Database
import Foundation
import WorkflowAPI

/// Policies in the table `erp_policy`, as the JSON that was loaded.
package struct SQLPolicyService: PolicyService {
    static let purchaseOrder = "purchaseOrder"
    static let approvals = "approvals"
    static let calendar = "calendar"
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

    /// The rules, as a transaction sees them.
    static func approvalRules(of tenant: String, in tx: any StoreTransaction) throws -> ApprovalRules {
        let changes = try policy(approvals, of: tenant, as: TenantApprovals.self, in: tx)
        let days = try policy(calendar, of: tenant, as: BusinessCalendar.self, in: tx)
        return ApprovalRules(calendar: days ?? .standard, actForOthers: changes?.actForOthers ?? false)
    }

    /// A policy as it was loaded; nil when the tenant set none of this name.
    static func policy<Policy: Decodable>(
        _ name: String,
        of tenant: String,
        as type: Policy.Type = Policy.self,
        in tx: any StoreTransaction
    ) throws -> Policy? {
        let stored = try tx.query(
            "SELECT value FROM erp_policy WHERE tenant = ? AND name = ?",
            [.text(tenant), .text(name)]
        ).first
        return try stored.map { try JSONDecoder().decode(type, from: Data($0.text(0).utf8)) }
    }
}
