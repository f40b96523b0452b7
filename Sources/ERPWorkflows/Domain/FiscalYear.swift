public import Foundation

/// The fiscal year of Bangladesh: 1 July to 30 June in Asia/Dhaka, which is UTC+06:00 without daylight saving. Written
/// `FY2026-27`.
public struct FiscalYear: Hashable, Sendable, Comparable, Codable, CustomStringConvertible {
    /// The calendar year in which it begins.
    public var startYear: Int

    /// The year that begins in July of `startYear`.
    public init(startYear: Int) { self.startYear = startYear }

    /// The year that holds a moment.
    public init(containing moment: Date) {
        let (year, month, _) = DhakaCalendar.day(of: moment)
        startYear = month >= 7 ? year : year - 1
    }

    /// The year that holds a day.
    public init(containing date: LocalDate) { startYear = date.month >= 7 ? date.year : date.year - 1 }

    /// Reads `FY2026-27`; nil for anything else, also for `FY2026-28`.
    public init?(_ text: String) {
        let digits = text.dropFirst(2)
        guard text.hasPrefix("FY"), digits.utf8.count == 7,
            digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == 45 }),
            let start = Int(digits.prefix(4)), FiscalYear(startYear: start).description == text
        else { return nil }
        startYear = start
    }

    /// The period that holds a moment of this year: 1 is July, 12 is June.
    public static func period(of moment: Date) -> Int {
        let (_, month, _) = DhakaCalendar.day(of: moment)
        return month >= 7 ? month - 6 : month + 6
    }

    /// `FY2026-27`.
    public var description: String {
        let start = String(startYear)
        // Four digits, so that what is written can be read.
        let padding = startYear >= 0 ? String(repeating: "0", count: max(0, 4 - start.count)) : ""
        let end = String((startYear % 100 + 1) % 100)
        return "FY\(padding)\(start)-\(end.count < 2 ? "0" + end : end)"
    }

    /// Orders by time.
    public static func < (left: FiscalYear, right: FiscalYear) -> Bool { left.startYear < right.startYear }

    /// Reads the text.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let year = FiscalYear(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not a fiscal year; write FY2026-27 for July 2026 to June 2027"
            )
        }
        self = year
    }

    /// Writes the text.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(description)
    }
}
