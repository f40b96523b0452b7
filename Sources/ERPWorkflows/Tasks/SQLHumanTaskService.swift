package import Database
import Foundation
import WorkflowAPI

/// Tasks in the table `erp_task`, numbered from `erp_task_sequence` in the same transaction.
package struct SQLHumanTaskService: HumanTaskService {
    let database: any ApplicationDatabase

    package init(database: any ApplicationDatabase) { self.database = database }

    package func open(_ task: HumanTask) async throws -> Int64 {
        try await database.transact { tx in try Self.open(task, in: tx) }
    }

    package func change(_ change: HumanTaskChange) async throws {
        try await database.transact { tx in try Self.change(change, in: tx) }
    }

    package func close(_ closing: HumanTaskClosing) async throws -> Bool {
        try await database.transact { tx in try Self.close(closing, in: tx) }
    }

    package func task(_ number: Int64, in tenant: String) async throws -> HumanTask? {
        try await database.look { tx in
            try Self.tasks("AND task_number = ?", [.text(tenant), .integer(number)], in: tx).first
        }
    }

    package func tasks(ofWorkflow id: String, in tenant: String) async throws -> [HumanTask] {
        try await database.look { tx in
            try Self.tasks("AND workflow_id = ? ORDER BY task_number", [.text(tenant), .text(id)], in: tx)
        }
    }

    package func openTasks(in tenant: String) async throws -> [HumanTask] {
        try await database.look { tx in
            try Self.tasks(
                "AND state = 'open' ORDER BY due_time IS NULL, due_time, task_number",
                [.text(tenant)],
                in: tx
            )
        }
    }

    /// Opens a task in a transaction that does more.
    static func open(_ task: HumanTask, in tx: any StoreTransaction) throws -> Int64 {
        if let known = try number(of: task.key, in: tx) { return known }
        let tenant = StoreValue.text(task.key.tenant)
        let number =
            try tx.query(
                """
                INSERT INTO erp_task_sequence (tenant, last) VALUES (?, 1)
                ON CONFLICT (tenant) DO UPDATE SET last = erp_task_sequence.last + 1 RETURNING last
                """,
                [tenant]
            ).first?.integer(0) ?? 1
        try tx.execute(
            """
            INSERT INTO erp_task
            (tenant, task_number, workflow_id, run_id, workflow_type, task_key, kind, title, level, role, other_role,
            department, is_department_only, is_other_department_only, assignee, requested_by, amount, opened_time,
            due_time, note, state)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')
            """,
            [
                tenant, .integer(number), .text(task.key.workflowId), .text(task.key.runId), .text(task.workflowType),
                .text(task.key.task), .text(task.kind.rawValue), .text(task.title), StoreValue(task.level),
                StoreValue(task.role), StoreValue(task.otherRole), StoreValue(task.department),
                .integer(task.isDepartmentOnly ? 1 : 0), .integer(task.isOtherDepartmentOnly ? 1 : 0),
                StoreValue(task.assignee), StoreValue(task.requestedBy), StoreValue(task.amount?.poisha),
                .time(task.openedTime), task.dueTime.map(StoreValue.time) ?? .null, StoreValue(task.note),
            ]
        )
        try exclude(task.excluded, from: number, tenant, in: tx)
        return number
    }

    /// Changes a task in a transaction that does more.
    static func change(_ change: HumanTaskChange, in tx: any StoreTransaction) throws {
        if let closing = change.closing { try close(closing, in: tx) }
        guard let number = try number(of: change.key, isOpen: true, in: tx) else { return }
        let tenant = StoreValue.text(change.key.tenant)
        try tx.execute(
            """
            UPDATE erp_task SET other_role = coalesce(?, other_role), due_time = coalesce(?, due_time),
            is_other_department_only = coalesce(?, is_other_department_only), note = coalesce(?, note)
            WHERE tenant = ? AND task_number = ?
            """,
            [
                StoreValue(change.otherRole), change.dueTime.map(StoreValue.time) ?? .null,
                StoreValue(change.isOtherDepartmentOnly.map { $0 ? 1 : 0 }), StoreValue(change.note), tenant,
                .integer(number),
            ]
        )
        try exclude(change.excluded, from: number, tenant, in: tx)
    }

    /// Closes a task in a transaction that does more.
    @discardableResult
    static func close(_ closing: HumanTaskClosing, in tx: any StoreTransaction) throws -> Bool {
        let key = closing.key
        for task in closing.withdrawn ?? [] {
            let other = HumanTaskKey(tenant: key.tenant, workflowId: key.workflowId, runId: key.runId, task: task)
            try close(HumanTaskClosing(other, .withdrawn, note: closing.note, time: closing.time), in: tx)
        }
        let changed = try tx.execute(
            """
            UPDATE erp_task SET state = ?, closed_time = ?, closed_by = ?, note = ?
            WHERE tenant = ? AND run_id = ? AND task_key = ? AND state = 'open'
            """,
            [
                .text(closing.state.rawValue), .time(closing.time), StoreValue(closing.by), StoreValue(closing.note),
                .text(key.tenant), .text(key.runId), .text(key.task),
            ]
        )
        return changed > 0
    }

    private static func exclude(
        _ people: [String],
        from number: Int64,
        _ tenant: StoreValue,
        in tx: any StoreTransaction
    ) throws {
        for person in people {
            try tx.execute(
                """
                INSERT INTO erp_task_exclusion (tenant, task_number, user_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING
                """,
                [tenant, .integer(number), .text(person)]
            )
        }
    }

    private static func number(
        of key: HumanTaskKey,
        isOpen: Bool = false,
        in tx: any StoreTransaction
    ) throws -> Int64? {
        try tx.query(
            """
            SELECT task_number FROM erp_task WHERE tenant = ? AND run_id = ? AND task_key = ?
            \(isOpen ? "AND state = 'open'" : "")
            """,
            [.text(key.tenant), .text(key.runId), .text(key.task)]
        ).first?.integer(0)
    }

    private static func tasks(
        _ condition: String,
        _ values: [StoreValue],
        in tx: any StoreTransaction
    ) throws -> [HumanTask] {
        try tx.query(
            """
            SELECT tenant, task_number, workflow_id, run_id, workflow_type, task_key, kind, title, level, role,
            other_role, department, is_department_only, is_other_department_only, assignee, requested_by, amount,
            opened_time, due_time, state, closed_time, closed_by, note
            FROM erp_task WHERE tenant = ? \(condition)
            """,
            values
        ).map { row in
            var task = HumanTask(row)
            task.excluded = try tx.query(
                "SELECT user_id FROM erp_task_exclusion WHERE tenant = ? AND task_number = ? ORDER BY user_id",
                [row[0], row[1]]
            ).map { $0.text(0) }
            return task
        }
    }
}

extension HumanTask {
    /// A row, without those who may not act.
    fileprivate init(_ row: StoreRow) {
        self.init(
            key: HumanTaskKey(tenant: row.text(0), workflowId: row.text(2), runId: row.text(3), task: row.text(5)),
            workflowType: row.text(4),
            kind: Kind(rawValue: row.text(6)) ?? .todo,
            title: row.text(7),
            level: row.optionalText(8),
            role: row.optionalText(9),
            department: row.optionalText(11),
            isDepartmentOnly: row.integer(12) == 1,
            assignee: row.optionalText(14),
            requestedBy: row.optionalText(15),
            amount: row.optionalInteger(16).map(Money.init(poisha:)),
            openedTime: row.moment(17),
            dueTime: row.isNull(18) ? nil : row.moment(18)
        )
        number = row.integer(1)
        otherRole = row.optionalText(10)
        isOtherDepartmentOnly = row.integer(13) == 1
        state = State(rawValue: row.text(19)) ?? .open
        closedTime = row.isNull(20) ? nil : row.moment(20)
        closedBy = row.optionalText(21)
        note = row.optionalText(22)
    }
}
