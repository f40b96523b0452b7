import Database
package import Foundation
import WorkflowAPI

extension SQLEmployeeService {
    /// Takes back, in one transaction, everything that a run has given to an employee, withdraws its open tasks and the
    /// record, keeps a late step of the run from giving anything more, and records who did it and why. False, and nothing
    /// changed, when the run does not have the employee in hands. The caller makes sure that the run is closed.
    package func release(
        _ employee: EmployeeKey,
        because reason: String,
        by actor: String,
        at time: Date
    ) async throws -> Bool {
        try await database.transact { tx in
            let held = try tx.query(
                """
                SELECT 1 FROM erp_employee
                WHERE tenant = ? AND employee_id = ? AND run_id = ? AND state = 'onboarding'
                """,
                employee.bindings
            )
            guard !held.isEmpty else { return false }
            for task in OnboardingTaskID.allCases.reversed() {
                try OnboardingActivities.undo(task, EmployeeStep(employee: employee, time: time), in: tx)
                let key = HumanTaskKey(
                    tenant: employee.tenant,
                    workflowId: employee.workflowId,
                    runId: employee.runId,
                    task: task.rawValue
                )
                try SQLHumanTaskService.close(HumanTaskClosing(key, .withdrawn, note: reason, time: time), in: tx)
            }
            try Self.change(employee, to: .withdrawn, at: time, in: tx)
            try SQLAuditService.record(
                AuditEntry(
                    tenant: employee.tenant,
                    key: "\(employee.runId)/released",
                    time: time,
                    entity: "employee",
                    entityId: employee.employeeId,
                    action: "released",
                    actor: actor,
                    details: reason
                ),
                in: tx
            )
            return true
        }
    }
}
