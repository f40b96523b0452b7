import Foundation
import WorkflowAPI

/// Rows that say what a run has given an employee: one for each run, with the thing, and a state. What is undone before it
/// was done leaves a row in state `void`, which a late attempt finds.
struct GivenThings {
    /// The table.
    let table: String
    /// The column with the thing.
    let column: String
    /// The state of what stands.
    let standing: String
    /// The state of what was taken back.
    let undone: String

    static let accounts = GivenThings(
        table: "erp_user_account",
        column: "user_name",
        standing: "active",
        undone: "disabled"
    )
    static let mailboxes = GivenThings(table: "erp_mailbox", column: "address", standing: "active", undone: "closed")
    static let workstations = GivenThings(
        table: "erp_workstation_assignment",
        column: "asset_tag",
        standing: "assigned",
        undone: "returned"
    )
    static let badges = GivenThings(
        table: "erp_badge",
        column: "badge_number",
        standing: "active",
        undone: "revoked"
    )
    static let orientations = GivenThings(
        table: "erp_orientation",
        column: "room_id || ' ' || date",
        standing: "booked",
        undone: "cancelled"
    )
    static let mentors = GivenThings(
        table: "erp_mentorship",
        column: "mentor_id",
        standing: "active",
        undone: "ended"
    )

    /// What the run has given; nil when nothing yet. Throws a refusal when it was taken back.
    func standing(_ employee: EmployeeKey, in tx: any StoreTransaction) throws -> StoreValue? {
        let row = try tx.query(
            "SELECT state, \(column) FROM \(table) WHERE tenant = ? AND employee_id = ? AND run_id = ?",
            employee.bindings
        ).first
        guard let row else { return nil }
        guard row.text(0) == standing else { throw ERPRefusal.employeeUndone(employee.employeeId) }
        return row[1]
    }

    /// Notes what the run gives, into a column of that name.
    func give(_ thing: StoreValue, to request: EmployeeRequest, in tx: any StoreTransaction) throws {
        try tx.execute(
            """
            INSERT INTO \(table) (tenant, employee_id, run_id, \(column), state, changed_time)
            VALUES (?, ?, ?, ?, '\(standing)', ?)
            """,
            request.employee.bindings + [thing, .time(request.time)]
        )
    }

    /// Takes back what the run has given, and keeps it from giving anything more.
    func undo(_ employee: EmployeeKey, at time: Date, in tx: any StoreTransaction) throws {
        try tx.execute(
            """
            INSERT INTO \(table) (tenant, employee_id, run_id, state, changed_time) VALUES (?, ?, ?, 'void', ?)
            ON CONFLICT (tenant, employee_id, run_id) DO UPDATE SET state = '\(undone)',
            changed_time = excluded.changed_time WHERE \(table).state = '\(standing)'
            """,
            employee.bindings + [.time(time)]
        )
    }
}

extension EmployeeKey {
    /// Tenant, employee and run.
    var bindings: [StoreValue] { [.text(tenant), .text(employeeId), .text(runId)] }
}
