/// Why the taxes of an invoice cannot be computed. Nothing is guessed instead.
public enum TaxError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Nobody has said what the vendor is to tax, so that there is no rate to withhold. The invoice waits on hold for it.
    case noVendorKind
    /// The invoice is older than the first rate of a tax.
    case beforeFirstRate(TaxKind, date: LocalDate, first: LocalDate)
    /// The invoice is younger than the last rate of a tax.
    case afterLastRate(TaxKind, date: LocalDate, last: LocalDate)
    /// The net is below zero.
    case negativeNet
    /// An amount is beyond what 64 bits of poisha hold.
    case tooLarge

    /// One line for people.
    public var description: String {
        switch self {
        case .noVendorKind:
            "the vendor has no kind, which decides the tax to withhold; set it to contractor, supplier or service_provider"
        case .beforeFirstRate(let tax, let date, let first):
            "\(tax): the invoice is dated \(date), and the first rate is from \(first)"
        case .afterLastRate(let tax, let date, let last):
            "\(tax): the invoice is dated \(date), and the last rate ended on \(last)"
        case .negativeNet: "the net amount may not be negative"
        case .tooLarge: "the net amount is too large"
        }
    }
}
