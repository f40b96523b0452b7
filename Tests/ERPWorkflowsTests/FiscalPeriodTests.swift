import Foundation
import Testing
import WorkflowAPI

@testable import ERPWorkflows

struct FiscalPeriodTests {
    @Test(arguments: [
        ("FY2026-27-P01", "2026-07-01", "2026-07-31"), ("FY2026-27-P05", "2026-11-01", "2026-11-30"),
        ("FY2026-27-P06", "2026-12-01", "2026-12-31"), ("FY2026-27-P07", "2027-01-01", "2027-01-31"),
        ("FY2026-27-P08", "2027-02-01", "2027-02-28"), ("FY2027-28-P08", "2028-02-01", "2028-02-29"),
        ("FY2099-00-P08", "2100-02-01", "2100-02-28"), ("FY2026-27-P12", "2027-06-01", "2027-06-30"),
        ("FY0000-01-P07", "0001-01-01", "0001-01-31"), ("FY9999-00-P06", "9999-12-01", "9999-12-31"),
    ])
    func `a period is a month, counted from July`(text: String, first: String, last: String) throws {
        let period = try #require(FiscalPeriod(text))
        #expect(period.description == text)
        #expect(period.firstDay.description == first && period.lastDay.description == last)
        #expect(FiscalPeriod(containing: period.firstDay) == period && period.contains(period.lastDay))
        #expect(FiscalYear(containing: period.firstDay) == period.year)
        let data = try JSONEncoder().encode([period])
        #expect(String(decoding: data, as: UTF8.self) == "[\"\(text)\"]")
        #expect(try JSONDecoder().decode([FiscalPeriod].self, from: data) == [period])
    }

    @Test func `periods follow each other without a gap for a century`() throws {
        var period = try #require(FiscalPeriod("FY1999-00-P01"))
        for _ in 0..<1200 {
            let next = FiscalPeriod(containing: try period.lastDay.adding(days: 1))
            #expect(next > period && !period.contains(next.firstDay))
            #expect(next.number == period.number % 12 + 1)
            #expect((28...31).contains(next.firstDay.days(until: next.lastDay) + 1))
            period = next
        }
        #expect(period.description == "FY2099-00-P01")
    }

    @Test func `the border of a period is midnight in Dhaka`() throws {
        for (time, text) in [
            ("2026-10-31T17:59:59Z", "FY2026-27-P04"), ("2026-10-31T18:00:00Z", "FY2026-27-P05"),
            ("2027-06-30T17:59:59Z", "FY2026-27-P12"), ("2027-06-30T18:00:00Z", "FY2027-28-P01"),
        ] {
            let moment = try Date(time, strategy: .iso8601)
            let timestamp = Timestamp(nanoseconds: Int64(moment.timeIntervalSince1970) * 1_000_000_000)
            #expect(try FiscalPeriod(containing: moment).description == text)
            #expect(FiscalPeriod(containing: timestamp).description == text)
            #expect(FiscalYear.period(of: moment) == FiscalPeriod(containing: timestamp).number)
        }
        #expect(throws: LocalDateError.outOfRange) { try FiscalPeriod(containing: Date(timeIntervalSince1970: .nan)) }
    }

    @Test(arguments: [
        "FY2026-27", "FY2026-27-P0", "FY2026-27-P00", "FY2026-27-P13", "FY2026-27-P5", "FY2026-27-P005",
        "FY2026-28-P05",
        "FY2026-27-p05", "FY2026-27 P05", "FY2026-27-P+5", "fy2026-27-P05", "FY2026-27-P০৫", "2026-11", "",
        "FY0000-01-P01", "FY9999-00-P07",
    ])
    func `what is no period is refused`(text: String) {
        #expect(FiscalPeriod(text) == nil)
        let error = #expect(throws: DecodingError.self) {
            try JSONDecoder().decode([FiscalPeriod].self, from: JSONEncoder().encode([text]))
        }
        #expect("\(String(describing: error))".contains("not a fiscal period; write FY2026-27-P05 for November 2026"))
    }

    @Test func `periods by numbers are within the year and the calendar`() throws {
        let year = FiscalYear(startYear: 2026)
        #expect(FiscalPeriod(year: year, number: 5)?.description == "FY2026-27-P05")
        for number in [0, 13, -1, .max] { #expect(FiscalPeriod(year: year, number: number) == nil) }
        for start in [Int.min, -1, 10_000, .max] {
            #expect(FiscalPeriod(year: FiscalYear(startYear: start), number: 7) == nil)
        }
        #expect(FiscalYear(startYear: .max).description.hasSuffix("-08"))
        #expect(FiscalYear("FY0999-00") == FiscalYear(startYear: 999))
    }
}
