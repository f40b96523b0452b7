/// Matches the lines of an invoice with those of an order, by product and price: pure, so that the rules can be tested
/// without a database.
///
/// A line bills the product whose id its description is, or names as a word, the longest id first; among several lines of
/// that product the one with the same price, and of those one that is not yet billed in full. What is billed is to cost the
/// order's price, as far as there is something left to bill; the rest of the line's amount differs.
struct OrderMatcher {
    private(set) var ordered: [OrderedLine]
    /// By how much the invoices differ that were taken in.
    private(set) var earlier = Money.zero
    /// Earlier invoices that bill more than is left, and that nobody has paid for.
    private(set) var overbilling: Set<String> = []

    init(ordered: [OrderedLine]) { self.ordered = ordered }

    /// Everything that was ordered has been billed.
    var isBilledInFull: Bool { ordered.allSatisfy { $0.open == 0 } }

    /// Takes in what earlier invoices billed, in the order in which they came. Throws ``MoneyError`` for amounts out of range.
    mutating func take(_ billed: [BilledLine]) throws {
        for line in billed {
            guard let index = ordered.firstIndex(where: { $0.line == line.orderLine }) else {
                earlier = try earlier.adding(line.amount)
                if !line.isPaid { overbilling.insert(line.runId) }
                continue
            }
            if line.quantity.thousandths > ordered[index].open, !line.isPaid { overbilling.insert(line.runId) }
            earlier = try earlier.adding(try bill(line.quantity, for: line.amount, at: index))
        }
    }

    /// Matches one line after the other. Throws ``MoneyError`` for amounts out of range.
    mutating func match(_ items: [InvoiceItem]) throws -> OrderMatch {
        var lines: [MatchedLine] = []
        var variance = Money.zero
        for (index, item) in items.enumerated() {
            let line = try match(item, index + 1)
            variance = try variance.adding(line.variance)
            lines.append(line)
        }
        return OrderMatch(lines: lines, variance: variance, earlier: earlier == .zero ? nil : earlier)
    }

    private mutating func match(_ item: InvoiceItem, _ number: Int) throws -> MatchedLine {
        guard let index = line(for: item) else {
            return MatchedLine(line: number, variance: item.amount, notes: ["\(item.amount) for what was not ordered"])
        }
        let line = ordered[index]
        let within = Quantity(thousandths: min(item.quantity.thousandths, line.open))
        var notes: [String] = []
        let beyond = Quantity(thousandths: item.quantity.thousandths - within.thousandths)
        if beyond.thousandths > 0 {
            notes.append(
                "\(beyond) of \(item.quantity) more than ordered (\(line.quantity), of which \(line.billed) were billed)"
            )
        }
        if item.unitPrice != line.unitPrice {
            notes.append("unit price \(item.unitPrice), ordered at \(line.unitPrice)")
        }
        let variance = try bill(item.quantity, for: item.amount, at: index)
        return MatchedLine(line: number, orderLine: line.line, variance: variance, notes: notes)
    }

    /// Bills so many of a line. Gives by how much the amount differs from the order's price for what was left of it.
    private mutating func bill(_ quantity: Quantity, for amount: Money, at index: Int) throws -> Money {
        let line = ordered[index]
        let within = Quantity(thousandths: min(quantity.thousandths, line.open))
        let expected = try line.unitPrice.times(within)
        ordered[index].billed = Quantity(thousandths: try Self.sum(line.billed, quantity))
        ordered[index].billedAmount = try line.billedAmount.adding(amount)
        let difference = try amount.adding(Money(poisha: -expected.poisha))
        return Money(poisha: abs(difference.poisha))
    }

    private func line(for item: InvoiceItem) -> Int? {
        let name = Self.key(item.description)
        var candidates = ordered.indices.filter { Self.key(ordered[$0].productId) == name }
        if candidates.isEmpty {
            let named = ordered.indices.filter { Self.names(name, Self.key(ordered[$0].productId)) }
            let longest = named.map { ordered[$0].productId.unicodeScalars.count }.max()
            candidates = named.filter { ordered[$0].productId.unicodeScalars.count == longest }
        }
        let open = candidates.filter { ordered[$0].open > 0 }
        let best = open.isEmpty ? candidates : open
        return best.first { ordered[$0].unitPrice == item.unitPrice } ?? best.first
    }

    /// Without regard to case and to how much white space there is.
    private static func key(_ text: String) -> [Character] {
        Array(text.lowercased().split(whereSeparator: \.isWhitespace).joined(separator: " "))
    }

    /// Whether a text has a product id in it that no letter or digit continues.
    private static func names(_ text: [Character], _ product: [Character]) -> Bool {
        guard !product.isEmpty, text.count > product.count else { return false }
        func isWord(_ character: Character) -> Bool { character.isLetter || character.isNumber }
        return (0...(text.count - product.count)).contains { start in
            let end = start + product.count
            return text[start..<end].elementsEqual(product)
                && (start == 0 || !isWord(text[start - 1])) && (end == text.count || !isWord(text[end]))
        }
    }

    private static func sum(_ left: Quantity, _ right: Quantity) throws -> Int64 {
        let (sum, overflow) = left.thousandths.addingReportingOverflow(right.thousandths)
        guard !overflow else { throw MoneyError.tooLarge }
        return sum
    }
}
