package import Database
import WorkflowAPI

/// Users in the tables `erp_user` and `erp_user_role`.
package struct SQLDirectoryService: DirectoryService {
    let database: SQLiteDatabase

    package init(database: SQLiteDatabase) { self.database = database }

    package func user(_ id: String, in tenant: String) async throws -> DirectoryUser? {
        try await database.read { connection in
            try connection.query(
                """
                SELECT user_id, name, email, department, is_active FROM erp_user WHERE tenant = ? AND user_id = ?
                """,
                [.text(tenant), .text(id)]
            ) { try Self.user($0, tenant, connection) }.first
        }
    }

    package func approvers(
        for level: ApprovalLevel,
        department: String,
        in tenant: String
    ) async throws -> [DirectoryUser] {
        try await database.read { connection in
            let ids = try connection.query(
                "SELECT user_id FROM erp_user_role WHERE tenant = ? AND role = ? ORDER BY user_id",
                [.text(tenant), .text(level.rawValue)]
            ) { $0.text(0) }
            return try ids.compactMap { id in
                try connection.query(
                    """
                    SELECT user_id, name, email, department, is_active FROM erp_user
                    WHERE tenant = ? AND user_id = ? AND is_active = 1
                    """,
                    [.text(tenant), .text(id)]
                ) { try Self.user($0, tenant, connection) }.first
            }.filter { $0.mayDecide(level, for: department) }
        }
    }

    private static func user(
        _ row: SQLiteStatement,
        _ tenant: String,
        _ connection: SQLiteConnection
    ) throws -> DirectoryUser {
        DirectoryUser(
            id: row.text(0),
            name: row.text(1),
            email: row.text(2),
            department: row.text(3),
            roles: try connection.query(
                "SELECT role FROM erp_user_role WHERE tenant = ? AND user_id = ? ORDER BY role",
                [.text(tenant), .text(row.text(0))]
            ) { $0.text(0) },
            isActive: row.integer(4) == 1
        )
    }
}
