import ArgumentParser

/// Durations as they stand on the command line: `90s`, `30m`, `1h30m`, `7d`.
struct DurationArgument {
    var duration: Duration

    /// `1h`.
    static let hour = DurationArgument(.seconds(3600))

    init(_ duration: Duration) { self.duration = duration }

    /// Nil when it is none.
    init?(argument: String) {
        let units: [Character: Int64] = ["d": 86_400, "h": 3600, "m": 60, "s": 1]
        var total: Int64 = 0
        var digits = ""
        for character in argument {
            if character.isASCII, character.isNumber {
                digits.append(character)
            } else if let unit = units[character], let count = Int64(digits) {
                let (seconds, overflow) = count.multipliedReportingOverflow(by: unit)
                let (sum, overflow2) = total.addingReportingOverflow(seconds)
                guard !overflow, !overflow2 else { return nil }
                total = sum
                digits = ""
            } else {
                return nil
            }
        }
        guard digits.isEmpty, !argument.isEmpty else { return nil }
        duration = .seconds(total)
    }

    /// For the parser: its own message for what does not fit gives no reason.
    static func read(_ argument: String) throws -> DurationArgument {
        guard let read = DurationArgument(argument: argument) else {
            throw ValidationError("a duration looks like 90s, 30m, 1h30m or 7d")
        }
        return read
    }
}
