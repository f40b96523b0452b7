import Foundation
import WorkflowAPI

/// Days in Asia/Dhaka, by arithmetic: no time zone data is needed for UTC+06:00 without daylight saving, and workflow
/// code gets the same answer on every machine. Days are numbered from 1970-01-01, in the proleptic Gregorian calendar.
enum DhakaCalendar {
    /// A day, which is always 24 hours.
    static let nanosecondsPerDay: Int64 = 86_400_000_000_000
    /// How far Dhaka is ahead of UTC.
    static let nanosecondsAhead: Int64 = 6 * 3_600_000_000_000

    /// Year, month and day of the month of a moment.
    static func day(of moment: Date) -> (year: Int, month: Int, day: Int) { civil(of: dayNumber(of: moment)) }

    /// The day that it is in Dhaka at a moment; that of 1970-01-01 for what is no moment.
    static func dayNumber(of moment: Date) -> Int {
        let days = ((moment.timeIntervalSince1970 + Double(nanosecondsAhead / 1_000_000_000)) / 86_400).rounded(.down)
        return days.isFinite && abs(days) < 1e12 ? Int(days) : 0
    }

    /// The day that it is in Dhaka at a moment.
    static func dayNumber(of moment: Timestamp) -> Int {
        // Divided before it is shifted, so that the ends of the range do not overflow.
        let (days, rest) = moment.nanoseconds.quotientAndRemainder(dividingBy: nanosecondsPerDay)
        let (floor, time) = rest < 0 ? (days - 1, rest + nanosecondsPerDay) : (days, rest)
        return Int(time >= nanosecondsPerDay - nanosecondsAhead ? floor + 1 : floor)
    }

    /// Year, month and day of the month of a day.
    static func civil(of dayNumber: Int) -> (year: Int, month: Int, day: Int) {
        // Years that begin in March, in eras of 400 years.
        let shifted = dayNumber + 719_468
        let era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        let day = dayOfYear - (153 * marchMonth + 2) / 5 + 1
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day)
    }

    /// The number of a day of the years 1 to 9999; `month` is 1 to 12.
    static func dayNumber(year: Int, month: Int, day: Int) -> Int {
        let marchYear = month <= 2 ? year - 1 : year
        let marchMonth = month > 2 ? month - 3 : month + 9
        let dayOfYear = (153 * marchMonth + 2) / 5 + day - 1
        return marchYear * 365 + marchYear / 4 - marchYear / 100 + marchYear / 400 + dayOfYear - 719_468
    }
}
