/// A mobile number of Bangladesh: `01`, a digit from 3 to 9, and 8 digits more. Kept as `01XXXXXXXXX`.
///
/// Takes the country's code as `+880`, `880` or `00880`, also with the zero after it (`+880 (0)1711-000001`), and blanks,
/// hyphens, dots and parentheses between the digits.
public struct MobileNumber: DigitIdentifier {
    /// `01XXXXXXXXX`, in Latin digits.
    public let digits: String

    /// Reads and normalises a number. Throws ``IdentifierError``.
    public init(_ text: String) throws {
        let trimmed = text.unicodeScalars.drop { $0 == " " || $0 == "(" }
        let isInternational = trimmed.first == "+"
        let all = try IdentifierDigits.strip(
            isInternational ? String(trimmed.dropFirst()) : text,
            "mobile number",
            separators: " -().\u{A0}\u{2010}\u{2011}"
        )
        let prefixes = isInternational ? ["880"] : ["00880", "880"]
        var national = all[...]
        if let prefix = prefixes.first(where: all.hasPrefix) {
            national = all.dropFirst(prefix.count)
            if national.first != "0" { national = "0" + national }
        } else if isInternational {
            throw IdentifierError(description: "not a mobile number of Bangladesh: the country's code is +880")
        }
        guard national.utf8.count == 11, national.hasPrefix("01"), let third = national.dropFirst(2).first,
            ("3"..."9").contains(third)
        else {
            throw IdentifierError(
                description: "not a mobile number: it must be 01, a digit from 3 to 9, and 8 digits more"
            )
        }
        digits = String(national)
    }
}
