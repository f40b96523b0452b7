import Foundation
import Testing
import WorkflowAPI

@testable import ERPWorkflows

struct LocalDateTests {
    @Test(arguments: [
        ("2026-11-05", 20_762, Weekday.thursday), ("1970-01-01", 0, .thursday), ("1969-12-31", -1, .wednesday),
        ("2000-02-29", 11_016, .tuesday), ("2024-02-29", 19_782, .thursday), ("2026-12-31", 20_818, .thursday),
        ("0001-01-01", -719_162, .monday), ("9999-12-31", 2_932_896, .friday), ("1600-02-29", -135_081, .tuesday),
    ])
    func `a day is read and written, and has its place and weekday`(text: String, number: Int, weekday: Weekday) throws
    {
        let date = try LocalDate(text)
        #expect(date.dayNumber == number && date.weekday == weekday && date.description == text)
        #expect(try LocalDate(year: date.year, month: date.month, day: date.day) == date)
        #expect(try LocalDate(date.bengali) == date)
        let data = try JSONEncoder().encode([date])
        #expect(String(decoding: data, as: UTF8.self) == "[\"\(text)\"]")
        #expect(try JSONDecoder().decode([LocalDate].self, from: data) == [date])
    }

    @Test(arguments: [
        "2026-11-5", "26-11-05", "2026/11/05", "05-11-2026", "2026-11-05 ", " 2026-11-05", "2026-11-05T00:00:00Z",
        "20261105", "2026-११-05", "+026-11-05", "-2026-11-5", "2026-1a-05", "", "2026-11-", "২০২৬-১১-০",
        "2026\u{2011}11\u{2011}05",
    ])
    func `what is not of the form is refused`(text: String) {
        let error = #expect(throws: LocalDateError.self) { try LocalDate(text) }
        #expect(error?.description == "not a date; write year, month and day such as \"2026-11-05\"")
    }

    @Test func `days that the calendar does not have are refused, leap days by the century rule`() throws {
        for text in [
            "2026-02-29", "1900-02-29", "2100-02-29", "2026-02-30", "2026-04-31", "2026-06-31", "2026-13-01",
            "2026-00-10", "2026-01-00", "2026-01-32",
        ] {
            let error = #expect(throws: LocalDateError.self, "\(text)") { try LocalDate(text) }
            #expect(error?.description == "the calendar has no such day")
        }
        #expect(throws: LocalDateError.outOfRange) { try LocalDate("0000-01-01") }
        #expect(throws: LocalDateError.outOfRange) { try LocalDate(year: .max, month: 1, day: 1) }
        #expect(throws: LocalDateError.noSuchDay) { try LocalDate(year: 2026, month: .min, day: .max) }
        #expect(try LocalDate("2000-02-29") < LocalDate("2000-03-01"))
    }

    @Test func `a day is over at 18:00 in UTC, for dates and timestamps alike`() throws {
        for (time, day) in [
            ("2026-06-30T17:59:59Z", "2026-06-30"), ("2026-06-30T18:00:00Z", "2026-07-01"),
            ("2026-12-31T17:59:59Z", "2026-12-31"), ("2026-12-31T18:00:00Z", "2027-01-01"),
            ("2024-02-28T18:00:00Z", "2024-02-29"), ("1969-12-31T17:59:59Z", "1969-12-31"),
            ("1969-12-31T18:00:00Z", "1970-01-01"), ("1969-06-30T18:00:00Z", "1969-07-01"),
        ] {
            let moment = try Date(time, strategy: .iso8601)
            let timestamp = Timestamp(nanoseconds: Int64(moment.timeIntervalSince1970) * 1_000_000_000)
            #expect(try LocalDate(inDhaka: moment).description == day, "\(time)")
            #expect(LocalDate(inDhaka: timestamp).description == day, "\(time)")
        }
        let midnight = try LocalDate("2026-07-01").startInDhaka()
        #expect(midnight.nanoseconds == 1_782_842_400_000_000_000)
        #expect(LocalDate(inDhaka: midnight).description == "2026-07-01")
        #expect(LocalDate(inDhaka: Timestamp(nanoseconds: midnight.nanoseconds - 1)).description == "2026-06-30")
    }

    @Test func `nothing overflows at the ends of time`() throws {
        #expect(LocalDate(inDhaka: Timestamp.distantFuture).description == "2262-04-12")
        #expect(LocalDate(inDhaka: Timestamp(nanoseconds: .min)).description == "1677-09-21")
        for seconds in [Double.nan, .infinity, -.infinity, 1e300, -1e15, 3e11] {
            #expect(throws: LocalDateError.outOfRange) { try LocalDate(inDhaka: Date(timeIntervalSince1970: seconds)) }
        }
        #expect(throws: LocalDateError.outOfRange) { try LocalDate.latest.adding(days: 1) }
        #expect(throws: LocalDateError.outOfRange) { try LocalDate.earliest.adding(days: -1) }
        for days in [Int.max, .min] {
            let error = #expect(throws: LocalDateError.self) { try LocalDate.latest.adding(days: days) }
            #expect(error?.description == "the date is out of range")
        }
        #expect(throws: LocalDateError.outOfRange) { try LocalDate.latest.startInDhaka() }
        #expect(throws: LocalDateError.outOfRange) { try LocalDate.earliest.startInDhaka() }
        #expect(LocalDate.earliest.days(until: .latest) == 3_652_058)
    }

    @Test func `adding days goes over months, years and leap days, and agrees with Foundation's calendar`() throws {
        #expect(try LocalDate("2024-02-28").adding(days: 1).description == "2024-02-29")
        #expect(try LocalDate("2026-12-31").adding(days: 1).description == "2027-01-01")
        #expect(try LocalDate("2024-03-01").adding(days: -1).description == "2024-02-29")
        var random = SeededGenerator()
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 0))
        for _ in 0..<2000 {
            // After 1582, where Foundation goes over to the Julian calendar.
            let number = Int.random(in: -140_000...2_932_896, using: &random)
            let date = try LocalDate("1970-01-01").adding(days: number)
            let parts = calendar.dateComponents(
                [.year, .month, .day],
                from: Date(timeIntervalSince1970: Double(number) * 86_400)
            )
            let label = "seed \(random.seed), day \(number)"
            #expect(date.year == parts.year && date.month == parts.month && date.day == parts.day, "\(label)")
            #expect(try LocalDate("1970-01-01").days(until: LocalDate(date.description)) == number, "\(label)")
        }
    }
}
