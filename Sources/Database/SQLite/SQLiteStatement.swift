import CSQLite
package import WorkflowAPI

/// A prepared statement: bind, step, read columns. Valid until its connection closes.
package final class SQLiteStatement {
    private let handle: OpaquePointer
    private unowned let owner: SQLiteConnection

    /// Prepares the first statement of a text. `isAlone` refuses a text that goes on behind it.
    init(_ sql: String, on connection: OpaquePointer, owner: SQLiteConnection, isAlone: Bool = false) throws {
        var made: OpaquePointer?
        var isWhole = true
        let result = sql.withCString { text in
            var rest: UnsafePointer<CChar>?
            let result = sqlite3_prepare_v3(connection, text, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &made, &rest)
            if let rest, isAlone, result == SQLITE_OK {
                // Blanks and comments behind it are no statement.
                var second: OpaquePointer?
                isWhole = sqlite3_prepare_v2(connection, rest, -1, &second, nil) == SQLITE_OK && second == nil
                sqlite3_finalize(second)
            }
            return result
        }
        guard result == SQLITE_OK else { throw owner.error(result) }
        guard let made else { throw DatabaseError(.misuse, "there is no statement in the text") }
        guard isWhole else {
            sqlite3_finalize(made)
            throw DatabaseError(.misuse, "one statement at a time")
        }
        handle = made
        self.owner = owner
    }

    deinit { sqlite3_finalize(handle) }

    /// Back to the start, without bindings.
    package func reset() {
        sqlite3_reset(handle)
        sqlite3_clear_bindings(handle)
    }

    /// Binds values from the first parameter on.
    package func bind(_ values: [StoreValue]) throws {
        for (index, value) in values.enumerated() {
            let position = Int32(index + 1)
            let result: Int32 =
                switch value {
                case .null: sqlite3_bind_null(handle, position)
                case .integer(let number): sqlite3_bind_int64(handle, position, number)
                case .real(let number): sqlite3_bind_double(handle, position, number)
                case .text(let text): bind(text, at: position)
                case .blob(let bytes): bind(bytes, at: position)
                }
            guard result == SQLITE_OK else { throw owner.error(result) }
        }
    }

    private static let transient = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

    private func bind(_ text: String, at position: Int32) -> Int32 {
        var text = text
        return text.withUTF8 {
            $0.withMemoryRebound(to: CChar.self) { bytes in
                guard let base = bytes.baseAddress else {
                    return sqlite3_bind_text(handle, position, "", 0, Self.transient)
                }
                let encoding = UInt8(SQLITE_UTF8)
                return sqlite3_bind_text64(handle, position, base, UInt64(bytes.count), Self.transient, encoding)
            }
        }
    }

    private func bind(_ bytes: [UInt8], at position: Int32) -> Int32 {
        bytes.withUnsafeBytes { buffer in
            guard let base = buffer.baseAddress, !buffer.isEmpty else {
                return sqlite3_bind_zeroblob(handle, position, 0)
            }
            return sqlite3_bind_blob64(handle, position, base, UInt64(buffer.count), Self.transient)
        }
    }

    /// The next row; false at the end.
    package func step() throws -> Bool {
        let result = sqlite3_step(handle)
        switch result {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        default:
            let error = owner.error(result)
            sqlite3_reset(handle)
            throw error
        }
    }

    /// It changes no rows.
    var isReadOnly: Bool { sqlite3_stmt_readonly(handle) != 0 }

    /// How many places for values there are.
    var parameterCount: Int { Int(sqlite3_bind_parameter_count(handle)) }

    /// How many columns a row has.
    var columnCount: Int32 { sqlite3_column_count(handle) }

    /// A column as the database has it.
    package func value(_ column: Int32) -> StoreValue {
        switch sqlite3_column_type(handle, column) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_FLOAT: .real(sqlite3_column_double(handle, column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .blob(blob(column))
        default: .null
        }
    }

    /// The column is null.
    package func isNull(_ column: Int32) -> Bool { sqlite3_column_type(handle, column) == SQLITE_NULL }

    /// A number; 0 for null.
    package func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(handle, column) }

    /// A number, or nil.
    package func optionalInteger(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    /// A text; empty for null.
    package func text(_ column: Int32) -> String {
        guard let start = sqlite3_column_text(handle, column) else { return "" }
        let count = Int(sqlite3_column_bytes(handle, column))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    /// A text, or nil.
    package func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// Bytes; none for null.
    package func blob(_ column: Int32) -> [UInt8] {
        guard let start = sqlite3_column_blob(handle, column) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: Int(sqlite3_column_bytes(handle, column))))
    }

    /// Bytes, or nil.
    package func optionalBlob(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : blob(column) }
}
