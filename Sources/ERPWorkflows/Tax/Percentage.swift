/// A share from 0 to 100 per cent as an integer count of basis points (1/100 of a per cent), so that 7.5 % is exact.
///
/// In JSON a decimal text or number with at most two decimals goes in (`"7.5"`, `7.5`, `"৭.৫"`), a text comes out.
public struct Percentage: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// 1/100 of a per cent; 0 to 10 000.
    public let basisPoints: Int64

    /// Nothing.
    public static let zero = Percentage(checked: 0)

    /// A share; nil outside of 0 to 100 per cent.
    public init?(basisPoints: Int64) {
        guard (0...10_000).contains(basisPoints) else { return nil }
        self.basisPoints = basisPoints
    }

    /// A share that is known to be within the range.
    init(checked basisPoints: Int64) { self.basisPoints = basisPoints }

    /// This share of an amount, rounded half away from zero to the poisha. Throws ``MoneyError/tooLarge``,
    /// which no amount from zero on can cause.
    public func of(_ money: Money) throws -> Money { try money.times(basisPoints, over: 10_000) }

    /// Without needless zeros: `7.5`, `15`.
    public var text: String { DecimalText.shortText(basisPoints, fractionDigits: 2) }

    /// `7.5 %`.
    public var description: String { "\(text) %" }

    /// Orders by size.
    public static func < (left: Percentage, right: Percentage) -> Bool { left.basisPoints < right.basisPoints }

    /// Reads a decimal text or number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let reason: String
        switch DecimalText.parse(try container.decodeDecimalText(), fractionDigits: 2) {
        case .success(let basisPoints):
            if let percentage = Percentage(basisPoints: basisPoints) {
                self = percentage
                return
            }
            reason = "must be 0 to 100 per cent"
        case .failure(.tooLarge): reason = "must be 0 to 100 per cent"
        case .failure(.tooFine): reason = "more than two decimals"
        case .failure(.notANumber), .failure(.badGrouping): reason = "not a number of per cent; write \"7.5\""
        }
        throw DecodingError.dataCorruptedError(in: container, debugDescription: reason)
    }

    /// Writes a text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
