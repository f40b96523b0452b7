/// A business identification number, by which a company is registered for VAT: 9 digits, or 13 for the newer form
/// (`001234567-0101`).
public struct BIN: DigitIdentifier {
    /// The digits alone, in Latin.
    public let digits: String

    /// Reads and normalises a number. Throws ``IdentifierError``.
    public init(_ text: String) throws { digits = try IdentifierDigits.read(text, "BIN", counts: [9, 13]) }
}
