package import Database
import WorkflowAPI

/// Users in the tables `erp_user` and `erp_user_role`.
package struct SQLDirectoryService: DirectoryService {
    let database: SQLiteDatabase

    package init(database: SQLiteDatabase) { self.database = database }

    package func user(_ id: String, in tenant: String) async throws -> DirectoryUser? {
        try await database.look { tx in try Self.user(id, of: tenant, in: tx) }
    }

    /// A user, as a transaction sees them.
    static func user(_ id: String, of tenant: String, in tx: any StoreTransaction) throws -> DirectoryUser? {
        try tx.query(
            "SELECT user_id, name, email, department, is_active FROM erp_user WHERE tenant = ? AND user_id = ?",
            [.text(tenant), .text(id)]
        ).first.map { try user($0, tenant, in: tx) }
    }

    package func approvers(
        for level: ApprovalLevel,
        department: String,
        in tenant: String
    ) async throws -> [DirectoryUser] {
        try await database.look { tx in
            try Self.users(with: level.rawValue, of: tenant, in: tx).filter { $0.mayDecide(level, for: department) }
        }
    }

    /// The active users with a role, by id.
    static func users(
        with role: String,
        of tenant: String,
        in tx: any StoreTransaction
    ) throws -> [DirectoryUser] {
        try tx.query(
            """
            SELECT u.user_id, u.name, u.email, u.department, u.is_active FROM erp_user_role r
            JOIN erp_user u ON u.tenant = r.tenant AND u.user_id = r.user_id
            WHERE r.tenant = ? AND r.role = ? AND u.is_active = 1 ORDER BY u.user_id
            """,
            [.text(tenant), .text(role)]
        ).map { try user($0, tenant, in: tx) }
    }

    private static func user(_ row: StoreRow, _ tenant: String, in tx: any StoreTransaction) throws -> DirectoryUser {
        DirectoryUser(
            id: row.text(0),
            name: row.text(1),
            email: row.text(2),
            department: row.text(3),
            roles: try tx.query(
                "SELECT role FROM erp_user_role WHERE tenant = ? AND user_id = ? ORDER BY role",
                [.text(tenant), .text(row.text(0))]
            ).map { $0.text(0) },
            isActive: row.integer(4) == 1
        )
    }
}
