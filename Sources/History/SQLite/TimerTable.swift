import Database
import WorkflowAPI

/// Rows of `timer`.
enum TimerTable {
    private static let select = "SELECT started_event_id, timer_id, fire_time FROM timer WHERE run_key = ?"

    static func read(_ runKey: Int64, _ rows: ReadSet.Rows, _ connection: SQLiteConnection) throws -> RowSet<
        PendingTimer
    > {
        let found: [PendingTimer] =
            switch rows {
            case .none: []
            case .one(let id):
                try connection.query(
                    select + " AND started_event_id = ?",
                    [.integer(runKey), .integer(id)],
                    PendingTimer.row
                )
            case .named(let ids):
                try connection.query(select, [.integer(runKey)], PendingTimer.row).filter { ids.contains($0.timerID) }
            case .all: try connection.query(select, [.integer(runKey)], PendingTimer.row)
            }
        return RowSet(Dictionary(found.map { ($0.startedEventID, $0) }) { first, _ in first }, isWhole: rows == .all)
    }

    /// Writes what a transition changed.
    static func write(_ rows: RowSet<PendingTimer>, runKey: Int64, _ connection: SQLiteConnection) throws {
        if rows.clearedAll {
            try connection.execute("DELETE FROM timer WHERE run_key = ?", [.integer(runKey)])
        } else {
            for key in rows.removed {
                try connection.execute(
                    "DELETE FROM timer WHERE run_key = ? AND started_event_id = ?",
                    [.integer(runKey), .integer(key)]
                )
            }
        }
        for key in rows.changed.sorted() {
            guard let timer = rows[key] else { continue }
            try connection.execute(
                "INSERT INTO timer (run_key, started_event_id, timer_id, fire_time) VALUES (?, ?, ?, ?)",
                [.integer(runKey), .integer(key), .text(timer.timerID), .integer(timer.fireTime.nanoseconds)]
            )
        }
    }
}
