/// The digits ০ to ৯, which mean the same as 0 to 9 wherever people write numbers. Nothing else is changed.
public enum BengaliDigits {
    /// The text with Latin digits in place of Bengali ones.
    public static func latin(_ text: String) -> String {
        replaced(in: text) { $0.value >= 0x09E6 ? value(of: $0).map { 0x30 + UInt32($0) } : nil }
    }

    /// The text with Bengali digits in place of Latin ones.
    public static func bengali(_ text: String) -> String {
        replaced(in: text) { $0.value < 0x80 ? value(of: $0).map { 0x09E6 + UInt32($0) } : nil }
    }

    /// 0 to 9 for a Latin or Bengali digit; nil for everything else, digits of other scripts too.
    static func value(of scalar: Unicode.Scalar) -> Int64? {
        switch scalar.value {
        case 0x30...0x39: Int64(scalar.value - 0x30)
        case 0x09E6...0x09EF: Int64(scalar.value - 0x09E6)
        default: nil
        }
    }

    private static func replaced(in text: String, _ replacement: (Unicode.Scalar) -> UInt32?) -> String {
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(replacement(scalar).flatMap(Unicode.Scalar.init) ?? scalar)
        }
        return String(scalars)
    }
}
