import Foundation

/// Numbers of invoices as people type them.
enum InvoiceNumber {
    /// The same for numbers that are the same, however they are typed: without white space and invisible characters, without
    /// regard to case, width and other forms of a letter, digits of every script as Latin ones, without hyphens, slashes and
    /// the like. Between two digits one of these stays, whichever it is: `1-23` and `12-3` are two numbers, `1/23` is `1-23`.
    static func key(_ number: String) -> String {
        var key = ""
        var isAfterDigit = false
        var isSeparated = false
        for scalar in folded(folded(number)).unicodeScalars where !isBlank(scalar) {
            if isSeparator(scalar) {
                isSeparated = true
                continue
            }
            let digit = scalar.properties.numericType == .decimal ? scalar.properties.numericValue : nil
            if isSeparated, isAfterDigit, digit != nil { key += "-" }
            if let digit { key += String(Int(digit)) } else { key.unicodeScalars.append(scalar) }
            isAfterDigit = digit != nil
            isSeparated = false
        }
        return key.isEmpty ? number : key
    }

    private static func isBlank(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .spaceSeparator, .lineSeparator, .paragraphSeparator, .control, .format: true
        default: false
        }
    }

    private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .dashPunctuation, .connectorPunctuation, .otherPunctuation, .openPunctuation, .closePunctuation,
            .initialPunctuation, .finalPunctuation:
            true
        // A mathematical minus and a fraction slash are none by their category.
        default: scalar == "\u{2212}" || scalar == "\u{2044}"
        }
    }

    /// Twice is enough: what changes of case brings forth (`ß` is `SS` in capitals) has one form again.
    private static func folded(_ text: String) -> String {
        text.precomposedStringWithCompatibilityMapping.uppercased().lowercased()
            .precomposedStringWithCompatibilityMapping
    }
}
