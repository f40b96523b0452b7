package import Database
import Foundation
import WorkflowAPI

/// Policies in the table `erp_policy`, as the JSON that was loaded.
package struct SQLPolicyService: PolicyService {
    static let purchaseOrder = "purchaseOrder"
    let database: SQLiteDatabase

    package init(database: SQLiteDatabase) { self.database = database }

    package func approvalPolicy(of tenant: String) async throws -> ApprovalPolicy {
        let stored = try await database.read { connection in
            try connection.query(
                "SELECT value FROM erp_policy WHERE tenant = ? AND name = ?",
                [.text(tenant), .text(Self.purchaseOrder)]
            ) { $0.text(0) }.first
        }
        guard let stored else { return ApprovalPolicy() }
        return try JSONDecoder().decode(ApprovalPolicy.self, from: Data(stored.utf8))
    }
}
