import Database
import WorkflowAPI

/// Rows of `activity`.
enum ActivityTable {
    private static let columns = ActivityColumns.names
    private static let upsertSQL =
        "INSERT OR REPLACE INTO activity (" + columns.joined(separator: ", ") + ") VALUES ("
        + columns.map { _ in "?" }.joined(separator: ", ") + ")"
    private static let select = "SELECT " + columns.joined(separator: ", ") + " FROM activity WHERE run_key = ?"

    static func read(_ runKey: Int64, _ rows: ReadSet.Rows, _ connection: SQLiteConnection) throws -> RowSet<
        PendingActivity
    > {
        let found: [PendingActivity] =
            switch rows {
            case .none: []
            case .one(let id):
                try connection.query(
                    select + " AND scheduled_event_id = ?",
                    [.integer(runKey), .integer(id)],
                    ActivityColumns.row
                )
            case .named(let ids):
                try connection.query(
                    "SELECT scheduled_event_id, activity_id FROM activity WHERE run_key = ?",
                    [.integer(runKey)]
                ) { ids.contains($0.text(1)) ? $0.integer(0) : nil }
                .compactMap { $0 }
                .flatMap { try read(runKey, .one($0), connection).loaded }
            case .all: try connection.query(select, [.integer(runKey)], ActivityColumns.row)
            }
        return RowSet(
            Dictionary(found.map { ($0.scheduledEventID, $0) }) { first, _ in first },
            isWhole: rows == .all
        )
    }

    /// Writes what a transition changed.
    static func write(
        _ rows: RowSet<PendingActivity>,
        runKey: Int64,
        namespaceID: Int64,
        _ connection: SQLiteConnection
    ) throws {
        if rows.clearedAll {
            try connection.execute("DELETE FROM activity WHERE run_key = ?", [.integer(runKey)])
        } else {
            for key in rows.removed {
                try connection.execute(
                    "DELETE FROM activity WHERE run_key = ? AND scheduled_event_id = ?",
                    [.integer(runKey), .integer(key)]
                )
            }
        }
        for key in rows.changed.sorted() {
            guard let activity = rows[key] else { continue }
            try connection.execute(upsertSQL, ActivityColumns.values(activity, runKey, namespaceID))
        }
    }

}
