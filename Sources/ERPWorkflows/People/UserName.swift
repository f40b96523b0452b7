import Foundation

/// Makes user names of people's names: the Latin letters and digits of each word, in small letters, without marks, joined
/// by dots. Nothing is transliterated: who writes their name in Bengali alone gets one of their employee id.
enum UserName {
    /// Mail systems take no more before the `@`; a suffix has to fit as well.
    private static let most = 40

    /// What a name becomes before others are looked at.
    static func base(name: String, employeeId: String) -> String {
        let joined = words(name).joined(separator: ".")
        if !joined.isEmpty { return clipped(joined) }
        let id = words(employeeId).joined()
        return id.isEmpty ? "employee" : clipped("e" + id)
    }

    /// The first of `base`, `base2`, `base3` and so on that is not taken.
    static func free(_ base: String, isTaken: (String) throws -> Bool) rethrows -> String {
        var candidate = base
        var number = 2
        while try isTaken(candidate) {
            candidate = base + String(number)
            number += 1
        }
        return candidate
    }

    private static func words(_ text: String) -> [String] {
        let plain = text.decomposedStringWithCompatibilityMapping.lowercased().unicodeScalars.filter {
            $0.properties.generalCategory != .nonspacingMark
        }
        return plain.split { !isLetterOrDigit($0) }.map { String(String.UnicodeScalarView($0)) }
    }

    private static func isLetterOrDigit(_ scalar: Unicode.Scalar) -> Bool {
        ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar)
    }

    private static func clipped(_ text: String) -> String {
        var short = String(text.prefix(most))
        while short.hasSuffix(".") { short.removeLast() }
        return short
    }
}
