/// Numbers by which Bangladesh knows companies and people.
public enum Identifiers {
    /// A taxpayer's identification number in the form in which it is stored: see ``TIN``.
    public static func isTIN(_ text: String) -> Bool { isNormal(text, TIN.self) }

    /// A business identification number in the form in which it is stored: see ``BIN``.
    public static func isBIN(_ text: String) -> Bool { isNormal(text, BIN.self) }

    /// A national identity number in the form in which it is stored: see ``NID``.
    public static func isNID(_ text: String) -> Bool { isNormal(text, NID.self) }

    /// A mobile number as 01XXXXXXXXX; nil when it is none: see ``MobileNumber``.
    public static func mobile(_ text: String) -> String? { (try? MobileNumber(text))?.digits }

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

    private static func isNormal(_ text: String, _ type: (some DigitIdentifier).Type) -> Bool {
        (try? type.init(text))?.digits == text
    }
}
