public import Foundation
public import WorkflowAPI

/// A month of the fiscal year of Bangladesh: P01 is July, P12 June of the next calendar year. Written `FY2026-27-P05`
/// (November 2026). Tax returns and the ledger are kept by it.
public struct FiscalPeriod: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// The fiscal year that it belongs to.
    public let year: FiscalYear
    /// 1, which is July, to 12, which is June.
    public let number: Int

    /// A period by its numbers; nil when the year has no such period, or its days are not within ``LocalDate``'s range.
    public init?(year: FiscalYear, number: Int) {
        guard (0...9999).contains(year.startYear), (1...12).contains(number) else { return nil }
        let calendarYear = number <= 6 ? year.startYear : year.startYear + 1
        guard (1...9999).contains(calendarYear) else { return nil }
        self.year = year
        self.number = number
    }

    /// The period that holds a day.
    public init(containing date: LocalDate) {
        let month = date.month
        year = FiscalYear(containing: date)
        number = month >= 7 ? month - 6 : month + 6
    }

    /// The period that holds a moment in Dhaka.
    public init(containing moment: Timestamp) { self.init(containing: LocalDate(inDhaka: moment)) }

    /// The period that holds a moment in Dhaka. Throws ``LocalDateError/outOfRange``.
    public init(containing moment: Date) throws { self.init(containing: try LocalDate(inDhaka: moment)) }

    /// Reads `FY2026-27-P05`; nil for anything else.
    public init?(_ text: String) {
        guard text.utf8.count == 13, text.utf8.dropFirst(9).starts(with: "-P".utf8),
            let year = FiscalYear(String(text.prefix(9))), let number = Int(text.suffix(2)),
            let period = FiscalPeriod(year: year, number: number), period.description == text
        else { return nil }
        self = period
    }

    /// The first day: 1 July for P01.
    public var firstDay: LocalDate {
        LocalDate(dayNumber: DhakaCalendar.dayNumber(year: calendarYear, month: month, day: 1))
    }

    /// The last day: 30 June for P12.
    public var lastDay: LocalDate {
        let (nextYear, nextMonth) = month == 12 ? (calendarYear + 1, 1) : (calendarYear, month + 1)
        return LocalDate(dayNumber: DhakaCalendar.dayNumber(year: nextYear, month: nextMonth, day: 1) - 1)
    }

    /// Whether a day is one of its days.
    public func contains(_ date: LocalDate) -> Bool { FiscalPeriod(containing: date) == self }

    private var calendarYear: Int { number <= 6 ? year.startYear : year.startYear + 1 }

    private var month: Int { number <= 6 ? number + 6 : number - 6 }

    /// `FY2026-27-P05`.
    public var description: String { "\(year)-P\(number < 10 ? "0" : "")\(number)" }

    /// Orders by time.
    public static func < (left: FiscalPeriod, right: FiscalPeriod) -> Bool {
        (left.year, left.number) < (right.year, right.number)
    }

    /// Reads the text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let period = FiscalPeriod(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not a fiscal period; write FY2026-27-P05 for November 2026, P01 (July) to P12 (June)"
            )
        }
        self = period
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
