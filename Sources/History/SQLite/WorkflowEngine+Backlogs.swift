import Database
package import WorkflowAPI

extension WorkflowEngine {
    /// Task queues on which activities wait for a worker, by name; the time is since when the oldest of them waits. Empty
    /// for a store that is no file.
    package func activityBacklogs(
        in namespace: Namespace
    ) async throws -> [(queue: TaskQueue, count: Int, oldest: Timestamp)] {
        guard let database else { return [] }
        return try await database.read { connection in
            let tables = try SQLiteTables(connection, namespace, historyKeys: nil)
            return try connection.query(
                """
                SELECT task_queue, count(*), min(visible_time) FROM activity
                WHERE namespace_id = ? AND phase = 1 GROUP BY task_queue ORDER BY task_queue
                """,
                [.integer(tables.namespaceID)]
            ) { (TaskQueue($0.text(0)), Int($0.integer(1)), $0.timestamp(2)) }
        }
    }
}
