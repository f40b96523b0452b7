#if PostgreSQL
import Database
package import WorkflowAPI

extension PostgresHistoryStore {
    /// The state of a run as one moment shows it: all of its rows, in one round trip.
    package func read(_ target: RunTarget) async throws -> MutableState {
        let subject = try await subject(of: target)
        let state = try await translated {
            try await database.withConnection { [namespaces] connection in
                let results = try await connection.pipeline(
                    [
                        PostgresStatement("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"),
                        Self.executions(of: subject), Self.buffered(of: subject),
                    ] + RowQuestion.activities.statements([(subject, .all)])
                        + RowQuestion.timers.statements([(subject, .all)]) + [PostgresStatement("COMMIT")]
                )
                var reader = RunReader(namespaces: namespaces)
                try await reader.readRuns(results[1], on: connection)
                for row in results[2].map({ $0 }) { reader.readBuffered(row) }
                for row in results[3].map({ $0 }) { reader.readActivity(row) }
                for row in results[4].map({ $0 }) { reader.readTimer(row) }
                let keys = Set(results[1].map { $0.integer(0) })
                let (runs, unreadable) = reader.finish(.init(activities: keys, timers: keys))
                if let error = unreadable.first?.value { throw error }
                return runs.first?.value.state
            }
        }
        guard let state, state.execution.execution.workflowID == target.workflowID,
            state.execution.namespace == target.namespace
        else { throw target.notFound }
        return state
    }

    /// One query.
    package func execution(_ target: RunTarget) async throws -> ExecutionRow {
        let subject = try await subject(of: target)
        let statement = Self.executions(of: subject)
        let result = try await translated { try await database.query(statement.sql, statement.values) }
        guard let row = try result.map({ try ExecutionColumns.row($0, in: target.namespace) }).first,
            row.execution.workflowID == target.workflowID
        else { throw target.notFound }
        return row
    }

    private static func buffered(of subject: RunSubject) -> PostgresStatement {
        let run = executions(of: subject, columns: "run_key")
        return PostgresStatement(
            "SELECT run_key, event FROM buffered_event WHERE run_key = (\(run.sql)) ORDER BY position",
            run.values
        )
    }

    private static func executions(
        of subject: RunSubject,
        columns: String = "run_key, " + ExecutionColumns.names.joined(separator: ", ")
    ) -> PostgresStatement {
        let select = "SELECT \(columns) FROM execution WHERE "
        return switch subject {
        case .key(let key): PostgresStatement(select + "run_key = $1", [.integer(key)])
        case .run(_, let id): PostgresStatement(select + "run_id = $1", [.text(id.rawValue)])
        case .current(let name):
            PostgresStatement(
                select
                    + "run_key = (SELECT run_key FROM current_execution WHERE namespace_id = $1 AND workflow_id = $2)",
                [.integer(name.namespaceID), .text(name.workflowID.rawValue)]
            )
        }
    }

    package func events(_ target: RunTarget, after: Int64, through: Int64) async throws -> [HistoryEvent] {
        let subject = try await subject(of: target)
        let (condition, values): (String, [PostgresValue]) =
            switch subject {
            case .key(let key): ("e.run_key = $3", [.integer(key)])
            case .run(let name, let id):
                (
                    "e.run_id = $3 AND e.namespace_id = $4 AND e.workflow_id = $5",
                    [.text(id.rawValue), .integer(name.namespaceID), .text(name.workflowID.rawValue)]
                )
            case .current(let name):
                (
                    """
                    e.run_key = (SELECT run_key FROM current_execution WHERE namespace_id = $3 AND workflow_id = $4)
                    """,
                    [.integer(name.namespaceID), .text(name.workflowID.rawValue)]
                )
            }
        // The row that holds the first wanted event may begin before it. A run without such rows still has its own row.
        let result = try await translated {
            try await database.query(
                """
                SELECT h.format, h.events FROM execution e LEFT JOIN history h
                    ON h.run_key = e.run_key AND h.first_event_id <= $2 AND h.first_event_id >= coalesce(
                        (SELECT max(p.first_event_id) FROM history p
                            WHERE p.run_key = e.run_key AND p.first_event_id <= $1), 0)
                WHERE \(condition) ORDER BY h.first_event_id
                """,
                [.integer(after == .max ? after : after + 1), .integer(through)] + values
            )
        }
        guard result.rowCount > 0 else { throw target.notFound }
        var events: [HistoryEvent] = []
        for row in result.map({ $0 }) {
            guard let format = row.optionalInteger(0) else { continue }
            events += try HistoryRow.decode(format: format, row.blob(1))
        }
        return events.filter { $0.id > after && $0.id <= through }
    }

