/// A value to bind to a statement, or a value read from a row.
public enum StoreValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// A number, or null.
    public init(_ value: Int64?) { self = value.map { .integer($0) } ?? .null }
    /// A text, or null.
    public init(_ value: String?) { self = value.map { .text($0) } ?? .null }
    /// Bytes, or null.
    public init(_ value: [UInt8]?) { self = value.map { .blob($0) } ?? .null }
}

extension StoreValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    /// A number as written.
    public init(integerLiteral value: Int64) { self = .integer(value) }
    /// A text as written.
    public init(stringLiteral value: String) { self = .text(value) }
    /// Null.
    public init(nilLiteral: ()) { self = .null }
}
