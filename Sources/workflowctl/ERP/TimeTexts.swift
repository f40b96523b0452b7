import Foundation

/// Times for programs, and times for people, who work in Dhaka.
extension Date {
    /// RFC 3339 in UTC, whole seconds: what `--json` says.
    var rfc3339: String { formatted(.iso8601) }

    /// `2026-11-21 15:40:32`, six hours ahead of UTC all year round: what tables and stories say.
    var dhaka: String {
        var style = Date.ISO8601FormatStyle(dateTimeSeparator: .space)
        style.timeZone = TimeZone(secondsFromGMT: 6 * 3600) ?? .gmt
        return formatted(style.year().month().day().time(includingFractionalSeconds: false))
    }
}
