import Database
import WorkflowAPI

extension SQLiteTables {
    struct WaitingTask {
        var runKey: Int64
        var scheduledEventID: Int64
    }

    struct Due {
        var runKey: Int64
        var row: DueRow
    }

    /// The task that has waited longest in a queue: one look into a partial index.
    func oldestTask(_ kind: TaskWake.Kind, _ queue: TaskQueue) throws -> WaitingTask? {
        let sql =
            switch kind {
            case .workflow:
                """
                SELECT run_key, task_scheduled_event_id FROM execution
                WHERE namespace_id = ? AND dispatch_queue = ? AND task_phase = 1
                ORDER BY task_visible_time, run_key LIMIT 1
                """
            case .activity:
                """
                SELECT run_key, scheduled_event_id FROM activity
                WHERE namespace_id = ? AND task_queue = ? AND phase = 1
                ORDER BY visible_time, run_key, scheduled_event_id LIMIT 1
                """
            }
        return try connection.query(sql, [.integer(namespaceID), .text(queue.rawValue)]) {
            WaitingTask(runKey: $0.integer(0), scheduledEventID: $0.integer(1))
        }.first
    }

    func backlog(_ kind: TaskWake.Kind, _ queue: TaskQueue) throws -> Backlog {
        let sql =
            switch kind {
            case .workflow:
                """
                SELECT count(*), min(task_visible_time) FROM execution
                WHERE namespace_id = ? AND dispatch_queue = ? AND task_phase = 1
                """
            case .activity:
                """
                SELECT count(*), min(visible_time) FROM activity
                WHERE namespace_id = ? AND task_queue = ? AND phase = 1
                """
            }
        let found = try connection.query(sql, [.integer(namespaceID), .text(queue.rawValue)]) {
            Backlog(count: Int($0.integer(0)), oldest: $0.optionalTimestamp(1))
        }
        return found.first ?? Backlog(count: 0, oldest: nil)
    }

    /// When the next row is due in any namespace.
    static func earliestDue(_ connection: SQLiteConnection) throws -> Timestamp? {
        try connection.query(
            """
            SELECT min(due) FROM (
                SELECT * FROM (SELECT due FROM execution WHERE due IS NOT NULL ORDER BY due LIMIT 1)
                UNION ALL SELECT * FROM (SELECT due FROM activity WHERE due IS NOT NULL ORDER BY due LIMIT 1)
                UNION ALL SELECT * FROM (SELECT fire_time FROM timer ORDER BY fire_time LIMIT 1))
            """
        ) { $0.optionalTimestamp(0) }.first ?? nil
    }

    /// What is due at a time, earliest first.
    static func dueRows(at time: Timestamp, limit: Int, _ connection: SQLiteConnection) throws -> [Due] {
        let bindings: [SQLValue] = [.integer(time.nanoseconds), .integer(Int64(limit))]
        var found: [(time: Int64, due: Due)] = try connection.query(
            "SELECT due, run_key FROM execution WHERE due <= ? ORDER BY due, run_key LIMIT ?",
            bindings
        ) { ($0.integer(0), Due(runKey: $0.integer(1), row: .execution)) }
        found += try connection.query(
            "SELECT due, run_key, scheduled_event_id FROM activity WHERE due <= ? ORDER BY due, run_key LIMIT ?",
            bindings
        ) { ($0.integer(0), Due(runKey: $0.integer(1), row: .activity($0.integer(2)))) }
        found += try connection.query(
            "SELECT fire_time, run_key, started_event_id FROM timer WHERE fire_time <= ? ORDER BY fire_time, run_key LIMIT ?",
            bindings
        ) { ($0.integer(0), Due(runKey: $0.integer(1), row: .timer($0.integer(2)))) }
        return found.sorted { ($0.time, $0.due.runKey) < ($1.time, $1.due.runKey) }.prefix(limit).map(\.due)
    }
}
