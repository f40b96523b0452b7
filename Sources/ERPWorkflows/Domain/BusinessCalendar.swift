public import Foundation
public import WorkflowAPI

/// Which days people work, in Asia/Dhaka (UTC+06:00, no daylight saving), and when something is due that has days.
///
/// Tenant configuration: `{"weekend": ["friday", "saturday"], "holidays": ["2026-12-16"]}`; each key may be left out, and
/// the weekend of Bangladesh is Friday and Saturday unless said otherwise. Public holidays follow the moon and decrees of
/// the government, so that none are built in.
public struct BusinessCalendar: Hashable, Sendable, Codable {
    /// The weekdays on which nobody works.
    public let weekend: Set<Weekday>
    /// The public holidays.
    public let holidays: Set<LocalDate>

    /// Friday and Saturday off, no holidays.
    public static let standard = BusinessCalendar(weekend: standardWeekend, checkedHolidays: [])
    /// The most days that anything may have: ten years.
    public static let mostDays = 3660
    /// The most holidays that a table may have: a century of them.
    public static let mostHolidays = 3000
    private static let standardWeekend: Set<Weekday> = [.friday, .saturday]

    /// A calendar. Throws ``BusinessCalendarError`` when no day of the week is left to work on, and for too many holidays.
    public init(weekend: Set<Weekday> = [.friday, .saturday], holidays: Set<LocalDate> = []) throws {
        guard weekend.count < Weekday.allCases.count else { throw BusinessCalendarError.noBusinessDay }
        guard holidays.count <= Self.mostHolidays else { throw BusinessCalendarError.tooManyHolidays }
        self.init(weekend: weekend, checkedHolidays: holidays)
    }

    private init(weekend: Set<Weekday>, checkedHolidays: Set<LocalDate>) {
        self.weekend = weekend
        holidays = checkedHolidays
    }

    /// Whether people work on a day.
    public func isBusinessDay(_ date: LocalDate) -> Bool {
        !weekend.contains(date.weekday) && !holidays.contains(date)
    }

    /// Whether people work on the day that it is in Dhaka at a moment.
    public func isBusinessDay(_ moment: Timestamp) -> Bool { isBusinessDay(LocalDate(inDhaka: moment)) }

    /// When something is due that opens at a moment and has so many days, 0 to ``mostDays``.
    ///
    /// Calendar days are 24 hours each, counted from the opening to the nanosecond. With business days it is due at the time
    /// of day of the opening, on the n-th business day after the day of the opening. The day of the opening itself never
    /// counts, whether people work on it or not: what opens on Friday at 10:00 and has one day is due on Sunday at 10:00, as
    /// is what opens on Thursday or on Saturday at 10:00. Throws ``BusinessCalendarError``.
    public func deadline(days: Int, from opening: Timestamp, businessDays: Bool) throws -> Timestamp {
        guard (0...Self.mostDays).contains(days) else { throw BusinessCalendarError.badDays }
        let all = businessDays ? calendarDays(ofBusinessDays: days, after: DhakaCalendar.dayNumber(of: opening)) : days
        let (limit, overflow) = Int64(all).multipliedReportingOverflow(by: DhakaCalendar.nanosecondsPerDay)
        let (end, overflow2) = opening.nanoseconds.addingReportingOverflow(limit)
        guard !overflow, !overflow2 else { throw BusinessCalendarError.outOfRange }
        return Timestamp(nanoseconds: end)
    }

    /// How long something has that opens at a moment, by the rules of ``deadline(days:from:businessDays:)``. `days` below
    /// zero count as none, above ``mostDays`` as so many.
    public func timeLimit(days: Int, from opening: Date, businessDays: Bool) -> Duration {
        let days = min(max(days, 0), Self.mostDays)
        guard businessDays else { return .seconds(86_400 * days) }
        return .seconds(86_400 * calendarDays(ofBusinessDays: days, after: DhakaCalendar.dayNumber(of: opening)))
    }

    /// When half of the time between two moments has passed, to remind people. Of business days only the time on business
    /// days counts, so that nobody is reminded on a holiday; where there is none between the two, all time counts. The
    /// opening itself when the deadline is not after it.
    public func halfWay(from opening: Timestamp, to deadline: Timestamp, businessDays: Bool) -> Timestamp {
        guard deadline > opening else { return opening }
        let spans = businessDays ? businessSpans(from: opening, to: deadline) : []
        // The spans lie within 64 bits of nanoseconds, and so does their sum.
        var rest = spans.reduce(0) { $0 + $1.length } / 2
        for span in spans {
            if rest < span.length { return Timestamp(nanoseconds: span.start &+ Int64(truncatingIfNeeded: rest)) }
            rest -= span.length
        }
        return Span(start: opening.nanoseconds, end: deadline.nanoseconds).middle
    }

