import WorkflowAPI

extension SeedLoader {
    /// Writes users with their logins. Throws a refusal when afterwards a login would belong to two people of the tenant, or
    /// somebody would sign in with the id of somebody else, in this file or in what was loaded before it.
    static func write(_ users: [SeedUser], _ tenant: String, in tx: any StoreTransaction) throws {
        guard !users.isEmpty else { return }
        for user in users { try write(user, tenant, in: tx) }
        // All of them before any is written: two people may have changed their logins with each other.
        for user in users {
            try tx.execute("DELETE FROM erp_login WHERE tenant = ? AND user_id = ?", [.text(tenant), .text(user.id)])
        }
        for user in users {
            guard let login = user.login, login != user.id else { continue }
            let others = try tx.query(
                """
                SELECT user_id FROM erp_login WHERE tenant = ? AND login = ?
                UNION SELECT user_id FROM erp_user WHERE tenant = ? AND user_id = ? AND user_id <> ?
                """,
                [.text(tenant), .text(login), .text(tenant), .text(login), .text(user.id)]
            ).map { $0.text(0) }
            if let other = others.first { throw refusal(login, [user.id, other], tenant) }
            try tx.execute(
                "INSERT INTO erp_login (tenant, user_id, login) VALUES (?, ?, ?)",
                [.text(tenant), .text(user.id), .text(login)]
            )
        }
        // Somebody new may have an id with which somebody who was there before signs in.
        let rows = try tx.query(
            """
            SELECT l.login, l.user_id, u.user_id FROM erp_login l
            JOIN erp_user u ON u.tenant = l.tenant AND u.user_id = l.login AND u.user_id <> l.user_id
            WHERE l.tenant = ? ORDER BY l.login LIMIT 1
            """,
            [.text(tenant)]
        )
        if let row = rows.first { throw refusal(row.text(0), [row.text(1), row.text(2)], tenant) }
    }

    private static func refusal(_ login: String, _ users: [String], _ tenant: String) -> WorkflowServiceError {
        let names = users.sorted().map { "'\($0.clipped(to: 20))'" }.joined(separator: " and ")
        return WorkflowServiceError(
            .invalidArgument,
            "users: the login '\(login.clipped(to: 20))' would belong to \(names) of '\(tenant.clipped(to: 20))'"
        )
    }
}
