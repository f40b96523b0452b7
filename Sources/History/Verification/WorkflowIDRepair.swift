package import WorkflowAPI

/// A workflow id that led to no run of its own, or to a closed one while another is open, and where it leads instead: to the
/// open run, or the newest. What a row of `current_execution` says follows from the runs, so it can be made anew from them.
package struct WorkflowIDRepair: Hashable, Sendable {
    /// The tenant.
    package var namespace: Namespace
    /// The workflow id.
    package var workflowID: WorkflowID
    /// The run that it leads to; nil when it has none, and is forgotten.
    package var runID: RunID?
    /// The store's keys.
    var namespaceID: Int64
    var runKey: Int64?

    /// What is different now.
    package var change: String {
        runID.map { "the workflow id leads to run \($0)" } ?? "the workflow id has no run and is forgotten"
    }

    /// The next step of the problems that this mends.
    static func nextStep(for workflowID: String) -> String {
        "'rebuild --workflow-id \(workflowID)' leads it to its open run, or the newest"
    }

    /// Finds them, in either database: namespace id and name, workflow id, run key and run id. Costs a look at every run.
    /// - Parameters:
    ///   - namespace: the place of the name of the only namespace to look at, or null.
    ///   - workflowID: that of the only workflow id.
    static func query(namespace: String, workflowID: String) -> String {
        """
        WITH named AS (
            SELECT namespace_id, workflow_id FROM current_execution UNION SELECT namespace_id, workflow_id FROM execution
        ), leads AS (
            SELECT n.namespace_id, n.workflow_id, (SELECT e.run_key FROM execution e
                WHERE e.namespace_id = n.namespace_id AND e.workflow_id = n.workflow_id
                ORDER BY e.status <> 1, e.start_time DESC, e.run_key DESC LIMIT 1) AS run_key
            FROM named n)
        SELECT l.namespace_id, s.name, l.workflow_id, l.run_key, t.run_id
        FROM leads l JOIN namespace s ON s.namespace_id = l.namespace_id
            LEFT JOIN execution t ON t.run_key = l.run_key
            LEFT JOIN current_execution c ON c.namespace_id = l.namespace_id AND c.workflow_id = l.workflow_id
            LEFT JOIN execution x ON x.run_key = c.run_key AND x.namespace_id = c.namespace_id
                AND x.workflow_id = c.workflow_id
        WHERE (x.run_key IS NULL OR (x.status <> 1 AND t.status = 1))
            AND (\(namespace) IS NULL OR s.name = \(namespace)) AND (\(workflowID) IS NULL OR l.workflow_id = \(workflowID))
        ORDER BY 1, 3
        """
    }
}
