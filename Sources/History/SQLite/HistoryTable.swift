import Database
import WorkflowAPI

/// Rows of `history` and `buffered_event`: all events of a transition in one row, chained by hash.
enum HistoryTable {
    /// Appends the events of a transition and moves the chain's head.
    static func append(
        _ events: [HistoryEvent],
        to row: inout ExecutionRow,
        keys: HistoryKeys?,
        _ connection: SQLiteConnection
    ) throws {
        guard let new = HistoryRow(events, appendingTo: &row, keys: keys) else { return }
        try connection.execute(
            "INSERT INTO history (run_key, first_event_id, format, events, chain) VALUES (?, ?, ?, ?, ?)",
            [
                .integer(row.runKey), .integer(new.firstEventID), .integer(new.format), .blob(new.bytes),
                .blob(new.link),
            ]
        )
    }

    /// Events after one id up to another, in order.
    static func events(
        _ runKey: Int64,
        after: Int64,
        through: Int64,
        _ connection: SQLiteConnection
    ) throws -> [HistoryEvent] {
        // The row that holds the first wanted event may begin before it.
        let rows = try connection.query(
            """
            SELECT format, events FROM history WHERE run_key = ?1 AND first_event_id <= ?3 AND first_event_id >=
                coalesce((SELECT max(first_event_id) FROM history WHERE run_key = ?1 AND first_event_id <= ?2), 0)
            ORDER BY first_event_id
            """,
            [.integer(runKey), .integer(after == .max ? after : after + 1), .integer(through)]
        ) { ($0.integer(0), $0.blob(1)) }
        var events: [HistoryEvent] = []
        for (format, bytes) in rows { events += try HistoryRow.decode(format: format, bytes) }
        return events.filter { $0.id > after && $0.id <= through }
    }

    static func buffered(_ runKey: Int64, _ connection: SQLiteConnection) throws -> [MutableState.BufferedEvent] {
        try connection.query(
            "SELECT event FROM buffered_event WHERE run_key = ? ORDER BY position",
            [.integer(runKey)]
        ) { try HistoryRow.decodeBuffered($0.blob(0)) }
    }

    static func writeBuffered(
        _ events: [MutableState.BufferedEvent],
        runKey: Int64,
        _ connection: SQLiteConnection
    ) throws {
        try connection.execute("DELETE FROM buffered_event WHERE run_key = ?", [.integer(runKey)])
        for (position, event) in events.enumerated() {
            try connection.execute(
                "INSERT INTO buffered_event (run_key, position, event) VALUES (?, ?, ?)",
                [.integer(runKey), .integer(Int64(position)), .blob(HistoryRow.encode(event))]
            )
        }
    }
}
