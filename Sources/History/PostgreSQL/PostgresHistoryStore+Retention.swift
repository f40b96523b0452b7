#if PostgreSQL
import Database
package import WorkflowAPI

extension PostgresHistoryStore {
    package func setRetention(of namespace: Namespace, to retention: Duration?) async throws {
        try checkRetention(retention, of: namespace)
        let changed = try await translated {
            try await database.query(
                "UPDATE namespace SET retention = $2 WHERE name = $1",
                [.text(namespace.rawValue), PostgresValue(StoreValue(retention?.clampedNanoseconds))]
            )
        }
        guard changed.affectedRows == 1 else { throw namespace.notFound }
    }

    /// The runs are locked as everybody locks who works on them, and passed by when somebody does: engines that do it at the
    /// same time share the work.
    private static let expiredSQL = """
        SELECT run_key, history_size FROM execution WHERE run_key = ANY (ARRAY(
            SELECT e.run_key FROM namespace n CROSS JOIN LATERAL (
                SELECT x.run_key, x.close_time FROM execution x
                WHERE x.namespace_id = n.namespace_id AND x.close_time <= $1 - n.retention
                ORDER BY x.close_time LIMIT $2) e
            WHERE n.retention IS NOT NULL ORDER BY e.close_time LIMIT $2))
        ORDER BY close_time, run_key FOR UPDATE SKIP LOCKED
        """

    package func deleteExpired(limit: Int) async throws -> Int {
        let time = now()
        do {
            return try await database.withConnection { connection in
                let found = try await connection.pipeline([
                    PostgresStatement("BEGIN"),
                    PostgresStatement(Self.expiredSQL, [.integer(time.nanoseconds), .integer(Int64(limit))]),
                ])[1].map { ($0.integer(0), $0.integer(1)) }
                guard !found.isEmpty else {
                    _ = try await connection.pipeline([PostgresStatement("ROLLBACK")])
                    return 0
                }
                let keys = found.prefix(RetentionLimits.batch(found.map(\.1))).map(\.0)
                _ = try await connection.pipeline(Self.deletion(of: keys) + [PostgresStatement("COMMIT")])
                return keys.count
            }
        } catch let error as DatabaseError where error.isWorthRetrying {
            // The next round sees to it.
            return 0
        } catch let error as DatabaseError {
            throw error.translated
        }
    }

    /// All rows of closed runs that are locked. A workflow id that leads to one of them leads to the newest that is left:
    /// nobody can start another meanwhile, since that needs the lock of the run that the id leads to.
    private static func deletion(of keys: [Int64]) -> [PostgresStatement] {
        let list: [PostgresValue] = [.integers(keys)]
        return [
            PostgresStatement(
                """
                UPDATE current_execution c SET run_key = coalesce((SELECT e.run_key FROM execution e
                    WHERE e.namespace_id = c.namespace_id AND e.workflow_id = c.workflow_id AND e.run_key <> ALL ($1)
                    ORDER BY e.start_time DESC, e.run_key DESC LIMIT 1), 0)
                FROM execution x WHERE x.run_key = ANY ($1) AND c.namespace_id = x.namespace_id
                    AND c.workflow_id = x.workflow_id AND c.run_key = x.run_key
                """,
                list
            ),
            PostgresStatement(
                """
                DELETE FROM current_execution c USING execution x WHERE x.run_key = ANY ($1)
                    AND c.namespace_id = x.namespace_id AND c.workflow_id = x.workflow_id AND c.run_key = 0
                """,
                list
            ),
        ]
            + ["history", "activity", "timer", "buffered_event", "request", "execution"].map {
                PostgresStatement("DELETE FROM \($0) WHERE run_key = ANY ($1)", list)
            }
    }
}
#endif
