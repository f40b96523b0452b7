#if PostgreSQL
package import WorkflowAPI

/// A value to bind to a statement. It travels in binary with its type: `$1` of `.text` is a `text`, and what the statement
/// needs otherwise it casts (`$1::jsonb`). A null has no type; where PostgreSQL cannot tell one, cast that too.
package enum PostgresValue: Hashable, Sendable {
    case null
    /// `int8`
    case integer(Int64)
    /// `float8`
    case real(Double)
    /// `text`; a NUL in it is refused.
    case text(String)
    /// `bytea`
    case blob([UInt8])
    /// `bool`
    case boolean(Bool)
    /// `int8[]`, as `unnest` takes it.
    case integers([Int64?])
    /// `text[]`
    case texts([String?])
    /// `bytea[]`
    case blobs([[UInt8]?])
    /// `bool[]`
    case booleans([Bool?])

    /// The same value as other stores know it.
    package init(_ value: StoreValue) {
        self =
            switch value {
            case .null: .null
            case .integer(let value): .integer(value)
            case .real(let value): .real(value)
            case .text(let value): .text(value)
            case .blob(let value): .blob(value)
            }
    }

    /// The type it travels as; 0 lets the server find one.
    var type: UInt32 {
        switch self {
        case .null: 0
        case .integer: PostgresType.int8
        case .real: PostgresType.float8
        case .text: PostgresType.text
        case .blob: PostgresType.bytea
        case .boolean: PostgresType.bool
        case .integers: PostgresType.int8Array
        case .texts: PostgresType.textArray
        case .blobs: PostgresType.byteaArray
        case .booleans: PostgresType.boolArray
        }
    }
}
#endif
