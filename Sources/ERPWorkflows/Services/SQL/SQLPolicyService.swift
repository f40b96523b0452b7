package import Database
import Foundation
import WorkflowAPI

/// Policies in the table `erp_policy`, as the JSON that was loaded.
package struct SQLPolicyService: PolicyService {
    static let purchaseOrder = "purchaseOrder"
    let database: SQLiteDatabase

    package init(database: SQLiteDatabase) { self.database = database }

    package func approvalPolicy(of tenant: String) async throws -> ApprovalPolicy {
        try await database.look { tx in
            try Self.policy(Self.purchaseOrder, of: tenant, in: tx) ?? ApprovalPolicy()
        }
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
