import Database
package import WorkflowAPI

extension SQLiteHistoryStore {
    package func setRetention(of namespace: Namespace, to retention: Duration?) async throws {
        try checkRetention(retention, of: namespace)
        try await transaction { connection, _ in
            try connection.execute(
                "UPDATE namespace SET retention = ? WHERE name = ?",
                [StoreValue(retention?.clampedNanoseconds), .text(namespace.rawValue)]
            )
            guard connection.changes == 1 else { throw namespace.notFound }
        }
    }

    package func deleteExpired(limit: Int) async throws -> Int {
        let time = now()
        // Looking costs no commit: most of the time there is nothing.
        guard try await reading({ try !SQLiteRetention.expired(at: time, limit: 1, $0).isEmpty }) else { return 0 }
        return try await transaction { connection, _ in
            let expired = try SQLiteRetention.expired(at: time, limit: limit, connection)
            let batch = expired.prefix(RetentionLimits.batch(expired.map(\.size)))
            for run in batch { try SQLiteRetention.delete(run, connection) }
            return batch.count
        }
    }
}

/// The rows of runs that are not to be kept any longer.
private enum SQLiteRetention {
    struct Run {
        var runKey: Int64
        var namespaceID: Int64
        var workflowID: String
        var size: Int64
    }

    /// The runs whose time has passed, the earliest of each namespace first.
    static func expired(at time: Timestamp, limit: Int, _ connection: SQLiteConnection) throws -> [Run] {
        let namespaces = try connection.query(
            "SELECT namespace_id, retention FROM namespace WHERE retention IS NOT NULL ORDER BY namespace_id"
        ) { ($0.integer(0), $0.integer(1)) }
        var runs: [Run] = []
        for (id, retention) in namespaces where runs.count < limit {
            runs += try connection.query(
                """
                SELECT run_key, workflow_id, history_size FROM execution
                WHERE namespace_id = ? AND close_time IS NOT NULL AND close_time <= ? ORDER BY close_time, run_key LIMIT ?
                """,
                [
                    .integer(id), .integer(time.nanoseconds.subtractingReportingOverflow(retention).partialValue),
                    .integer(Int64(limit - runs.count)),
                ]
            ) { Run(runKey: $0.integer(0), namespaceID: id, workflowID: $0.text(1), size: $0.integer(2)) }
        }
        return runs
    }

    static func delete(_ run: Run, _ connection: SQLiteConnection) throws {
        for table in ["history", "activity", "timer", "buffered_event", "execution"] {
            try connection.execute("DELETE FROM \(table) WHERE run_key = ?", [.integer(run.runKey)])
        }
        let name: [StoreValue] = [.integer(run.namespaceID), .text(run.workflowID), .integer(run.runKey)]
        try connection.execute(
            "DELETE FROM request WHERE namespace_id = ? AND workflow_id = ? AND run_key = ?",
            name
        )
        try connection.execute(
            """
            UPDATE current_execution SET run_key = coalesce((SELECT e.run_key FROM execution e
                WHERE e.namespace_id = ?1 AND e.workflow_id = ?2 ORDER BY e.start_time DESC, e.run_key DESC LIMIT 1), 0)
            WHERE namespace_id = ?1 AND workflow_id = ?2 AND run_key = ?3
            """,
            name
        )
        try connection.execute(
            "DELETE FROM current_execution WHERE namespace_id = ? AND workflow_id = ? AND run_key = 0",
            Array(name.prefix(2))
        )
    }
}
