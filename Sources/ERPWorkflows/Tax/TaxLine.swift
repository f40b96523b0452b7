/// One tax of an invoice: how much of what, and by which row of the table.
public struct TaxLine: Codable, Hashable, Sendable {
    /// Which tax.
    public let tax: TaxKind
    /// The rate. In JSON `percent`.
    public let rate: Percentage
    /// What it was applied to: the net.
    public let base: Money
    /// The tax, rounded once, half away from zero, to the poisha.
    public let amount: Money
    /// What is to be done, in words for people.
    public let rule: String
    /// Where that is written.
    public let source: String
    /// Since when the rate holds.
    public let effectiveFrom: LocalDate

    enum CodingKeys: String, CodingKey {
        case tax
        case rate = "percent"
        case base, amount, rule, source, effectiveFrom
    }
}
