import Foundation
import Testing

@testable import ERPWorkflows

struct FiscalYearTests {
    @Test(arguments: [
        ("2026-06-30T17:59:59Z", "FY2025-26", 12), ("2026-06-30T18:00:00Z", "FY2026-27", 1),
        ("2026-11-21T00:00:00Z", "FY2026-27", 5), ("2026-12-31T18:00:00Z", "FY2026-27", 7),
        ("2099-12-01T00:00:00Z", "FY2099-00", 6), ("2000-02-29T12:00:00Z", "FY1999-00", 8),
    ])
    func `the year turns on 1 July in Dhaka, six hours before London's`(time: String, year: String, period: Int) throws
    {
        let moment = try Date(time, strategy: .iso8601)
        #expect(FiscalYear(containing: moment).description == year)
        #expect(FiscalYear.period(of: moment) == period)
        #expect(FiscalYear(year) == FiscalYear(containing: moment))
    }

    @Test(arguments: ["2026", "FY2026-28", "FY2026", "fy2026-27", "FY-026-27", "FY2026-2027", "FY20२६-27", ""])
    func `what is no fiscal year is refused`(text: String) { #expect(FiscalYear(text) == nil) }

    @Test func `days in Dhaka agree with the Gregorian calendar over four centuries`() throws {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = try #require(TimeZone(secondsFromGMT: 6 * 3600))
        for step in 0..<4000 {
            let moment = Date(timeIntervalSince1970: Double(step - 2000) * 86_400 * 36.7)
            let parts = calendar.dateComponents([.year, .month, .day, .weekday], from: moment)
            let day = DhakaCalendar.day(of: moment)
            #expect(day.year == parts.year && day.month == parts.month && day.day == parts.day)
            #expect(
                !BusinessCalendar.standard.isBusinessDay(try LocalDate(inDhaka: moment))
                    == [6, 7].contains(parts.weekday)
            )
        }
    }

    @Test func `identifiers of Bangladesh are checked and mobile numbers normalised`() {
        #expect(Identifiers.mobile("+880 1711-000001") == "01711000001")
        #expect(Identifiers.mobile("8801711000001") == "01711000001")
        #expect(Identifiers.mobile("01211000001") == nil)
        #expect(Identifiers.mobile("0171100000") == nil)
        #expect(
            Identifiers.isTIN("1234567890") && Identifiers.isTIN("123456789012") && !Identifiers.isTIN("12345678901")
        )
        #expect(Identifiers.isBIN("123456789") && Identifiers.isBIN("1234567890123") && !Identifiers.isBIN("12345678a"))
        #expect(Identifiers.isNID("1234567890") && Identifiers.isNID("12345678901234567") && !Identifiers.isNID("1"))
    }
}
