import Database
import WorkflowAPI

/// Rows of `registration` and `registration_name`: what workers can run.
enum RegistrationTable {
    private enum Kind: Int64 {
        case workflow = 0
        case activity = 1
        case signal = 2
        case query = 3
    }

    static func writeNames(of registration: WorkerRegistration, _ id: Int64, _ connection: SQLiteConnection) throws {
        func write(_ kind: Kind, _ workflowType: String, _ name: String) throws {
            try connection.execute(
                """
                INSERT OR IGNORE INTO registration_name (registration_id, kind, workflow_type, name)
                VALUES (?, ?, ?, ?)
                """,
                [.integer(id), .integer(kind.rawValue), .text(workflowType), .text(name)]
            )
        }
        for type in registration.workflowTypes {
            try write(.workflow, type.name, "")
            for signal in type.signals { try write(.signal, type.name, signal) }
            for query in type.queries { try write(.query, type.name, query) }
        }
        for activity in registration.activityTypes { try write(.activity, "", activity) }
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
            ) { (Kind(rawValue: $0.integer(0)), $0.text(1), $0.text(2)) }
            func named(_ kind: Kind, of type: String) -> [String] {
                names.filter { $0.0 == kind && $0.1 == type }.map(\.2)
            }
            return WorkerRegistration(
                namespace: tables.namespace,
                taskQueue: TaskQueue(queue),
                worker: WorkerIdentity(identity: identity, session: session),
                workflowTypes: names.filter { $0.0 == .workflow }.map { row in
                    WorkflowTypeDescription(
                        name: row.1,
                        signals: named(.signal, of: row.1),
                        queries: named(.query, of: row.1)
                    )
                },
                activityTypes: named(.activity, of: "")
            )
        }
    }
}
