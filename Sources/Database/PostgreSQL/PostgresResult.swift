#if PostgreSQL
import CPostgres
package import WorkflowAPI

/// The rows of one statement, as the server sent them: values are read where they lie, when asked for.
///
/// Whoever asks for a row or column that is not there, for a value that is null, or for another type than the column has,
/// gets ``DatabaseError`` `misuse`.
package struct PostgresResult: Sendable {
    /// Owns libpq's memory.
    ///
    /// `@unchecked Sendable`: libpq never changes a result after it has handed it out, and it is freed once, here.
    private final class Handle: @unchecked Sendable {
        let pointer: OpaquePointer
        init(_ pointer: OpaquePointer) { self.pointer = pointer }
        deinit { PQclear(pointer) }
    }

    private let handle: Handle
    /// Rows that came back.
    package let rowCount: Int
    /// Columns of each.
    package let columnCount: Int

    /// Takes over a result of libpq.
    init(owning pointer: OpaquePointer) {
        handle = Handle(pointer)
        rowCount = Int(PQntuples(pointer))
        columnCount = Int(PQnfields(pointer))
    }

    /// Rows that the statement inserted, changed, deleted or selected.
    package var affectedRows: Int { PQcmdTuples(handle.pointer).flatMap { Int(String(cString: $0)) } ?? 0 }

    /// What the columns are called.
    package var columnNames: [String] {
        (0..<columnCount).map { PQfname(handle.pointer, Int32($0)).map { String(cString: $0) } ?? "" }
    }

    /// Which command it was, as the server calls it: `INSERT 0 1`.
    var commandTag: String { PQcmdStatus(handle.pointer).map { String(cString: $0) } ?? "" }

    /// Null, or not there.
    package func isNull(_ row: Int, _ column: Int) -> Bool { (try? cell(row, column)) == nil }

    /// `int2`, `int4`, `int8`, `oid`; a `bool` is 0 or 1; a `timestamptz` is nanoseconds since 1970 UTC.
    package func integer(_ row: Int, _ column: Int) throws -> Int64 {
        try required(optionalInteger(row, column), row, column)
    }

    /// The same, or null.
    package func optionalInteger(_ row: Int, _ column: Int) throws -> Int64? {
        try read(row, column, "an integer") { $0.integer }
    }

    /// `float4`, `float8`, and whole numbers.
    package func real(_ row: Int, _ column: Int) throws -> Double {
        try required(optionalReal(row, column), row, column)
    }

    /// The same, or null.
    package func optionalReal(_ row: Int, _ column: Int) throws -> Double? {
        try read(row, column, "a number") { $0.real }
    }

    /// `text` and its kin, `json`, `jsonb`, `uuid`, `numeric`.
    package func text(_ row: Int, _ column: Int) throws -> String {
        try required(optionalText(row, column), row, column)
    }

    /// The same, or null.
    package func optionalText(_ row: Int, _ column: Int) throws -> String? {
        try read(row, column, "a text") { $0.text }
    }

    /// `bytea`.
    package func blob(_ row: Int, _ column: Int) throws -> [UInt8] {
        try required(optionalBlob(row, column), row, column)
    }

    /// The same, or null.
    package func optionalBlob(_ row: Int, _ column: Int) throws -> [UInt8]? {
        try read(row, column, "bytes") { $0.blob }
    }

    /// `bool`.
    package func boolean(_ row: Int, _ column: Int) throws -> Bool {
        try required(optionalBoolean(row, column), row, column)
    }

    /// The same, or null.
    package func optionalBoolean(_ row: Int, _ column: Int) throws -> Bool? {
        try read(row, column, "a boolean") { $0.boolean }
    }

    /// An array of whole numbers, of one dimension.
    package func integers(_ row: Int, _ column: Int) throws -> [Int64?] {
        try required(read(row, column, "an array of integers") { $0.array?.map { $0?.integer } }, row, column)
    }

    /// An array of texts, of one dimension.
    package func texts(_ row: Int, _ column: Int) throws -> [String?] {
        try required(read(row, column, "an array of texts") { $0.array?.map { $0?.text } }, row, column)
    }

    /// An array of bytes, of one dimension.
    package func blobs(_ row: Int, _ column: Int) throws -> [[UInt8]?] {
        try required(read(row, column, "an array of bytes") { $0.array?.map { $0?.blob } }, row, column)
    }

    /// The value as every store knows it. Arrays and types that we do not read are refused: cast them to text.
    package func value(_ row: Int, _ column: Int) throws -> StoreValue {
        try read(row, column, "a value that we can read; cast it to text") { $0.value } ?? .null
    }

    /// A row as every store knows it.
    package func row(_ row: Int) throws -> StoreRow { StoreRow(try (0..<columnCount).map { try value(row, $0) }) }

    /// The bytes of a value and their type; nil for a null.
    private func cell(_ row: Int, _ column: Int) throws -> PostgresCell? {
        guard (0..<rowCount).contains(row), (0..<columnCount).contains(column) else {
            let size = "\(rowCount) rows of \(columnCount) columns"
            throw DatabaseError(.misuse, "no value at row \(row), column \(column): the result has \(size)")
        }
        let (row, column) = (Int32(row), Int32(column))
        let type = PQftype(handle.pointer, column)
        guard PQgetisnull(handle.pointer, row, column) == 0, type != PostgresType.void else { return nil }
        guard let start = PQgetvalue(handle.pointer, row, column) else { return nil }
        let length = Int(PQgetlength(handle.pointer, row, column))
        return PostgresCell(type: type, bytes: UnsafeRawBufferPointer(start: start, count: length))
    }

    private func read<Value>(
        _ row: Int,
        _ column: Int,
        _ wanted: String,
        _ read: (PostgresCell) -> Value?
    ) throws -> Value? {
        guard let cell = try cell(row, column) else { return nil }
        if let value = read(cell) {
            withExtendedLifetime(handle) {}
            return value
        }
        throw DatabaseError(.misuse, "column \(name(column)) (type \(cell.type)) is not \(wanted)")
    }

    private func required<Value>(_ value: Value?, _ row: Int, _ column: Int) throws -> Value {
        guard let value else { throw DatabaseError(.misuse, "column \(name(column)) is null in row \(row)") }
        return value
    }

    private func name(_ column: Int) -> String {
        PQfname(handle.pointer, Int32(column)).map { String(cString: $0) } ?? "\(column)"
    }
}
#endif
