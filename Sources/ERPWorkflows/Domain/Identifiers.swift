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

    /// A mail address as far as its form can tell: one `@` with something on either side, no blanks, no empty part of the
    /// domain. Hosts without a dot are addresses too.
    public static func isMailAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty else { return false }
        let isPlain = text.unicodeScalars.allSatisfy {
            !$0.properties.isWhitespace && $0.properties.generalCategory != .control
                && !"<>,;".unicodeScalars.contains($0)
        }
        return isPlain && parts[1].split(separator: ".", omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }

    private static func isDigits(_ text: String, count: Set<Int>) -> Bool {
        count.contains(text.utf8.count) && text.utf8.allSatisfy { (48...57).contains($0) }
    }
}
