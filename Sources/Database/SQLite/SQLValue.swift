/// A value to bind, or a value read.
package enum SQLValue: Hashable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])

    /// A number, or null.
    package init(_ value: Int64?) { self = value.map { .integer($0) } ?? .null }
    /// A text, or null.
    package init(_ value: String?) { self = value.map { .text($0) } ?? .null }
    /// Bytes, or null.
    package init(_ value: [UInt8]?) { self = value.map { .blob($0) } ?? .null }
}

extension SQLValue: ExpressibleByIntegerLiteral, ExpressibleByStringLiteral, ExpressibleByNilLiteral {
    package init(integerLiteral value: Int64) { self = .integer(value) }
    package init(stringLiteral value: String) { self = .text(value) }
    package init(nilLiteral: ()) { self = .null }
}
