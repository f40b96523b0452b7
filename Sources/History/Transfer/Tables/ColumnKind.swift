#if PostgreSQL
import Database
import WorkflowAPI

/// How values of a column of PostgreSQL travel: whole numbers, bytes and texts as they are, everything else as text.
enum ColumnKind: Hashable {
    case integer
    case blob
    case text
    case other(type: String)

    /// By the name that `format_type` has for the type.
    init(_ type: String) {
        self =
            switch type {
            case "bigint", "integer", "smallint": .integer
            case "bytea": .blob
            case "text", "character varying": .text
            default: .other(type: type)
            }
    }

    /// The type of an array of what travels.
    var arrayType: String {
        switch self {
        case .integer: "bigint[]"
        case .blob: "bytea[]"
        case .text, .other: "text[]"
        }
    }

    /// The type of the column made of what has travelled.
    func cast(_ expression: String) -> String {
        switch self {
        case .integer: "CAST(\(expression) AS bigint)"
        case .blob: "CAST(\(expression) AS bytea)"
        case .text: "CAST(\(expression) AS text)"
        case .other(let type): "CAST(\(expression) AS \(type))"
        }
    }

    /// What is read of the column.
    func reading(_ column: String) -> String {
        if case .other = self { "\(column)::text" } else { column }
    }

    /// Whether two expressions of the type are the same value; types without an equality go by their texts.
    func isSame(_ left: String, _ right: String) -> String {
        if case .other = self {
            "\(left)::text IS NOT DISTINCT FROM \(right)::text"
        } else {
            "\(left) IS NOT DISTINCT FROM \(right)"
        }
    }

    /// A value as it travels. Throws when it cannot stand in the column.
    func value(_ value: StoreValue, column: String, of table: CopiedTable) throws -> PostgresValue {
        if case .null = value { return .null }
        switch (self, value) {
        case (.integer, .integer), (.blob, .blob), (.text, .text), (.other, .text): return PostgresValue(value)
        case (.integer, .real(let number)):
            if let whole = Int64(exactly: number) { return .integer(whole) }
        case (.text, .integer(let number)), (.other, .integer(let number)): return .text(String(number))
        case (.text, .real(let number)), (.other, .real(let number)): return .text(String(number))
        default: break
        }
        throw WorkflowServiceError(
            .invalidArgument,
            "column '\(column)' of table '\(table.name)' holds a value that the destination's column cannot hold"
        )
    }

    /// The values of many rows. Throws when one cannot stand in the column.
    func array(_ values: [StoreValue], column: String, of table: CopiedTable) throws -> PostgresValue {
        let all = try values.map { try value($0, column: column, of: table) }
        switch self {
        case .integer: return .integers(all.map { if case .integer(let value) = $0 { value } else { nil } })
        case .blob: return .blobs(all.map { if case .blob(let value) = $0 { value } else { nil } })
        case .text, .other: return .texts(all.map { if case .text(let value) = $0 { value } else { nil } })
        }
    }
}
#endif
