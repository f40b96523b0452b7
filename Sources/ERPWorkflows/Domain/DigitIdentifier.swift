/// A number by which Bangladesh knows a company or a person: a row of digits whose count, and sometimes whose beginning,
/// is fixed.
///
/// Read in Latin or Bengali digits, with blanks and hyphens between them, and kept as Latin digits alone, so that two ways
/// of writing one number are equal. In JSON it is a text. No error holds the number or a part of it.
public protocol DigitIdentifier: Hashable, Sendable, Codable, CustomStringConvertible {
    /// The digits alone, in Latin: what is stored and compared.
    var digits: String { get }

    /// Reads and normalises a number. Throws ``IdentifierError``.
    init(_ text: String) throws
}

extension DigitIdentifier {
    /// The digits in Bengali.
    public var bengali: String { BengaliDigits.bengali(digits) }

    /// The digits.
    public var description: String { digits }

    /// Reads the text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(try container.decode(String.self))
        } catch let error as IdentifierError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    /// Writes the digits as a text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(digits)
    }
}

/// Why a text is not such a number. Holds nothing of the text.
public struct IdentifierError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line for people.
    public let description: String
}

/// Takes digits out of the ways in which people write them.
enum IdentifierDigits {
    /// No number has nearly as many characters, whatever stands between its digits.
    private static let mostCharacters = 64

    /// The digits of a text in Latin, when there is nothing else in it but what may stand between them, and of a count that
    /// is allowed. Throws ``IdentifierError`` with the name of the number.
    static func read(_ text: String, _ name: String, counts: [Int]) throws -> String {
        let digits = try strip(text, name, separators: " -\u{A0}\u{2010}\u{2011}")
        guard counts.contains(digits.count) else {
            let allowed = counts.dropLast().map(String.init).joined(separator: ", ")
            throw IdentifierError(
                description: "not a \(name): it must have \(allowed) or \(counts.last ?? 0) digits, and this has "
                    + "\(digits.count)"
            )
        }
        return digits
    }

    /// The digits of a text in Latin, without separators. Throws ``IdentifierError`` when there is anything else.
    static func strip(_ text: String, _ name: String, separators: String) throws -> String {
        guard text.unicodeScalars.prefix(mostCharacters + 1).count <= mostCharacters else {
            throw IdentifierError(description: "not a \(name): the text is too long")
        }
        var digits = ""
        for scalar in text.unicodeScalars {
            if let value = BengaliDigits.value(of: scalar) {
                digits += String(value)
            } else if !separators.unicodeScalars.contains(scalar) {
                throw IdentifierError(
                    description: "not a \(name): only digits may stand in it, with blanks or hyphens between"
                )
            }
        }
        return digits
    }
}
