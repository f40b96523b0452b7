/// A row that a query found. Columns are counted from 0, in the order in which the query names them.
public struct StoreRow: Hashable, Sendable {
    /// The values in the order of the columns.
    public let values: [StoreValue]

    /// A row of these values.
    public init(_ values: [StoreValue]) { self.values = values }

    /// A column; null beyond the last.
    public subscript(column: Int) -> StoreValue { values.indices.contains(column) ? values[column] : .null }

    /// The column is null.
    public func isNull(_ column: Int) -> Bool { self[column] == .null }

    /// A whole number; 0 when the column is null or holds none.
    public func integer(_ column: Int) -> Int64 { optionalInteger(column) ?? 0 }

    /// A whole number, or nil when the column is null or holds none. A floating-point number that is whole is one.
    public func optionalInteger(_ column: Int) -> Int64? {
        switch self[column] {
        case .integer(let value): value
        case .real(let value): Int64(exactly: value)
        default: nil
        }
    }

    /// A floating-point number, or nil when the column is null or no number. Not for money.
    public func real(_ column: Int) -> Double? {
        switch self[column] {
        case .real(let value): value
        case .integer(let value): Double(value)
        default: nil
        }
    }

    /// A text; empty when the column is null or no text.
    public func text(_ column: Int) -> String { optionalText(column) ?? "" }

    /// A text, or nil when the column is null or no text.
    public func optionalText(_ column: Int) -> String? {
        if case .text(let value) = self[column] { value } else { nil }
    }

    /// Bytes; none when the column is null or not bytes.
    public func blob(_ column: Int) -> [UInt8] {
        if case .blob(let value) = self[column] { value } else { [] }
    }
}