    package func list(_ request: ListWorkflowsRequest) async throws -> [WorkflowSummary] {
        let filter = try await filter(request)
        let result = try await translated {
            try await database.query(
                "SELECT run_key, run_id, workflow_id, workflow_type, task_queue, status, start_time, close_time, "
                    + "next_event_id, \(Self.problem) FROM execution WHERE \(filter.sql) ORDER BY run_key DESC LIMIT "
                    + "$\(filter.values.count + 1)",
                filter.values + [.integer(Int64(request.limit))]
            )
        }
        return result.map { WorkflowSummary($0, in: request.namespace) }
    }

    package func count(_ request: ListWorkflowsRequest) async throws -> [WorkflowStatus: Int] {
        let filter = try await filter(request)
        let result = try await translated {
            try await database.query(
                "SELECT status, count(*) FROM execution WHERE \(filter.sql) GROUP BY status",
                filter.values
            )
        }
        return result.map { $0 }.reduce(into: [:]) { counts, row in
            guard let status = WorkflowStatus(rawValue: Int32(truncatingIfNeeded: row.integer(0))) else { return }
            counts[status] = Int(row.integer(1))
        }
    }

    /// What is wrong with a run: its own trouble first, then that of its activities.
    static let problem = """
        coalesce(problem, (SELECT a.problem FROM activity a
            WHERE a.run_key = execution.run_key AND a.problem IS NOT NULL ORDER BY scheduled_event_id LIMIT 1))
        """

    private func filter(_ request: ListWorkflowsRequest) async throws -> (sql: String, values: [PostgresValue]) {
        var sql = "namespace_id = $1"
        var values: [PostgresValue] = [
            .integer(try await translated { try await namespaces.id(of: request.namespace) })
        ]
        func also(_ condition: String, _ value: PostgresValue) {
            values.append(value)
            sql += " AND \(condition)$\(values.count)"
        }
        if !request.statuses.isEmpty {
            sql += " AND status IN (" + request.statuses.map { String($0.rawValue) }.joined(separator: ", ") + ")"
        }
        if let type = request.workflowType { also("workflow_type = ", .text(type)) }
        if let id = request.workflowID { also("workflow_id = ", .text(id.rawValue)) }
        if let after = request.after { also("run_key < ", .integer(after)) }
        if request.onlyProblems { sql += " AND status = 1 AND \(Self.problem) IS NOT NULL" }
        return (sql, values)
    }

    package func backlog(_ kind: TaskWake.Kind, of queue: TaskQueue, in namespace: Namespace) async throws -> Backlog {
        let id = try await translated { try await namespaces.id(of: namespace) }
        let sql =
            switch kind {
            case .workflow:
                """
                SELECT count(*), min(task_visible_time) FROM execution
                WHERE namespace_id = $1 AND dispatch_queue = $2 AND task_phase = 1
                """
            case .activity:
                """
                SELECT count(*), min(visible_time) FROM activity
                WHERE namespace_id = $1 AND task_queue = $2 AND phase = 1
                """
            }
        let found = try await translated { try await database.query(sql, [.integer(id), .text(queue.rawValue)]) }
        return found.map { Backlog(count: Int($0.integer(0)), oldest: $0.optionalTimestamp(1)) }.first
            ?? Backlog(count: 0, oldest: nil)
    }

    package func createNamespace(_ namespace: Namespace, retention: Duration?) async throws {
        try checkRetention(retention, of: namespace)
        let time = now()
        do {
            _ = try await database.query(
                """
                WITH made AS (
                    INSERT INTO namespace (name, retention, created_time) VALUES ($1, $2, $3) RETURNING namespace_id)
                INSERT INTO namespace_grant (role_name, namespace_id) SELECT current_user, namespace_id FROM made
                """,
                [
                    .text(namespace.rawValue), PostgresValue(StoreValue(retention?.clampedNanoseconds)),
                    .integer(time.nanoseconds),
                ]
            )
        } catch let error as DatabaseError where error.code == .unique {
            throw WorkflowServiceError(.alreadyStarted, "namespace '\(namespace)' exists already")
        } catch let error as DatabaseError {
            throw error.translated
        }
    }

    package func listNamespaces() async throws -> [NamespaceDescription] {
        let found = try await translated {
            try await database.query("SELECT name, retention, created_time FROM namespace ORDER BY name", [])
        }
        return found.map {
            NamespaceDescription(
                namespace: Namespace($0.text(0)),
                retention: $0.optionalDuration(1),
                createdTime: $0.timestamp(2)
            )
        }
    }
}
#endif
