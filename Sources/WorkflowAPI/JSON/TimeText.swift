/// Times and durations as proto JSON writes them.
package enum TimeText {
    /// `2026-11-21T06:00:00.500Z`: no, three, six or nine decimals.
    package static func rfc3339(_ time: Timestamp) -> String {
        let (seconds, nanoseconds) = floored(time.nanoseconds, 1_000_000_000)
        let (days, second) = floored(seconds, 86_400)
        let (year, month, day) = civil(days)
        func two(_ number: Int64) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let yearText = String(repeating: "0", count: max(0, 4 - String(year).count)) + String(year)
        return
            "\(yearText)-\(two(month))-\(two(day))T\(two(second / 3600)):\(two(second / 60 % 60)):\(two(second % 60))"
            + fraction(nanoseconds) + "Z"
    }

    /// `90s`, `1.500s`.
    static func seconds(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let nanoseconds = attoseconds / 1_000_000_000
        let sign = seconds < 0 || nanoseconds < 0 ? "-" : ""
        return "\(sign)\(seconds.magnitude)\(fraction(Int64(nanoseconds.magnitude)))s"
    }

    /// Reads a time; nil for what is none. Offsets are understood.
    static func time(_ text: String) -> Timestamp? {
        let bytes = Array(text.utf8)
        func number(_ start: Int, _ count: Int) -> Int64? {
            guard start + count <= bytes.count else { return nil }
            return whole(bytes[start..<start + count])
        }
        guard let year = number(0, 4), let month = number(5, 2), let day = number(8, 2), let hour = number(11, 2),
            let minute = number(14, 2), let second = number(17, 2), (1...12).contains(month), (1...31).contains(day),
            hour < 24, minute < 60, second < 61
        else { return nil }
        var rest = bytes[19...]
        var nanoseconds: Int64 = 0
        if rest.first == UInt8(ascii: ".") {
            let digits = rest.dropFirst().prefix { (48...57).contains($0) }
            guard !digits.isEmpty, let value = nanosecondsOf(digits) else { return nil }
            nanoseconds = value
            rest = rest.dropFirst(1 + digits.count)
        }
        guard let offset = offset(Array(rest)) else { return nil }
        let seconds = days(year, month, day) * 86_400 + hour * 3600 + minute * 60 + second - offset
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow2) = scaled.addingReportingOverflow(nanoseconds)
        return overflow || overflow2 ? nil : Timestamp(nanoseconds: sum)
    }

    /// Reads `1.5s`; nil for what is no duration.
    static func duration(_ text: String) -> Duration? {
        guard text.hasSuffix("s") else { return nil }
        let isNegative = text.hasPrefix("-")
        let parts = text.dropFirst(isNegative ? 1 : 0).dropLast().split(
            separator: ".",
            omittingEmptySubsequences: false
        )
        guard parts.count <= 2, let first = parts.first, let seconds = whole(Array(first.utf8)[...]) else { return nil }
        var nanoseconds: Int64 = 0
        if parts.count == 2 {
            guard let value = nanosecondsOf(Array(parts[1].utf8)[...]) else { return nil }
            nanoseconds = value
        }
        let made = Duration.seconds(seconds) + .nanoseconds(nanoseconds)
        return isNegative ? .zero - made : made
    }

    private static func offset(_ rest: [UInt8]) -> Int64? {
        if rest == [UInt8(ascii: "Z")] || rest == [UInt8(ascii: "z")] { return 0 }
        guard rest.count == 6, rest[3] == UInt8(ascii: ":"), let hours = whole(rest[1..<3]),
            let minutes = whole(rest[4..<6])
        else { return nil }
        switch rest[0] {
        case UInt8(ascii: "+"): return hours * 3600 + minutes * 60
        case UInt8(ascii: "-"): return -(hours * 3600 + minutes * 60)
        default: return nil
        }
    }

    private static func whole(_ digits: ArraySlice<UInt8>) -> Int64? {
        guard !digits.isEmpty, digits.count <= 12, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return digits.reduce(0) { $0 * 10 + Int64($1 - 48) }
    }

    private static func nanosecondsOf(_ digits: ArraySlice<UInt8>) -> Int64? {
        whole(Array((digits + Array(repeating: UInt8(ascii: "0"), count: 9)).prefix(9))[...])
    }

    private static func fraction(_ nanoseconds: Int64) -> String {
        guard nanoseconds > 0 else { return "" }
        var digits = String(nanoseconds)
        digits = String(repeating: "0", count: 9 - digits.count) + digits
        while digits.hasSuffix("000") { digits.removeLast(3) }
        return "." + digits
    }

    private static func floored(_ value: Int64, _ divisor: Int64) -> (Int64, Int64) {
        let remainder = ((value % divisor) + divisor) % divisor
        return ((value - remainder) / divisor, remainder)
    }

    /// Days since 1970 to year, month and day of the Gregorian calendar.
    private static func civil(_ days: Int64) -> (Int64, Int64, Int64) {
        let (era, dayOfEra) = floored(days + 719_468, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shifted = (5 * dayOfYear + 2) / 153
        let month = shifted < 10 ? shifted + 3 : shifted - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shifted + 2) / 5 + 1)
    }

    private static func days(_ year: Int64, _ month: Int64, _ day: Int64) -> Int64 {
        let (era, yearOfEra) = floored(month <= 2 ? year - 1 : year, 400)
        let dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }
}
