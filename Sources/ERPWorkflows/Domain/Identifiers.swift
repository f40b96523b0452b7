/// Numbers by which Bangladesh knows companies and people.
public enum Identifiers {
    /// A taxpayer's identification number: 10 digits, or 12 for the newer e-TIN.
    public static func isTIN(_ text: String) -> Bool { isDigits(text, count: [10, 12]) }

    /// A business identification number: 9 digits, or 13 for the newer form.
    public static func isBIN(_ text: String) -> Bool { isDigits(text, count: [9, 13]) }

    /// A national identity number: 10, 13 or 17 digits.
    public static func isNID(_ text: String) -> Bool { isDigits(text, count: [10, 13, 17]) }

    /// A mobile number as 01XXXXXXXXX; takes +880 and separators. Nil when it is none: 01[3-9] and 8 digits.
    public static func mobile(_ text: String) -> String? {
        var digits = text.filter { !" -()".contains($0) }
        if digits.hasPrefix("+880") {
            digits = "0" + digits.dropFirst(4)
        } else if digits.hasPrefix("880") {
            digits = "0" + digits.dropFirst(3)
        }
        guard isDigits(digits, count: [11]), digits.hasPrefix("01"), let third = digits.dropFirst(2).first,
            ("3"..."9").contains(third)
        else { return nil }
        return digits
    }

    private static func isDigits(_ text: String, count: Set<Int>) -> Bool {
        count.contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) }
    }
}
