/// Decimal numbers as text, read and written without binary fractions. ASCII and Bengali digits (০-৯) are the same.
enum DecimalText {
    /// Why a text is not such a number.
    enum Problem: Error {
        case notANumber
        case badGrouping
        case tooFine
        case tooLarge
    }

    /// The number in units of 10^-`fractionDigits`. Takes an optional minus sign, digits, and at most that many decimals
    /// (zeros beyond are allowed). The digits may be grouped as in South Asia, `12,34,567.89`; no other way, as a comma at
    /// the wrong place is a digit too few or too many.
    static func parse(_ text: String, fractionDigits: Int) -> Result<Int64, Problem> {
        var rest = text.unicodeScalars[...]
        var isNegative = false
        if rest.first == "-" {
            isNegative = true
            rest.removeFirst()
        }
        let parts = rest.split(separator: ".", maxSplits: 1, omittingEmptySubsequences: false)
        guard let grouped = parts.first, !grouped.isEmpty, parts.count == 1 || !parts[1].isEmpty,
            grouped.allSatisfy({ $0 == "," || BengaliDigits.value(of: $0) != nil })
        else { return .failure(.notANumber) }
        guard let whole = ungrouped(grouped) else { return .failure(.badGrouping) }
        var units: Int64 = 0
        let fraction = parts.count == 2 ? Array(parts[1]) : []
        for (index, scalar) in (whole + fraction).enumerated() {
            guard let digit = BengaliDigits.value(of: scalar) else { return .failure(.notANumber) }
            guard index < whole.count + fractionDigits else {
                if digit != 0 { return .failure(.tooFine) }
                continue
            }
            guard append(digit, to: &units) else { return .failure(.tooLarge) }
        }
        for _ in 0..<max(0, fractionDigits - fraction.count) {
            guard append(0, to: &units) else { return .failure(.tooLarge) }
        }
        return .success(isNegative ? -units : units)
    }

    /// The digits without their commas; nil when these do not stand before the last three digits and then every two.
    private static func ungrouped(_ text: Substring.UnicodeScalarView) -> [Unicode.Scalar]? {
        let groups = text.split(separator: ",", omittingEmptySubsequences: false)
        guard groups.count > 1 else { return Array(text) }
        guard groups.last?.count == 3, let first = groups.first, (1...2).contains(first.count),
            groups.dropFirst().dropLast().allSatisfy({ $0.count == 2 })
        else { return nil }
        return groups.flatMap { Array($0) }
    }

    private static func append(_ digit: Int64, to units: inout Int64) -> Bool {
        let (scaled, overflow) = units.multipliedReportingOverflow(by: 10)
        let (sum, overflow2) = scaled.addingReportingOverflow(digit)
        units = sum
        return !overflow && !overflow2
    }

    /// The number as text with exactly `fractionDigits` decimals.
    static func text(_ units: Int64, fractionDigits: Int) -> String {
        var digits = String(units.magnitude)
        if fractionDigits > 0 {
            let missing = fractionDigits + 1 - digits.count
            if missing > 0 { digits = String(repeating: "0", count: missing) + digits }
            digits.insert(".", at: digits.index(digits.endIndex, offsetBy: -fractionDigits))
        }
        return units < 0 ? "-" + digits : digits
    }

    /// The number as text with as few decimals as it needs: `7.5`, `15`.
    static func shortText(_ units: Int64, fractionDigits: Int) -> String {
        var text = text(units, fractionDigits: fractionDigits)
        while text.last == "0" { text.removeLast() }
        if text.last == "." { text.removeLast() }
        return text
    }
}
