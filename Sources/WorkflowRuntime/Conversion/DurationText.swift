/// Durations in payloads: an exact decimal number of seconds with the suffix `s`, as in `90s`, `0.5s`, `-1.25s`.
///
/// Down to the attosecond, without zeros at the end; the form is fixed (`docs/decisions/0001-formats.md`).
enum DurationText {
    /// Writes a duration.
    static func text(_ duration: Duration) -> String {
        let (seconds, attoseconds) = duration.components
        let sign = seconds < 0 || attoseconds < 0 ? "-" : ""
        guard attoseconds != 0 else { return "\(sign)\(seconds.magnitude)s" }
        let digits = String(attoseconds.magnitude)
        var fraction = String(repeating: "0", count: 18 - digits.count) + digits
        while fraction.hasSuffix("0") { fraction.removeLast() }
        return "\(sign)\(seconds.magnitude).\(fraction)s"
    }

    /// Reads a duration; nil for what is none or needs more than 64 bits of seconds or 18 decimals.
    static func duration(_ text: String) -> Duration? {
        var rest = text.utf8[...]
        guard rest.popLast() == UInt8(ascii: "s") else { return nil }
        let isNegative = rest.first == UInt8(ascii: "-")
        if isNegative { rest.removeFirst() }
        let parts = rest.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        guard parts.count <= 2, let seconds = parts.first.flatMap({ whole($0, isNegative: isNegative) }) else {
            return nil
        }
        var attoseconds: Int64 = 0
        if parts.count == 2 {
            guard parts[1].count <= 18, let value = whole(parts[1], isNegative: isNegative) else { return nil }
            attoseconds = (parts[1].count..<18).reduce(value) { scaled, _ in scaled * 10 }
        }
        return Duration(secondsComponent: seconds, attosecondsComponent: attoseconds)
    }

    private static func whole(_ digits: Substring.UTF8View, isNegative: Bool) -> Int64? {
        guard !digits.isEmpty, digits.allSatisfy({ (48...57).contains($0) }) else { return nil }
        return Int64((isNegative ? "-" : "") + (String(digits) ?? ""))
    }
}
