package import Database
package import Foundation
import WorkflowAPI
import WorkflowRuntime

/// Deputyships in the table `erp_deputy`.
package struct SQLDeputyService: DeputyService {
    let database: SQLiteDatabase

    package init(database: SQLiteDatabase) { self.database = database }

    package func delegators(of deputy: String, at moment: Date, in tenant: String) async throws -> [Delegator] {
        try await database.look { tx in try Self.delegators(of: deputy, at: moment, tenant, in: tx) }
    }

    package func deputies(of person: String, at moment: Date, in tenant: String) async throws -> [Delegator] {
        try await database.look { tx in try Self.deputies(of: person, at: moment, tenant, in: tx) }
    }

    /// For whom a person may decide, as a transaction sees it.
    static func delegators(
        of deputy: String,
        at moment: Date,
        _ tenant: String,
        in tx: any StoreTransaction
    ) throws -> [Delegator] {
        try others("user_id", of: "deputy", deputy, moment, tenant, in: tx)
    }

    /// Who may decide for a person, as a transaction sees it.
    static func deputies(
        of person: String,
        at moment: Date,
        _ tenant: String,
        in tx: any StoreTransaction
    ) throws -> [Delegator] {
        try others("deputy", of: "user_id", person, moment, tenant, in: tx)
    }

    private static func others(
        _ column: String,
        of known: String,
        _ person: String,
        _ moment: Date,
        _ tenant: String,
        in tx: any StoreTransaction
    ) throws -> [Delegator] {
        let today = StoreValue.text(try LocalDate(inDhaka: moment).description)
        let rows = try tx.query(
            """
            SELECT DISTINCT \(column), role FROM erp_deputy
            WHERE tenant = ? AND \(known) = ? AND from_date <= ? AND until_date >= ? ORDER BY 1, 2
            """,
            [.text(tenant), .text(person), today, today]
        )
        return try rows.compactMap { row in
            guard let user = try SQLDirectoryService.user(row.text(0), of: tenant, in: tx), user.isActive else {
                return nil
            }
            return Delegator(user: user, role: row.text(1).isEmpty ? nil : row.text(1))
        }
    }

    package func delegate(_ deputyship: Deputyship, by actor: String, at time: Date) async throws {
        try await database.transact { tx in
            try Self.refuse(deputyship, in: tx)
            try tx.execute(
                """
                INSERT INTO erp_deputy (tenant, user_id, deputy, role, from_date, until_date, changed_time)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT DO UPDATE SET until_date = excluded.until_date, changed_time = excluded.changed_time
                """,
                [
                    .text(deputyship.tenant), .text(deputyship.user), .text(deputyship.deputy),
                    .text(deputyship.role ?? ""), .text(deputyship.from.description),
                    .text(deputyship.until.description), .time(time),
                ]
            )
            let nanoseconds = if case .integer(let value) = StoreValue.time(time) { value } else { Int64(0) }
            let role = deputyship.role.map { " as \($0)" } ?? ""
            let entry = AuditEntry(
                tenant: deputyship.tenant,
                key: "deputy/\(deputyship.user)/\(deputyship.deputy)/\(deputyship.role ?? "")/"
                    + "\(deputyship.from)/\(deputyship.until)/\(nanoseconds)",
                time: time,
                entity: "user",
                entityId: deputyship.user,
                action: "delegated",
                actor: actor.clipped(to: TextLimits.name),
                details: "\(deputyship.deputy) may decide for \(deputyship.user)\(role) "
                    + "from \(deputyship.from) to \(deputyship.until)"
            )
            try SQLAuditService.record(entry, in: tx)
        }
    }

    private static func refuse(_ deputyship: Deputyship, in tx: any StoreTransaction) throws {
        func refusal(_ what: String) -> WorkflowServiceError { WorkflowServiceError(.invalidArgument, what) }
        guard deputyship.user != deputyship.deputy else { throw refusal("nobody can be their own deputy") }
        guard deputyship.from <= deputyship.until else {
            throw refusal("the first day \(deputyship.from) is after the last, \(deputyship.until)")
        }
        for id in [deputyship.user, deputyship.deputy] {
            guard let user = try SQLDirectoryService.user(id, of: deputyship.tenant, in: tx), user.isActive else {
                throw refusal("there is no active user '\(id)' in namespace '\(deputyship.tenant)'")
            }
            guard id == deputyship.user, let role = deputyship.role, !user.roles.contains(role) else { continue }
            throw refusal("'\(id)' does not have the role '\(role)'")
        }
    }

    package func deputyships(of tenant: String) async throws -> [Deputyship] {
        try await database.look { tx in
            try tx.query(
                """
                SELECT user_id, deputy, role, from_date, until_date FROM erp_deputy
                WHERE tenant = ? ORDER BY from_date, user_id, deputy, role
                """,
                [.text(tenant)]
            ).map { row in
                Deputyship(
                    tenant: tenant,
                    user: row.text(0),
                    deputy: row.text(1),
                    role: row.text(2).isEmpty ? nil : row.text(2),
                    from: try LocalDate(row.text(3)),
                    until: try LocalDate(row.text(4))
                )
            }
        }
    }
}
