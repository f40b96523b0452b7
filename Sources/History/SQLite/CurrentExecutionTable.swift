import Database
import WorkflowAPI

/// Rows of `current_execution`: the run that a workflow id leads to.
enum CurrentExecutionTable {
    /// From now on the workflow id leads to this run.
    static func lead(
        _ workflowID: WorkflowID,
        of namespaceID: Int64,
        to runKey: Int64,
        _ connection: SQLiteConnection
    ) throws {
        try connection.execute(
            "INSERT OR REPLACE INTO current_execution (namespace_id, workflow_id, run_key) VALUES (?, ?, ?)",
            [.integer(namespaceID), .text(workflowID.rawValue), .integer(runKey)]
        )
    }
}
