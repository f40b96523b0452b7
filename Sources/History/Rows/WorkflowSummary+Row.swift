import WorkflowAPI

extension WorkflowSummary {
    /// A line of a listing from the columns `run_key, run_id, workflow_id, workflow_type, task_queue, status, start_time,
    /// close_time, next_event_id` and the problem.
    init(_ row: some RowReader, in namespace: Namespace) {
        self.init(
            namespace: namespace,
            execution: WorkflowExecution(workflowID: WorkflowID(row.text(2)), runID: RunID(row.text(1))),
            workflowType: row.text(3),
            taskQueue: TaskQueue(row.text(4)),
            status: WorkflowStatus(rawValue: Int32(truncatingIfNeeded: row.integer(5))) ?? .running,
            startTime: row.timestamp(6),
            closeTime: row.optionalTimestamp(7),
            historyLength: row.integer(8) - 1,
            problem: row.optionalText(9).flatMap { WorkflowProblem(rawValue: $0) },
            pageKey: row.integer(0)
        )
    }
}
