import Database
import WorkflowAPI

/// Rows of `registration` and `registration_name`: what workers can run.
enum RegistrationTable {
    static func writeNames(of registration: WorkerRegistration, _ id: Int64, _ connection: SQLiteConnection) throws {
        for row in RegistrationName.all(of: registration) {
            try connection.execute(
                """
                INSERT OR IGNORE INTO registration_name (registration_id, kind, workflow_type, name)
                VALUES (?, ?, ?, ?)
                """,
                [.integer(id), .integer(row.kind.rawValue), .text(row.workflowType), .text(row.name)]
            )
        }
    }

    static func read(_ tables: SQLiteTables) throws -> [WorkerRegistration] {
        let rows = try tables.connection.query(
            "SELECT registration_id, session_id, task_queue, identity FROM registration WHERE namespace_id = ?",
            [.integer(tables.namespaceID)]
        ) { ($0.integer(0), $0.integer(1), $0.text(2), $0.text(3)) }
        return try rows.map { id, session, queue, identity in
            let names = try tables.connection.query(
                "SELECT kind, workflow_type, name FROM registration_name WHERE registration_id = ? ORDER BY 1, 2, 3",
                [.integer(id)]
            ) { row in
                RegistrationName.Kind(rawValue: row.integer(0)).map {
                    RegistrationName(kind: $0, workflowType: row.text(1), name: row.text(2))
                }
            }
            return WorkerRegistration(
                namespace: tables.namespace,
                taskQueue: TaskQueue(queue),
                worker: WorkerIdentity(identity: identity, session: session),
                names: names.compactMap { $0 }
            )
        }
    }
}
