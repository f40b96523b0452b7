package import Database
package import Foundation
import WorkflowAPI

/// Plans and enrolments in the tables `erp_benefit_plan` and `erp_benefit_enrolment`.
package struct SQLBenefitsService: BenefitsService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func enrol(_ request: EmployeeRequest) async throws -> Provision {
        try await database.transact { tx in try Self.enrol(request, in: tx) }
    }

    package func endBenefits(_ employee: EmployeeKey, at time: Date) async throws {
        try await database.transact { tx in try Self.end(employee, at: time, in: tx) }
    }

    /// Enrols in a transaction that does more.
    static func enrol(_ request: EmployeeRequest, in tx: any StoreTransaction) throws -> Provision {
        let plans = try tx.query(
            "SELECT plan_id, name FROM erp_benefit_plan WHERE tenant = ? AND is_standard = 1 ORDER BY plan_id",
            [.text(request.employee.tenant)]
        )
        for plan in plans {
            try tx.execute(
                """
                INSERT INTO erp_benefit_enrolment
                (tenant, employee_id, run_id, plan_id, enrolled_by, state, changed_time)
                VALUES (?, ?, ?, ?, ?, 'enrolled', ?) ON CONFLICT DO NOTHING
                """,
                request.employee.bindings + [plan[0], .text(request.by ?? AuditEntry.system), .time(request.time)]
            )
        }
        return .given(plans.isEmpty ? "by hand" : plans.map { $0.text(1) }.joined(separator: ", "))
    }

    /// Ends enrolments in a transaction that does more.
    static func end(_ employee: EmployeeKey, at time: Date, in tx: any StoreTransaction) throws {
        try tx.execute(
            """
            UPDATE erp_benefit_enrolment SET state = 'ended', changed_time = ?
            WHERE tenant = ? AND employee_id = ? AND run_id = ? AND state = 'enrolled'
            """,
            [.time(time)] + employee.bindings
        )
    }
}
