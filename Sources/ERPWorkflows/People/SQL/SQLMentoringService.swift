package import Database
package import Foundation
import WorkflowAPI

/// Mentors in the tables `erp_mentor` and `erp_mentorship`.
package struct SQLMentoringService: MentoringService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func assignMentor(_ request: EmployeeRequest) async throws -> Provision {
        try await database.transact { tx in try Self.assign(request, in: tx) }
    }

    package func endMentoring(_ employee: EmployeeKey, at time: Date) async throws {
        try await database.transact { tx in try GivenThings.mentors.undo(employee, at: time, in: tx) }
    }

    /// Assigns in a transaction that does more.
    static func assign(_ request: EmployeeRequest, in tx: any StoreTransaction) throws -> Provision {
        let employee = request.employee
        if case .text(let mentor) = try GivenThings.mentors.standing(employee, in: tx) { return .given(mentor) }
        let best = try tx.query(
            """
            SELECT m.user_id FROM erp_mentor m
            JOIN erp_user u ON u.tenant = m.tenant AND u.user_id = m.user_id AND u.is_active = 1
            WHERE m.tenant = ? AND m.department = ? AND m.user_id NOT IN (?, ?)
            ORDER BY (
                SELECT count(*) FROM erp_mentorship s
                WHERE s.tenant = m.tenant AND s.mentor_id = m.user_id AND s.state = 'active'
            ), m.user_id LIMIT 1
            """,
            [
                .text(employee.tenant), .text(request.department), .text(request.managerId), .text(employee.employeeId),
            ]
        ).first
        guard let best else { return .problem("nobody but the manager may be a mentor in \(request.department)") }
        try GivenThings.mentors.give(best[0], to: request, in: tx)
        return .given(best.text(0))
    }
}
