public import Foundation
public import WorkflowAPI

/// A day of the calendar without a time: what stands on an invoice. Written `2026-11-05`, read in Bengali digits as well
/// (`২০২৬-১১-০৫`), from the year 1 to 9999.
///
/// Which day it is at a moment is always asked for Asia/Dhaka, UTC+06:00 without daylight saving.
public struct LocalDate: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// Days since 1970-01-01.
    let dayNumber: Int

    /// 0001-01-01.
    public static let earliest = LocalDate(dayNumber: -719_162)
    /// 9999-12-31.
    public static let latest = LocalDate(dayNumber: 2_932_896)

    /// A day within the range.
    init(dayNumber: Int) { self.dayNumber = dayNumber }

    /// A day by its numbers. Throws ``LocalDateError``.
    public init(year: Int, month: Int, day: Int) throws {
        guard (1...9999).contains(year) else { throw LocalDateError.outOfRange }
        guard (1...12).contains(month), (1...31).contains(day) else { throw LocalDateError.noSuchDay }
        dayNumber = DhakaCalendar.dayNumber(year: year, month: month, day: day)
        guard DhakaCalendar.civil(of: dayNumber).day == day else { throw LocalDateError.noSuchDay }
    }

    /// Reads `2026-11-05`: four, two and two digits, nothing before or after. Throws ``LocalDateError``.
    public init(_ text: String) throws {
        let scalars = text.unicodeScalars.prefix(11)
        let parts = scalars.split(separator: "-", omittingEmptySubsequences: false)
        guard scalars.count == 10, parts.map(\.count) == [4, 2, 2] else { throw LocalDateError.notADate }
        let numbers = try parts.map { part in
            try part.reduce(0) { number, scalar in
                guard let digit = BengaliDigits.value(of: scalar) else { throw LocalDateError.notADate }
                return number * 10 + Int(digit)
            }
        }
        try self.init(year: numbers[0], month: numbers[1], day: numbers[2])
    }

    /// The day that it is in Dhaka at a moment.
    public init(inDhaka moment: Timestamp) { dayNumber = DhakaCalendar.dayNumber(of: moment) }

    /// The day that it is in Dhaka at a moment. Throws ``LocalDateError/outOfRange``.
    public init(inDhaka moment: Date) throws {
        let range = LocalDate.earliest.dayNumber...LocalDate.latest.dayNumber
        let number = DhakaCalendar.dayNumber(of: moment)
        // What is too far from 1970 to be counted has the number 0, and is not near it.
        guard range.contains(number), abs(moment.timeIntervalSince1970) < 1e12 else { throw LocalDateError.outOfRange }
        dayNumber = number
    }

    /// The calendar year.
    public var year: Int { DhakaCalendar.civil(of: dayNumber).year }

    /// The month, 1 to 12.
    public var month: Int { DhakaCalendar.civil(of: dayNumber).month }

    /// The day of the month, 1 to 31.
    public var day: Int { DhakaCalendar.civil(of: dayNumber).day }

    /// The day of the week.
    public var weekday: Weekday { Weekday(dayNumber: dayNumber) }

    /// The day so many days later, or earlier when negative. Throws ``LocalDateError/outOfRange``.
    public func adding(days: Int) throws -> LocalDate {
        let (sum, overflow) = dayNumber.addingReportingOverflow(days)
        guard !overflow, (LocalDate.earliest.dayNumber...LocalDate.latest.dayNumber).contains(sum) else {
            throw LocalDateError.outOfRange
        }
        return LocalDate(dayNumber: sum)
    }

    /// How many days later another day is; negative when it is earlier.
    public func days(until other: LocalDate) -> Int { other.dayNumber - dayNumber }

    /// Midnight in Dhaka, when the day begins. Throws ``LocalDateError/outOfRange`` for a day that no ``Timestamp`` can
    /// hold: before 1677 and after 2262.
    public func startInDhaka() throws -> Timestamp {
        let (scaled, overflow) = Int64(dayNumber).multipliedReportingOverflow(by: DhakaCalendar.nanosecondsPerDay)
        let (start, overflow2) = scaled.subtractingReportingOverflow(DhakaCalendar.nanosecondsAhead)
        guard !overflow, !overflow2 else { throw LocalDateError.outOfRange }
        return Timestamp(nanoseconds: start)
    }

    /// `2026-11-05`.
    public var description: String {
        let (year, month, day) = DhakaCalendar.civil(of: dayNumber)
        return [(year, 4), (month, 2), (day, 2)].map { number, width in
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }.joined(separator: "-")
    }

    /// `২০২৬-১১-০৫`.
    public var bengali: String { BengaliDigits.bengali(description) }

    /// Orders by time.
    public static func < (left: LocalDate, right: LocalDate) -> Bool { left.dayNumber < right.dayNumber }

    /// Reads the text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        do {
            try self.init(try container.decode(String.self))
        } catch let error as LocalDateError {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
        }
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}

/// Why something is not a day.
public enum LocalDateError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not of the form `2026-11-05`.
    case notADate
    /// A day that the calendar does not have, such as 2026-02-29.
    case noSuchDay
    /// Before the year 1 or after 9999, or further than a time can be recorded.
    case outOfRange

    /// One line for people; never the value.
    public var description: String {
        switch self {
        case .notADate: "not a date; write year, month and day such as \"2026-11-05\""
        case .noSuchDay: "the calendar has no such day"
        case .outOfRange: "the date is out of range"
        }
    }
}
