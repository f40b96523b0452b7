/// A row of the table of rates: which share of the net is due from one day to another, by which rule.
///
/// Rates change with each Finance Act; then the open row gets its last day and a new one begins on the next.
public struct TaxRate: Hashable, Sendable, Codable {
    /// Which tax.
    public var tax: TaxKind
    /// Its share of the net (VAT-exclusive) amount. In JSON `percent`.
    public var rate: Percentage
    /// The first invoice date for which it holds.
    public var from: LocalDate
    /// The last one; nil while no end is known.
    public var to: LocalDate?
    /// What is to be done, in words for people.
    public var rule: String
    /// Where that is written.
    public var source: String

    /// A row of its parts; ``TaxTable`` checks it.
    public init(tax: TaxKind, rate: Percentage, from: LocalDate, to: LocalDate? = nil, rule: String, source: String) {
        self.tax = tax
        self.rate = rate
        self.from = from
        self.to = to
        self.rule = rule
        self.source = source
    }

    /// Whether it holds for an invoice of a day.
    public func holds(on date: LocalDate) -> Bool { from <= date && to.map { date <= $0 } ?? true }

    enum CodingKeys: String, CodingKey {
        case tax
        case rate = "percent"
        case from, to, rule, source
    }
}
