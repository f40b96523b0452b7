#if PostgreSQL
import Database
import WorkflowAPI

/// A row of a result, for what both databases read alike.
struct PostgresRow: RowReader {
    let result: PostgresResult
    let row: Int
    /// How many columns of the result stand before those that are read.
    var skipping: Int32 = 0

    private func place(_ column: Int32) -> Int { Int(column + skipping) }

    // A column of another type than is asked for cannot be: the schema says what they are.
    func integer(_ column: Int32) -> Int64 { optionalInteger(column) ?? 0 }
    func optionalInteger(_ column: Int32) -> Int64? { (try? result.optionalInteger(row, place(column))) ?? nil }
    func text(_ column: Int32) -> String { optionalText(column) ?? "" }
    func optionalText(_ column: Int32) -> String? { (try? result.optionalText(row, place(column))) ?? nil }
    func blob(_ column: Int32) -> [UInt8] { optionalBlob(column) ?? [] }
    func optionalBlob(_ column: Int32) -> [UInt8]? { (try? result.optionalBlob(row, place(column))) ?? nil }
}

extension PostgresResult {
    /// What `body` makes of each row.
    func map<T>(_ body: (PostgresRow) throws -> T) rethrows -> [T] {
        try (0..<rowCount).map { try body(PostgresRow(result: self, row: $0)) }
    }
}

/// The type of a column of the engine's tables, by name: rows are written as one array for each column.
enum PostgresColumn {
    case integer
    case text
    case blob

    private static let texts: Set = [
        "workflow_id", "run_id", "workflow_type", "task_queue", "original_run_id", "sticky_queue", "task_identity",
        "dispatch_queue", "problem", "activity_id", "activity_type", "identity", "timer_id", "request_id", "name",
    ]
    private static let blobs: Set = [
        "memo", "search_attributes", "chain_head", "task_failure", "input", "header", "retry_policy", "last_failure",
        "heartbeat_details", "events", "chain", "event",
    ]

    init(_ name: String) {
        self = PostgresColumn.texts.contains(name) ? .text : PostgresColumn.blobs.contains(name) ? .blob : .integer
    }

    /// The type of an array of it.
    var arrayType: String {
        switch self {
        case .integer: "bigint[]"
        case .text: "text[]"
        case .blob: "bytea[]"
        }
    }

    /// One array of the values of one column of many rows.
    func array(_ rows: [[StoreValue]], _ column: Int) -> PostgresValue {
        switch self {
        case .integer:
            .integers(rows.map { if case .integer(let value) = $0[column] { value } else { nil } })
        case .text: .texts(rows.map { if case .text(let value) = $0[column] { value } else { nil } })
        case .blob: .blobs(rows.map { if case .blob(let value) = $0[column] { value } else { nil } })
        }
    }
}

/// Rows of one shape that travel as one array a column: the text of a statement does not depend on how many they are.
struct PostgresRows {
    let columns: [String]
    private let types: [PostgresColumn]

    init(_ columns: [String]) {
        self.columns = columns
        types = columns.map { PostgresColumn($0) }
    }

    /// `unnest(...) AS new (...)`, its parameters counted from `first`.
    func source(first: Int = 1) -> String {
        let arrays = types.enumerated().map { "$\($0.offset + first)::\($0.element.arrayType)" }
        return "unnest(\(arrays.joined(separator: ", "))) AS new (\(columns.joined(separator: ", ")))"
    }

    /// The arrays of ``source(first:)``.
    func values(_ rows: [[StoreValue]]) -> [PostgresValue] { types.indices.map { types[$0].array(rows, $0) } }

    /// `INSERT INTO table (...) SELECT ... FROM unnest(...)`, without an end.
    func insert(into table: String) -> String {
        let list = columns.joined(separator: ", ")
        return "INSERT INTO \(table) (\(list)) SELECT \(list) FROM \(source())"
    }
}
#endif
