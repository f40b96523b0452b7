/// An invoice beside the order that it names: what it bills of what was ordered, and by how much it differs.
public struct OrderMatch: Codable, Hashable, Sendable {
    /// Why the order cannot be billed at all; nil when it can.
    public var refusal: String?
    /// The lines of the invoice, in order.
    public var lines: [MatchedLine]
    /// The sum of what the lines differ by, whichever way they do, so that one does not make up for another.
    public var variance: Money

    /// An order that cannot be billed.
    static func refused(_ reason: String) -> OrderMatch { OrderMatch(refusal: reason, lines: [], variance: .zero) }

    /// What differs, in words; empty when nothing does.
    public var notes: [String] {
        lines.flatMap { line in line.notes.map { "line \(line.line): \($0)" } }
    }
}

/// A line of an invoice beside the line of the order that it bills.
public struct MatchedLine: Codable, Hashable, Sendable {
    /// The line of the invoice, from 1.
    public var line: Int
    /// The line of the order; nil for what was not ordered.
    public var orderLine: Int?
    /// By how much the line's amount differs from the order's price for what of it may still be billed.
    public var variance: Money
    /// What differs, in words.
    public var notes: [String]
}

/// A line of an order with what invoices have billed of it.
public struct OrderedLine: Codable, Hashable, Sendable {
    /// The line of the order, from 1.
    public var line: Int
    /// What was ordered.
    public var productId: String
    /// How many.
    public var quantity: Quantity
    /// What one costs.
    public var unitPrice: Money
    /// How many were billed.
    public var billed: Quantity
    /// For how much.
    public var billedAmount: Money

    var open: Int64 { max(0, quantity.thousandths - billed.thousandths) }
}
