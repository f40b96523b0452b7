/// An invoice beside the order that it names: what it bills of what was ordered, and by how much it differs.
public struct OrderMatch: Codable, Hashable, Sendable {
    /// Why the order cannot be billed at all; nil when it can.
    public var refusal: String?
    /// The lines of the invoice, in order.
    public var lines: [MatchedLine]
    /// The sum of what the lines differ by, whichever way they do, so that one does not make up for another.
    public var variance: Money
    /// The sum of what earlier invoices of the order differ by, those in hand and those that are paid for. Nil when there are
    /// none, and in histories of versions that did not look at them.
    public var earlier: Money?

    /// An order that cannot be billed.
    static func refused(_ reason: String) -> OrderMatch { OrderMatch(refusal: reason, lines: [], variance: .zero) }

    /// By how much the order is missed with this invoice and all before it. An amount beyond every range counts as the greatest.
    public var total: Money {
        (try? variance.adding(earlier ?? .zero)) ?? Money(poisha: .max)
    }

    /// Somebody has to accept it: it differs, and the order is missed by more than this with all that was billed before. What
    /// is within the tolerance line by line or invoice by invoice adds up.
    func isDifferent(beyond tolerance: Money) -> Bool { variance > .zero && total > tolerance }

    /// What differs, in words; empty when nothing does.
    public var notes: [String] {
        let own = lines.flatMap { line in line.notes.map { "line \(line.line): \($0)" } }
        guard let earlier, earlier > .zero else { return own }
        return own + ["earlier invoices of the order differ by \(earlier)"]
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

/// A line of an earlier invoice, as it was matched.
struct BilledLine: Hashable, Sendable {
    /// The work on the invoice.
    var runId: String
    /// It is paid for.
    var isPaid: Bool
    /// The line of the order; nil for what was not ordered.
    var orderLine: Int?
    var quantity: Quantity
    var amount: Money
}
