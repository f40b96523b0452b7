/// A national identity number: 10 digits on smart cards, 13 or 17 on older ones.
///
/// It is private. Text that is made of it, in logs and in errors, shows its last four digits only; ``digits`` and JSON hold
/// all of it, so that payloads with it belong encrypted. The numbers of 10, 13 and 17 digits of one person are different
/// numbers: nothing here can tell that they mean the same.
public struct NID: DigitIdentifier, CustomDebugStringConvertible, CustomReflectable {
    /// The digits alone, in Latin, all of them: for storing, not for showing.
    public let digits: String

    /// Reads and normalises a number. Throws ``IdentifierError``.
    public init(_ text: String) throws { digits = try IdentifierDigits.read(text, "NID", counts: [10, 13, 17]) }

    /// All but the last four digits replaced: `******7890`.
    public var masked: String { String(repeating: "*", count: digits.count - 4) + digits.suffix(4) }

    /// The masked number.
    public var description: String { masked }

    /// The masked number.
    public var debugDescription: String { masked }

    /// The masked number, so that a dump of what holds it shows no more.
    public var customMirror: Mirror { Mirror(self, children: ["masked": masked]) }
}
