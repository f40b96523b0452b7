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

    /// The condition that leaves runs out; empty for none.
    private static func excluding(_ runKeys: Set<Int64>) -> String {
        runKeys.isEmpty ? "" : " AND run_key NOT IN (" + runKeys.sorted().map(String.init).joined(separator: ", ") + ")"
    }

    /// The task that has waited longest in a queue: one look into a partial index.
    func oldestTask(_ kind: TaskWake.Kind, _ queue: TaskQueue, excluding runKeys: Set<Int64> = []) throws
        -> WaitingTask?
    {
        let without = SQLiteTables.excluding(runKeys)
        let sql =
            switch kind {
            case .workflow:
                """
                SELECT run_key, task_scheduled_event_id FROM execution
                WHERE namespace_id = ? AND dispatch_queue = ? AND task_phase = 1\(without)
                ORDER BY task_visible_time, run_key LIMIT 1
                """
            case .activity:
                """
                SELECT run_key, scheduled_event_id FROM activity
                WHERE namespace_id = ? AND task_queue = ? AND phase = 1\(without)
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

    /// When the next row after a time is due in any namespace.
    static func earliestDue(_ connection: SQLiteConnection, after time: Timestamp) throws -> Timestamp? {
        try connection.query(
            """
            SELECT min(due) FROM (
                SELECT min(due) AS due FROM execution WHERE due > ?1
                UNION ALL SELECT min(due) FROM activity WHERE due > ?1
                UNION ALL SELECT min(fire_time) FROM timer WHERE fire_time > ?1)
            """,
            [.integer(time.nanoseconds)]
        ) { $0.optionalTimestamp(0) }.first ?? nil
    }

    /// What is due at a time, earliest first, but for some runs.
    static func dueRows(
        at time: Timestamp,
        limit: Int,
        _ connection: SQLiteConnection,
        excluding runKeys: Set<Int64> = []
    ) throws -> [Due] {
        let without = excluding(runKeys)
        let bindings: [StoreValue] = [.integer(time.nanoseconds), .integer(Int64(limit))]
        var found: [(time: Int64, due: Due)] = try connection.query(
            "SELECT due, run_key FROM execution WHERE due <= ?\(without) ORDER BY due, run_key LIMIT ?",
            bindings
        ) { ($0.integer(0), Due(runKey: $0.integer(1), row: .execution)) }
        found += try connection.query(
            """
            SELECT due, run_key, scheduled_event_id FROM activity WHERE due <= ?\(without) ORDER BY due, run_key LIMIT ?
            """,
            bindings
        ) { ($0.integer(0), Due(runKey: $0.integer(1), row: .activity($0.integer(2)))) }
        found += try connection.query(
            """
            SELECT fire_time, run_key, started_event_id FROM timer WHERE fire_time <= ?\(without)
            ORDER BY fire_time, run_key LIMIT ?
            """,
            bindings
        ) { ($0.integer(0), Due(runKey: $0.integer(1), row: .timer($0.integer(2)))) }
        return found.sorted { ($0.time, $0.due.runKey) < ($1.time, $1.due.runKey) }.prefix(limit).map(\.due)
    }
}
