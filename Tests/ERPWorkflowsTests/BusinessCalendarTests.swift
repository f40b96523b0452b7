import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime

@testable import ERPWorkflows

struct BusinessCalendarTests {
    private let standard = BusinessCalendar.standard

    /// A moment by its time in Dhaka.
    private func dhaka(_ text: String) throws -> Timestamp {
        let moment = try Date(text + "+06:00", strategy: .iso8601)
        return Timestamp(nanoseconds: Int64(moment.timeIntervalSince1970) * 1_000_000_000)
    }

    private func calendar(_ holidays: String...) throws -> BusinessCalendar {
        try BusinessCalendar(holidays: Set(holidays.map { try LocalDate($0) }))
    }

    @Test func `people work from Sunday to Thursday, but not on holidays, by the day in Dhaka`() throws {
        // 2026-11-01 is a Sunday.
        let week = try (1...7).map { standard.isBusinessDay(try LocalDate(year: 2026, month: 11, day: $0)) }
        #expect(week == [true, true, true, true, true, false, false])
        let victory = try calendar("2026-12-16")
        #expect(!victory.isBusinessDay(try LocalDate("2026-12-16")))
        #expect(
            try victory.isBusinessDay(LocalDate("2026-12-15")) && victory.isBusinessDay(LocalDate("2027-12-16"))
        )
        #expect(standard.isBusinessDay(try dhaka("2026-11-05T23:59:59")))
        #expect(!standard.isBusinessDay(try dhaka("2026-11-06T00:00:00")))
        #expect(!standard.isBusinessDay(try dhaka("2026-11-07T23:59:59")))
        #expect(standard.isBusinessDay(try dhaka("2026-11-08T00:00:00")))
    }

    @Test func `calendar days are 24 hours each, to the nanosecond`() throws {
        let opening = Timestamp(nanoseconds: try dhaka("2026-11-05T10:00:00").nanoseconds + 123_456_789)
        for days in [0, 1, 2, 3, 5, 7, 3660] {
            let end = try standard.deadline(days: days, from: opening, businessDays: false)
            #expect(end.nanoseconds - opening.nanoseconds == Int64(days) * 86_400_000_000_000)
        }
        #expect(
            try calendar("2026-11-06").deadline(days: 1, from: opening, businessDays: false) == opening
                + .seconds(86_400)
        )
    }

    @Test(arguments: [
        // Thursday, then the weekend's days: the day of the opening never counts.
        ("2026-11-05T10:00:00", 1, "2026-11-08T10:00:00"), ("2026-11-06T10:00:00", 1, "2026-11-08T10:00:00"),
        ("2026-11-07T10:00:00", 1, "2026-11-08T10:00:00"), ("2026-11-08T10:00:00", 1, "2026-11-09T10:00:00"),
        ("2026-11-05T10:00:00", 0, "2026-11-05T10:00:00"), ("2026-11-06T10:00:00", 0, "2026-11-06T10:00:00"),
        ("2026-11-01T10:00:00", 4, "2026-11-05T10:00:00"), ("2026-11-01T10:00:00", 5, "2026-11-08T10:00:00"),
        ("2026-11-05T10:00:00", 7, "2026-11-16T10:00:00"),
        // The border of the day is that of Dhaka, not of UTC.
        ("2026-11-05T23:59:59", 1, "2026-11-08T23:59:59"), ("2026-11-04T00:00:00", 1, "2026-11-05T00:00:00"),
        ("2026-11-04T05:59:59", 2, "2026-11-08T05:59:59"),
        // Victory Day, on a Wednesday; the end of a year; a leap day, on a Tuesday.
        ("2026-12-15T09:30:00", 1, "2026-12-17T09:30:00"), ("2026-12-15T09:30:00", 2, "2026-12-20T09:30:00"),
        ("2026-12-31T12:00:00", 1, "2027-01-03T12:00:00"), ("2028-02-28T12:00:00", 1, "2028-02-29T12:00:00"),
        ("2028-02-28T12:00:00", 2, "2028-03-01T12:00:00"),
        // A holiday on a weekend is no second day off; one next to a weekend makes it longer.
        ("2027-02-18T08:00:00", 1, "2027-02-22T08:00:00"),
    ])
    func `business days end at the same time of day`(opening: String, days: Int, end: String) throws {
        let calendar = try calendar("2026-12-16", "2027-02-20", "2027-02-21")
        #expect(
            try calendar.deadline(days: days, from: dhaka(opening), businessDays: true) == dhaka(end),
            "\(opening) and \(days) days"
        )
        let date = Date(timeIntervalSince1970: Double(try dhaka(opening).nanoseconds / 1_000_000_000))
        let limit = calendar.timeLimit(days: days, from: date, businessDays: true)
        #expect(try dhaka(opening) + limit == dhaka(end))
    }

    @Test func `half-way is half of the time, or of the time on business days`() throws {
        func half(_ opening: String, _ end: String, _ businessDays: Bool) throws -> Timestamp {
            try standard.halfWay(from: dhaka(opening), to: dhaka(end), businessDays: businessDays)
        }
        let (thursday, sunday) = ("2026-11-05T10:00:00", "2026-11-08T10:00:00")
        #expect(try half(thursday, "2026-11-12T10:00:00", false) == dhaka("2026-11-08T22:00:00"))
        #expect(try half(thursday, sunday, false) == dhaka("2026-11-06T22:00:00"))
        #expect(try half(thursday, sunday, true) == dhaka("2026-11-05T22:00:00"))
        #expect(try half("2026-11-05T22:00:00", "2026-11-08T22:00:00", true) == dhaka("2026-11-08T10:00:00"))
        #expect(try half("2026-11-06T10:00:00", sunday, true) == dhaka("2026-11-08T05:00:00"))
        #expect(try half("2026-11-05T12:00:00", "2026-11-08T12:00:00", true) == dhaka("2026-11-08T00:00:00"))
        // No time on business days between the two: all time counts. Nothing between them at all.
        #expect(try half("2026-11-06T10:00:00", "2026-11-07T10:00:00", true) == dhaka("2026-11-06T22:00:00"))
        #expect(try half(sunday, thursday, true) == dhaka(sunday))
        #expect(try half(sunday, sunday, false) == dhaka(sunday))
    }

    @Test func `half-way lies on a business day with as much of their time before it as after it`() throws {
        var random = SeededGenerator()
        let holidays = try (0..<60).map { _ in
            try LocalDate("2026-01-01").adding(days: .random(in: 0..<800, using: &random))
        }
        let calendar = try BusinessCalendar(holidays: Set(holidays))
        let start = try dhaka("2026-03-01T00:00:00").nanoseconds
        for _ in 0..<500 {
            let opening = Timestamp(nanoseconds: start + Int64.random(in: 0..<30_000_000_000_000_000, using: &random))
            let days = Int.random(in: 1...20, using: &random)
            let end = try calendar.deadline(days: days, from: opening, businessDays: true)
            let half = calendar.halfWay(from: opening, to: end, businessDays: true)
            let label = "seed \(random.seed), \(opening.nanoseconds) and \(days) days"
            #expect(calendar.isBusinessDay(end) && calendar.isBusinessDay(half), "\(label)")
            #expect(half > opening && half < end, "\(label)")
            #expect((end.nanoseconds - opening.nanoseconds) % 86_400_000_000_000 == 0, "\(label)")
            // The n-th business day after the day of the opening.
            let first = LocalDate(inDhaka: opening)
            let between = try (1...first.days(until: LocalDate(inDhaka: end))).map { try first.adding(days: $0) }
            #expect(between.count { calendar.isBusinessDay($0) } == days, "\(label)")
            let before = try minutes(from: opening, to: half, calendar)
            let after = try minutes(from: half, to: end, calendar)
            #expect(abs(before - after) <= 2, "\(label): \(before) and \(after)")
        }
    }

    /// Minutes on business days, counted one by one.
    private func minutes(from start: Timestamp, to end: Timestamp, _ calendar: BusinessCalendar) throws -> Int {
        let minute: Int64 = 60_000_000_000
        var count = 0
        var day = LocalDate(inDhaka: start)
        while day <= LocalDate(inDhaka: end) {
            if calendar.isBusinessDay(day) {
                let from = max(start.nanoseconds, try day.startInDhaka().nanoseconds)
                let to = min(end.nanoseconds, try day.adding(days: 1).startInDhaka().nanoseconds)
                count += Int((to - from) / minute)
            }
            day = try day.adding(days: 1)
        }
        return count
    }

    @Test func `nothing overflows at the ends of time, and days are limited`() throws {
        for days in [-1, 3661, Int.max, .min] {
            for businessDays in [true, false] {
                let error = #expect(throws: BusinessCalendarError.self) {
                    try standard.deadline(days: days, from: .zero, businessDays: businessDays)
                }
                #expect(error?.description == "the number of days must be 0 to 3660")
            }
        }
        for businessDays in [true, false] {
            let error = #expect(throws: BusinessCalendarError.self) {
                try standard.deadline(days: 1, from: .distantFuture, businessDays: businessDays)
            }
            #expect(error?.description == "the deadline is later than a time can be recorded")
        }
        let past = Timestamp(nanoseconds: .min)
        #expect(standard.halfWay(from: past, to: .distantFuture, businessDays: false).nanoseconds == -1)
        #expect(abs(standard.halfWay(from: past, to: .distantFuture, businessDays: true).nanoseconds) < 1 << 50)
        #expect(standard.timeLimit(days: .min, from: Date(timeIntervalSince1970: .nan), businessDays: true) == .zero)
        #expect(standard.timeLimit(days: .max, from: .distantFuture, businessDays: false) == .seconds(86_400 * 3660))
    }

    @Test func `a tenant's calendar is read strictly, and the same one is always the same text`() throws {
        func read(_ json: String) throws -> BusinessCalendar {
            try StrictJSON.decode(BusinessCalendar.self, from: Array(json.utf8))
        }
        #expect(try read("{}") == standard)
        let json = #"{"weekend": ["saturday", "sunday"], "holidays": ["2027-02-21", "২০২৬-১২-১৬"]}"#
        let calendar = try read(json)
        #expect(
            try calendar.isBusinessDay(LocalDate("2026-11-06")) && !calendar.isBusinessDay(LocalDate("2026-11-08"))
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        let text = String(decoding: try encoder.encode(calendar), as: UTF8.self)
        #expect(text == #"{"holidays":["2026-12-16","2027-02-21"],"weekend":["sunday","saturday"]}"#)
        #expect(try read(text) == calendar)
        #expect(try read(#"{"weekend": []}"#).isBusinessDay(LocalDate("2026-11-06")))
        let week = Weekday.allCases.map { "\"\($0.rawValue)\"" }.joined(separator: ", ")
        for (json, problem) in [
            (#"{"holidays": ["2026-02-29"]}"#, "'holidays[0]': the calendar has no such day"),
            (
                #"{"holidays": ["16 December"]}"#,
                "'holidays[0]': not a date; write year, month and day such as \"2026-11-05\""
            ),
            (#"{"holidays": ["2026-12-16", "2026-12-16"]}"#, "'holidays': '2026-12-16' stands twice"),
            (
                #"{"weekend": ["fri"]}"#,
                "'weekend[0]': 'fri' is no day of the week; they are sunday, monday, tuesday, wednesday, thursday, "
                    + "friday, saturday"
            ),
            (#"{"weekend": ["friday", "friday"]}"#, "'weekend': 'friday' stands twice"),
            ("{\"weekend\": [\(week)]}", "'weekend': at least one day of the week must be a business day"),
            (#"{"holiday": []}"#, "the key 'holiday' is not known; did you mean 'holidays'?"),
        ] {
            #expect(#expect(throws: PayloadError.self) { try read(json) }?.message == problem)
        }
        let many = try Set((0...3000).map { try LocalDate("2026-01-01").adding(days: $0) })
        #expect(throws: BusinessCalendarError.tooManyHolidays) { try BusinessCalendar(holidays: many) }
        #expect(BusinessCalendarError.tooManyHolidays.description == "at most 3000 holidays")
    }

    @Test func `the levels of an approval have the days of the calendar`() throws {
        let opening = try dhaka("2026-12-15T10:00:00")
        func limit(_ rules: ApprovalRules) -> Duration { rules.deadline(days: 1, from: opening) - opening }
        #expect(limit(ApprovalRules(businessDays: true)) == .seconds(86_400))
        let holiday = try calendar("2026-12-16")
        #expect(limit(ApprovalRules(businessDays: true, calendar: holiday)) == .seconds(2 * 86_400))
        #expect(limit(ApprovalRules(calendar: holiday)) == .seconds(86_400))
    }
}
