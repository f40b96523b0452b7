/// A taxpayer's identification number: 10 digits, or 12 for the newer e-TIN.
public struct TIN: DigitIdentifier {
    /// The digits alone, in Latin.
    public let digits: String

    /// Reads and normalises a number. Throws ``IdentifierError``.
    public init(_ text: String) throws { digits = try IdentifierDigits.read(text, "TIN", counts: [10, 12]) }
}
