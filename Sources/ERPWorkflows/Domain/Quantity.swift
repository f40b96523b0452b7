/// How many units: an integer count of thousandths, so that 2.5 tonnes are exact.
///
/// In JSON a decimal text or number with at most three decimals goes in, a text comes out.
public struct Quantity: Hashable, Sendable, Codable, CustomStringConvertible {
    /// 1/1000 of a unit.
    public var thousandths: Int64

    /// A quantity in thousandths of a unit.
    public init(thousandths: Int64) { self.thousandths = thousandths }

    /// A whole number of units.
    public init(_ units: Int32) { thousandths = Int64(units) * 1000 }

    /// Without needless zeros: `2.5`, `10`.
    public var description: String { DecimalText.shortText(thousandths, fractionDigits: 3) }

    /// Reads a decimal text or number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        switch DecimalText.parse(try container.decodeDecimalText(), fractionDigits: 3) {
        case .success(let thousandths): self.thousandths = thousandths
        case .failure(let problem):
            let reason =
                switch problem {
                case .notANumber: "not a number"
                case .badGrouping: "commas group digits as in \"1,00,000\"; write it so, or without commas"
                case .tooFine: "more than three decimals"
                case .tooLarge: "the quantity is too large"
                }
            throw DecodingError.dataCorruptedError(in: container, debugDescription: reason)
        }
    }

    /// Writes a text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