    /// How many calendar days after a day the n-th business day is. It ends, because a week has a business day and the
    /// holidays are finite.
    private func calendarDays(ofBusinessDays count: Int, after dayNumber: Int) -> Int {
        var days = 0
        var found = 0
        while found < count {
            days += 1
            if isBusinessDay(LocalDate(dayNumber: dayNumber + days)) { found += 1 }
        }
        return days
    }

    /// The parts of the time between two moments that are on business days, in order, none empty.
    private func businessSpans(from opening: Timestamp, to deadline: Timestamp) -> [Span] {
        let first = DhakaCalendar.dayNumber(of: opening)
        let last = DhakaCalendar.dayNumber(of: deadline)
        return (first...last).filter { isBusinessDay(LocalDate(dayNumber: $0)) }.compactMap { day in
            let start = day == first ? opening.nanoseconds : Self.start(ofDay: day)
            let end = day == last ? deadline.nanoseconds : Self.start(ofDay: day + 1)
            return start < end ? Span(start: start, end: end) : nil
        }
    }

    /// Midnight in Dhaka, held to the range of a timestamp.
    private static func start(ofDay day: Int) -> Int64 {
        (try? LocalDate(dayNumber: day).startInDhaka().nanoseconds) ?? (day < 0 ? .min : .max)
    }

    /// From one moment up to a later one, in nanoseconds since 1970.
    private struct Span {
        var start: Int64
        var end: Int64

        /// As the bits of the difference, which does not fit into a signed number when the two are far apart.
        var length: UInt64 { UInt64(bitPattern: end &- start) }
        var middle: Timestamp { Timestamp(nanoseconds: start &+ Int64(length / 2)) }
    }

    private enum CodingKeys: String, CodingKey { case weekend, holidays }

    /// Reads and checks a calendar.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let weekend = try container.decodeIfPresent([Weekday].self, forKey: .weekend)
        let holidays = try container.decodeIfPresent([LocalDate].self, forKey: .holidays) ?? []
        if let twice = Self.repeated(weekend ?? []) { throw Self.twice(twice.rawValue, .weekend, container) }
        if let twice = Self.repeated(holidays) { throw Self.twice(twice.description, .holidays, container) }
        do {
            try self.init(weekend: weekend.map(Set.init) ?? Self.standardWeekend, holidays: Set(holidays))
        } catch let error as BusinessCalendarError {
            throw DecodingError.dataCorruptedError(
                forKey: error == .noBusinessDay ? .weekend : .holidays,
                in: container,
                debugDescription: error.description
            )
        }
    }

    /// Writes the calendar; the same calendar is always the same text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(Weekday.allCases.filter(weekend.contains), forKey: .weekend)
        try container.encode(holidays.sorted(), forKey: .holidays)
    }

    private static func repeated<Element: Hashable>(_ elements: [Element]) -> Element? {
        var seen: Set<Element> = []
        return elements.first { !seen.insert($0).inserted }
    }

    private static func twice(
        _ name: String,
        _ key: CodingKeys,
        _ container: KeyedDecodingContainer<CodingKeys>
    ) -> DecodingError {
        .dataCorruptedError(forKey: key, in: container, debugDescription: "'\(name)' stands twice")
    }
}

/// Why there is no such calendar or no such deadline.
public enum BusinessCalendarError: Error, Hashable, Sendable, CustomStringConvertible {
    /// All seven days of the week are weekend.
    case noBusinessDay
    /// More holidays than ``BusinessCalendar/mostHolidays``.
    case tooManyHolidays
    /// Fewer than 0 days, or more than ``BusinessCalendar/mostDays``.
    case badDays
    /// Later than a time can be recorded, which is 2262.
    case outOfRange

    /// One line for people.
    public var description: String {
        switch self {
        case .noBusinessDay: "at least one day of the week must be a business day"
        case .tooManyHolidays: "at most \(BusinessCalendar.mostHolidays) holidays"
        case .badDays: "the number of days must be 0 to \(BusinessCalendar.mostDays)"
        case .outOfRange: "the deadline is later than a time can be recorded"
        }
    }
}
