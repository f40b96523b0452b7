import Crypto
import Database
import WorkflowAPI

/// Rows of `history` and `buffered_event`: all events of a transition in one row, chained by hash.
enum HistoryTable {
    /// The form of a row: 1 is the plain bytes of ``HistoryCodec``; room for compressed and encrypted.
    private static let plainFormat: Int64 = 1

    /// Appends the events of a transition and moves the chain's head.
    static func append(_ events: [HistoryEvent], to row: inout ExecutionRow, _ connection: SQLiteConnection) throws {
        guard let first = events.first else { return }
        let bytes = HistoryCodec.encode(events)
        row.chainHead = chain(after: row.chainHead, row.execution.runID, firstEventID: first.id, bytes)
        row.historySize += Int64(bytes.count)
        try connection.execute(
            "INSERT INTO history (run_key, first_event_id, format, events, chain) VALUES (?, ?, ?, ?, ?)",
            [.integer(row.runKey), .integer(first.id), .integer(plainFormat), .blob(bytes), .blob(row.chainHead)]
        )
    }

    /// SHA-256 of the chain so far, the run id, the first event id and the bytes of the row.
    static func chain(after previous: [UInt8], _ runID: RunID, firstEventID: Int64, _ bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(data: previous)
        hash.update(data: Array(runID.rawValue.utf8))
        hash.update(data: withUnsafeBytes(of: firstEventID.bigEndian) { Array($0) })
        hash.update(data: bytes)
        return Array(hash.finalize())
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
        for (format, bytes) in rows {
            guard format == plainFormat else { throw CodecError(offset: 0, reason: "history format \(format)") }
            events += try HistoryCodec.decode(bytes)
        }
        return events.filter { $0.id > after && $0.id <= through }
    }

    static func buffered(_ runKey: Int64, _ connection: SQLiteConnection) throws -> [MutableState.BufferedEvent] {
        try connection.query(
            "SELECT event FROM buffered_event WHERE run_key = ? ORDER BY position",
            [.integer(runKey)]
        ) { statement in
            let event = try HistoryCodec.decodeEvent(statement.blob(0)[...])
            return MutableState.BufferedEvent(time: event.time, attributes: event.attributes)
        }
    }

    static func writeBuffered(
        _ events: [MutableState.BufferedEvent],
        runKey: Int64,
        _ connection: SQLiteConnection
    ) throws {
        try connection.execute("DELETE FROM buffered_event WHERE run_key = ?", [.integer(runKey)])
        for (position, event) in events.enumerated() {
            let bytes = HistoryCodec.encode(HistoryEvent(id: 0, time: event.time, attributes: event.attributes))
            try connection.execute(
                "INSERT INTO buffered_event (run_key, position, event) VALUES (?, ?, ?)",
                [.integer(runKey), .integer(Int64(position)), .blob(bytes)]
            )
        }
    }
}
