import Database
import WorkflowAPI

/// Rows of `execution`.
enum ExecutionTable {
    private static let columns = ExecutionColumns.names
    private static let changing = ExecutionColumns.changing

    static let select = "SELECT run_key, " + columns.joined(separator: ", ") + " FROM execution "

    private static let insertSQL =
        "INSERT INTO execution (run_key, " + columns.joined(separator: ", ") + ") VALUES (?, "
        + columns.map { _ in "?" }.joined(separator: ", ") + ")"
    private static let updateSQL =
        "UPDATE execution SET " + changing.map { columns[$0] + " = ?" }.joined(separator: ", ")
        + " WHERE run_key = ? AND state_version = ?"

    /// A key for a new row. Whoever asks is the only writer.
    static func nextKey(_ connection: SQLiteConnection) throws -> Int64 {
        try connection.query("SELECT coalesce(max(run_key), 0) + 1 FROM execution") { $0.integer(0) }.first ?? 1
    }

    /// Writes a new row under its key.
    static func insert(_ row: ExecutionRow, namespaceID: Int64, _ connection: SQLiteConnection) throws {
        try connection.execute(insertSQL, [.integer(row.runKey)] + ExecutionColumns.values(row, namespaceID))
    }

    /// Writes a row over the one it was read from. Throws when somebody else has changed it meanwhile.
    static func update(_ row: ExecutionRow, namespaceID: Int64, _ connection: SQLiteConnection) throws {
        var next = row
        next.stateVersion += 1
        let values = ExecutionColumns.values(next, namespaceID)
        try connection.execute(
            updateSQL,
            changing.map { values[$0] } + [.integer(row.runKey), .integer(row.stateVersion)]
        )
        guard connection.changes == 1 else {
            throw BrokenInvariant("\(row.execution) was changed by somebody else")
        }
    }
}
