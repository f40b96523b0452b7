import Database
package import WorkflowAPI

extension SQLiteHistoryStore {
    package func list(_ request: ListWorkflowsRequest) async throws -> [WorkflowSummary] {
        try await reading { connection in
            let tables = try self.tables(connection, request.namespace)
            let filter = tables.filter(request)
            return try connection.query(
                "SELECT run_key, run_id, workflow_id, workflow_type, task_queue, status, start_time, close_time, "
                    + "next_event_id, \(SQLiteTables.problem) FROM execution WHERE "
                    + filter.sql + " ORDER BY run_key DESC LIMIT ?",
                filter.bindings + [.integer(Int64(request.limit))]
            ) { WorkflowSummary($0, in: request.namespace) }
        }
    }

    package func count(_ request: ListWorkflowsRequest) async throws -> [WorkflowStatus: Int] {
        try await reading { connection in
            let filter = try self.tables(connection, request.namespace).filter(request)
            let rows = try connection.query(
                "SELECT status, count(*) FROM execution WHERE " + filter.sql + " GROUP BY status",
                filter.bindings
            ) { (WorkflowStatus(rawValue: Int32(truncatingIfNeeded: $0.integer(0))), Int($0.integer(1))) }
            return rows.reduce(into: [:]) { counts, row in
                if let status = row.0 { counts[status] = row.1 }
            }
        }
    }

    package func backlog(_ kind: TaskWake.Kind, of queue: TaskQueue, in namespace: Namespace) async throws -> Backlog {
        try await reading { try self.tables($0, namespace).backlog(kind, queue) }
    }

    package func createNamespace(_ namespace: Namespace, retention: Duration?) async throws {
        try checkRetention(retention, of: namespace)
        let time = now()
        do {
            try await transaction { connection, _ in
                try connection.execute(
                    "INSERT INTO namespace (name, retention, created_time) VALUES (?, ?, ?)",
                    [
                        .text(namespace.rawValue), StoreValue(retention?.clampedNanoseconds),
                        .integer(time.nanoseconds),
                    ]
                )
            }
        } catch let error as DatabaseError where error.code == .unique {
            throw WorkflowServiceError(.alreadyStarted, "namespace '\(namespace)' exists already")
        }
    }

    package func listNamespaces() async throws -> [NamespaceDescription] {
        try await reading { connection in
            try connection.query("SELECT name, retention, created_time FROM namespace ORDER BY name") {
                NamespaceDescription(
                    namespace: Namespace($0.text(0)),
                    retention: $0.optionalDuration(1),
                    createdTime: $0.timestamp(2)
                )
            }
        }
    }
}

extension SQLiteTables {
    /// What is wrong with a run: its own trouble first, then that of its activities.
    static let problem = """
        coalesce(problem, (SELECT a.problem FROM activity a
            WHERE a.run_key = execution.run_key AND a.problem IS NOT NULL ORDER BY scheduled_event_id LIMIT 1))
        """

    func filter(_ request: ListWorkflowsRequest) -> (sql: String, bindings: [StoreValue]) {
        var sql = "namespace_id = ?"
        var bindings: [StoreValue] = [.integer(namespaceID)]
        if !request.statuses.isEmpty {
            sql += " AND status IN (" + request.statuses.map { String($0.rawValue) }.joined(separator: ", ") + ")"
        }
        if let type = request.workflowType {
            sql += " AND workflow_type = ?"
            bindings.append(.text(type))
        }
        if let id = request.workflowID {
            sql += " AND workflow_id = ?"
            bindings.append(.text(id.rawValue))
        }
        if let after = request.after {
            sql += " AND run_key < ?"
            bindings.append(.integer(after))
        }
        if request.onlyProblems { sql += " AND status = 1 AND \(SQLiteTables.problem) IS NOT NULL" }
        return (sql, bindings)
    }
}
