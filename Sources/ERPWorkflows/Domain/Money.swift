import Foundation

/// An amount of Bangladeshi taka as an integer count of poisha (1/100 taka); never a binary fraction.
///
/// In JSON a decimal text or number with at most two decimals goes in (`"30000.00"`, `30000`, `"৩০,০০০"`), a text with two
/// comes out, without commas. Arithmetic throws ``MoneyError`` rather than trap.
public struct Money: Hashable, Sendable, Comparable, Codable {
    /// 1/100 taka.
    public var poisha: Int64

    /// The only currency of the pack; inputs name it so that another can be refused.
    public static let currency = "BDT"

    /// Nothing.
    public static let zero = Money(poisha: 0)

    /// An amount in poisha.
    public init(poisha: Int64) { self.poisha = poisha }

    /// A whole number of taka.
    public init(taka: Int32) { poisha = Int64(taka) * 100 }

    /// Reads an amount. Throws ``MoneyError``.
    public init(_ text: String) throws {
        switch DecimalText.parse(text, fractionDigits: 2) {
        case .success(let poisha): self.poisha = poisha
        case .failure(.notANumber): throw MoneyError.notAnAmount
        case .failure(.badGrouping): throw MoneyError.badGrouping
        case .failure(.tooFine): throw MoneyError.tooFine
        case .failure(.tooLarge): throw MoneyError.tooLarge
        }
    }

    /// The sum. Throws ``MoneyError/tooLarge``.
    public func adding(_ other: Money) throws -> Money {
        let (sum, overflow) = poisha.addingReportingOverflow(other.poisha)
        guard !overflow else { throw MoneyError.tooLarge }
        return Money(poisha: sum)
    }

    /// The difference. Throws ``MoneyError/tooLarge``.
    public func subtracting(_ other: Money) throws -> Money {
        let (difference, overflow) = poisha.subtractingReportingOverflow(other.poisha)
        guard !overflow else { throw MoneyError.tooLarge }
        return Money(poisha: difference)
    }

    /// The price of a quantity at this price a unit, rounded half away from zero to the poisha. Throws
    /// ``MoneyError/tooLarge``.
    public func times(_ quantity: Quantity) throws -> Money { try times(quantity.thousandths, over: 1000) }

    /// This amount times a fraction, rounded once, half away from zero, to the poisha. The denominator is even and above
    /// zero. Throws ``MoneyError/tooLarge``.
    func times(_ numerator: Int64, over denominator: Int64) throws -> Money {
        let product = poisha.multipliedFullWidth(by: numerator)
        let half = denominator / 2
        // The quotient fits when the high half is smaller than the divisor's half, so that the division cannot trap.
        guard product.high > -half, product.high < half else { throw MoneyError.tooLarge }
        let (quotient, remainder) = denominator.dividingFullWidth(product)
        let step: Int64 = remainder >= half ? 1 : remainder <= -half ? -1 : 0
        let (rounded, overflow) = quotient.addingReportingOverflow(step)
        guard !overflow else { throw MoneyError.tooLarge }
        return Money(poisha: rounded)
    }

    /// Orders by amount.
    public static func < (left: Money, right: Money) -> Bool { left.poisha < right.poisha }

    /// Two decimals, no grouping: what JSON and the database exchange.
    public var text: String { DecimalText.text(poisha, fractionDigits: 2) }

    /// Reads a decimal text or number.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(try container.decodeDecimalText())
        } catch let error as MoneyError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    /// Writes a text with two decimals.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}

extension Money: CustomStringConvertible {
    /// `BDT 12,34,567.89`.
    public var description: String { "\(Money.currency) \(MoneyText.grouped(self))" }
}

/// Why something is not an amount.
public enum MoneyError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not a decimal number.
    case notAnAmount
    /// Commas that group the digits otherwise than `12,34,567.89`.
    case badGrouping
    /// More than two decimals.
    case tooFine
    /// Beyond what 64 bits of poisha hold.
    case tooLarge

    /// One line for people; never the value.
    public var description: String {
        switch self {
        case .notAnAmount: "not an amount; write a decimal number such as \"30000.50\""
        case .badGrouping: "commas group digits as in \"12,34,567.89\"; write it so, or without commas"
        case .tooFine: "more than two decimals"
        case .tooLarge: "the amount is too large"
        }
    }
}

extension SingleValueDecodingContainer {
    /// A decimal number, given as a JSON text or as a JSON number, as plain text.
    func decodeDecimalText() throws -> String {
        if let text = try? decode(String.self) { return text }
        return try decode(Decimal.self).description
    }
}
