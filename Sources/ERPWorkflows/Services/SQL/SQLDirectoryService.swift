package import Database
import WorkflowAPI

/// Users in the tables `erp_user` and `erp_user_role`.
package struct SQLDirectoryService: DirectoryService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func user(_ id: String, in tenant: String) async throws -> DirectoryUser? {
        try await database.look { tx in try Self.user(id, of: tenant, in: tx) }
    }

    /// A user, as a transaction sees them.
    static func user(_ id: String, of tenant: String, in tx: any StoreTransaction) throws -> DirectoryUser? {
        try tx.query(
            """
            SELECT u.user_id, u.name, u.email, u.department, u.is_active, l.login FROM erp_user u
            LEFT JOIN erp_login l ON l.tenant = u.tenant AND l.user_id = u.user_id
            WHERE u.tenant = ? AND u.user_id = ?
            """,
            [.text(tenant), .text(id)]
        ).first.map { try user($0, tenant, in: tx) }
    }

    package func users(with role: String, in tenant: String) async throws -> [DirectoryUser] {
        try await database.look { tx in try Self.users(with: role, of: tenant, in: tx) }
    }

    package func user(withLogin login: String, in tenant: String) async throws -> DirectoryUser? {
        try await database.look { tx in
            let rows = try tx.query(
                """
                SELECT u.user_id, u.name, u.email, u.department, u.is_active, l.login FROM erp_user u
                LEFT JOIN erp_login l ON l.tenant = u.tenant AND l.user_id = u.user_id
                WHERE u.tenant = ? AND u.is_active = 1 AND coalesce(l.login, u.user_id) = ?
                """,
                [.text(tenant), .text(login)]
            )
            guard rows.count == 1 else { return nil }
            return try rows.first.map { try Self.user($0, tenant, in: tx) }
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
            SELECT u.user_id, u.name, u.email, u.department, u.is_active, l.login FROM erp_user_role r
            JOIN erp_user u ON u.tenant = r.tenant AND u.user_id = r.user_id
            LEFT JOIN erp_login l ON l.tenant = u.tenant AND l.user_id = u.user_id
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
            isActive: row.integer(4) == 1,
            login: row.optionalText(5)
        )
    }
}
