package import Database
package import Foundation
import WorkflowAPI

/// Employees in the table `erp_employee`, whose index keeps one employee from being in two hands.
package struct SQLEmployeeService: EmployeeService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func register(_ record: EmployeeRecord) async throws {
        try await database.transact { tx in try Self.register(record, in: tx) }
    }

    /// Adds a record in a transaction that does more.
    static func register(_ record: EmployeeRecord, in tx: any StoreTransaction) throws {
        let employee = record.employee
        if let known = try state(of: employee, in: tx) {
            guard known != .withdrawn else { throw ERPRefusal.employeeUndone(employee.employeeId) }
            return
        }
        do {
            try tx.execute(insertion, values(record, .onboarding))
        } catch let error as StoreError where error.code == .unique {
            throw ERPRefusal.employeeExists(employee.employeeId, try holder(of: employee, in: tx))
        }
    }

    package func change(_ employee: EmployeeKey, to state: EmployeeRecord.State, at time: Date) async throws {
        try await database.transact { tx in try Self.change(employee, to: state, at: time, in: tx) }
    }

    /// Changes a state in a transaction that does more.
    static func change(
        _ employee: EmployeeKey,
        to state: EmployeeRecord.State,
        at time: Date,
        in tx: any StoreTransaction
    ) throws {
        try tx.execute(
            """
            UPDATE erp_employee SET state = ?, changed_time = ?
            WHERE tenant = ? AND employee_id = ? AND run_id = ? AND state <> 'withdrawn'
            """,
            [.text(state.rawValue), .time(time)] + employee.bindings
        )
    }

    package func employees(of tenant: String) async throws -> [EmployeeRecord] {
        try await database.look { tx in
            try tx.query(
                """
                SELECT employee_id, run_id, workflow_id, state, name, email, phone, nid_masked, department, position,
                start_date, manager_id, hr_manager_id, location, created_time
                FROM erp_employee WHERE tenant = ? ORDER BY employee_id, created_time, run_id
                """,
                [.text(tenant)]
            ).map { row in try Self.record(row, tenant) }
        }
    }

    private static let insertion = """
        INSERT INTO erp_employee (tenant, employee_id, run_id, workflow_id, state, name, email, phone, nid_masked,
        department, position, start_date, manager_id, hr_manager_id, location, created_time, changed_time)
        VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        """

    private static func values(_ record: EmployeeRecord, _ state: EmployeeRecord.State) -> [StoreValue] {
        record.employee.bindings + [
            .text(record.employee.workflowId), .text(state.rawValue), .text(record.name), .text(record.email),
            .text(record.phone), .text(record.maskedNID), .text(record.department), .text(record.position),
            .text(record.startDate.description), .text(record.managerId), .text(record.hrManagerId),
            .text(record.location), .time(record.time), .time(record.time),
        ]
    }

    private static func record(_ row: StoreRow, _ tenant: String) throws -> EmployeeRecord {
        EmployeeRecord(
            employee: EmployeeKey(
                tenant: tenant,
                employeeId: row.text(0),
                workflowId: row.text(2),
                runId: row.text(1)
            ),
            state: EmployeeRecord.State(rawValue: row.text(3)) ?? .withdrawn,
            name: row.text(4),
            email: row.text(5),
            phone: row.text(6),
            maskedNID: row.text(7),
            department: row.text(8),
            position: row.text(9),
            startDate: try LocalDate(row.text(10)),
            managerId: row.text(11),
            hrManagerId: row.text(12),
            location: row.text(13),
            time: row.moment(14)
        )
    }

    private static func state(of employee: EmployeeKey, in tx: any StoreTransaction) throws -> EmployeeRecord.State? {
        try tx.query(
            "SELECT state FROM erp_employee WHERE tenant = ? AND employee_id = ? AND run_id = ?",
            employee.bindings
        ).first.flatMap { EmployeeRecord.State(rawValue: $0.text(0)) }
    }

    /// The workflow that has the employee in hands.
    private static func holder(of employee: EmployeeKey, in tx: any StoreTransaction) throws -> String {
        try tx.query(
            "SELECT workflow_id FROM erp_employee WHERE tenant = ? AND employee_id = ? AND state <> 'withdrawn'",
            [.text(employee.tenant), .text(employee.employeeId)]
        ).first?.text(0) ?? ""
    }
}
