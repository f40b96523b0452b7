import Database
import WorkflowAPI

/// Rows of `workflow_inbox`.
enum InboxTable {
    /// A row that waits.
    struct Row {
        var position: Int64
        var message: Result<InboxMessage, WorkflowServiceError>
    }

    /// Whether anything waits: asked often, so it reads one index entry.
    static func isWaiting(_ connection: SQLiteConnection) throws -> Bool {
        try connection.query("SELECT 1 FROM workflow_inbox WHERE problem IS NULL LIMIT 1") { _ in true }.first ?? false
    }

    /// The rows that wait, in the order in which they were written.
    static func waiting(limit: Int, _ connection: SQLiteConnection) throws -> [Row] {
        try connection.query(
            """
            SELECT \(InboxMessage.columns)
            FROM workflow_inbox WHERE problem IS NULL ORDER BY position LIMIT ?
            """,
            [.integer(Int64(limit))]
        ) { row in
            Row(position: row.integer(0), message: Result { () throws(WorkflowServiceError) in try InboxMessage(row) })
        }
    }

    static func remove(_ position: Int64, _ connection: SQLiteConnection) throws {
        try connection.execute("DELETE FROM workflow_inbox WHERE position = ?", [.integer(position)])
    }

    static func refuse(
        _ position: Int64,
        because problem: String,
        at time: Timestamp,
        _ connection: SQLiteConnection
    ) throws {
        try connection.execute(
            "UPDATE workflow_inbox SET problem = ?, refused_time = ? WHERE position = ?",
            [.text(problem), .integer(time.nanoseconds), .integer(position)]
        )
    }

    /// The rows that were refused, the oldest first.
    static func refused(in namespace: Namespace, _ connection: SQLiteConnection) throws -> [RefusedInboxRow] {
        try connection.query(
            """
            SELECT request_id, kind, workflow_id, coalesce(workflow_type, signal_name, ''), problem, refused_time
            FROM workflow_inbox WHERE problem IS NOT NULL AND namespace = ? ORDER BY position
            """,
            [.text(namespace.rawValue)]
        ) { RefusedInboxRow($0, in: namespace) }
    }

    /// The refused start behind which a row stands: what was meant for its run must not reach another one.
    static func refusedStart(
        before position: Int64,
        of workflowID: WorkflowID,
        in namespace: Namespace,
        _ connection: SQLiteConnection
    ) throws -> String? {
        try connection.query(
            """
            SELECT request_id FROM workflow_inbox
            WHERE problem IS NOT NULL AND namespace = ? AND workflow_id = ? AND kind = 'start' AND position < ?
            ORDER BY position DESC LIMIT 1
            """,
            [.text(namespace.rawValue), .text(workflowID.rawValue), .integer(position)]
        ) { $0.text(0) }.first
    }

    /// Lets a refused row be tried again, and with a start the signals behind it.
    static func retry(_ requestID: String, in namespace: Namespace, _ connection: SQLiteConnection) throws -> Bool {
        try connection.execute(
            """
            UPDATE workflow_inbox SET problem = NULL, refused_time = NULL
            WHERE namespace = ?1 AND problem IS NOT NULL AND (request_id = ?2 OR kind = 'signal' AND EXISTS (
                SELECT 1 FROM workflow_inbox s WHERE s.namespace = ?1 AND s.request_id = ?2 AND s.kind = 'start'
                    AND s.problem IS NOT NULL AND s.workflow_id = workflow_inbox.workflow_id
                    AND s.position < workflow_inbox.position))
            """,
            [.text(namespace.rawValue), .text(requestID)]
        )
        return connection.changes > 0
    }

    /// Forgets a refused row.
    static func drop(_ requestID: String, in namespace: Namespace, _ connection: SQLiteConnection) throws -> Bool {
        try connection.execute(
            "DELETE FROM workflow_inbox WHERE namespace = ? AND request_id = ? AND problem IS NOT NULL",
            [.text(namespace.rawValue), .text(requestID)]
        )
        return connection.changes > 0
    }
}
