package import Database
package import Foundation
import WorkflowAPI
import WorkflowRuntime

/// Deputyships in the table `erp_deputy`.
package struct SQLDeputyService: DeputyService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

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
            try Self.refuse(deputyship, at: time, in: tx)
            try tx.execute(
                """
                INSERT INTO erp_deputy (tenant, user_id, deputy, role, from_date, until_date, changed_time)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (tenant, user_id, deputy, role, from_date)
                DO UPDATE SET until_date = excluded.until_date, changed_time = excluded.changed_time
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

    /// Takes somebody's deputyship back, whatever days it has, from this moment on: days that are over stay, what has not begun
    /// is as if it had never been. Recorded in the audit trail with `actor`. False when there is none that is not over.
    package func revoke(
        _ deputy: String,
        of user: String,
        role: String?,
        in tenant: String,
        by actor: String,
        at time: Date
    ) async throws -> Bool {
        try await database.transact { tx in
            let today = try LocalDate(inDhaka: time)
            let key: [StoreValue] = [.text(tenant), .text(user), .text(deputy), .text(role ?? "")]
            let which = "tenant = ? AND user_id = ? AND deputy = ? AND role = ?"
            let ended = try tx.execute(
                "UPDATE erp_deputy SET until_date = ?, changed_time = ? WHERE \(which) AND from_date < ? AND until_date >= ?",
                [.text(try today.adding(days: -1).description), .time(time)] + key
                    + [.text(today.description), .text(today.description)]
            )
            let removed = try tx.execute(
                "DELETE FROM erp_deputy WHERE \(which) AND from_date >= ?",
                key + [.text(today.description)]
            )
            guard ended + removed > 0 else { return false }
            let nanoseconds = if case .integer(let value) = StoreValue.time(time) { value } else { Int64(0) }
            let words = role.map { " as \($0)" } ?? ""
            let entry = AuditEntry(
                tenant: tenant,
                key: "deputy/\(user)/\(deputy)/\(role ?? "")/revoked/\(nanoseconds)",
                time: time,
                entity: "user",
                entityId: user,
                action: "revoked",
                actor: actor.clipped(to: TextLimits.name),
                details: "\(deputy) may not decide for \(user)\(words) any more, from \(today) on"
            )
            try SQLAuditService.record(entry, in: tx)
            return true
        }
    }

    private static func refuse(_ deputyship: Deputyship, at time: Date, in tx: any StoreTransaction) throws {
        func refusal(_ what: String) -> WorkflowServiceError { WorkflowServiceError(.invalidArgument, what) }
        guard deputyship.user != deputyship.deputy else { throw refusal("nobody can be their own deputy") }
        guard deputyship.from <= deputyship.until else {
            throw refusal("the first day \(deputyship.from) is after the last, \(deputyship.until)")
        }
        let today = try LocalDate(inDhaka: time)
        guard deputyship.until >= today else {
            throw refusal("the last day \(deputyship.until) is over (today is \(today)); to take it back, revoke it")
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
