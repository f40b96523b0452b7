import Foundation

/// Days in Asia/Dhaka, by arithmetic: no time zone data is needed for UTC+06:00 without daylight saving, and workflow
/// code gets the same answer on every machine.
enum DhakaCalendar {
    private static let offset: Double = 6 * 3600

    /// Year, month and day of the month of a moment.
    static func day(of moment: Date) -> (year: Int, month: Int, day: Int) {
        // Days to civil date in the proleptic Gregorian calendar, with years that begin in March.
        let shifted = daysSince1970(moment) + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// Friday and Saturday are the weekend in Bangladesh.
    static func isWeekend(_ moment: Date) -> Bool {
        // 1970-01-01 was a Thursday: 0 is Thursday, 1 Friday, 2 Saturday.
        let weekday = ((daysSince1970(moment) % 7) + 7) % 7
        return weekday == 1 || weekday == 2
    }

    private static func daysSince1970(_ moment: Date) -> Int {
        let days = ((moment.timeIntervalSince1970 + offset) / 86_400).rounded(.down)
        return days.isFinite && abs(days) < 1e12 ? Int(days) : 0
    }
}
