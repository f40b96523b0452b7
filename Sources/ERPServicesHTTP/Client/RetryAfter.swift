import Foundation

/// When a service wants to be asked again, by its header `Retry-After`: seconds, or a date that is measured against the
/// answer's own `Date`, so that the two clocks need not agree.
enum RetryAfter {
    static func duration(_ answer: HTTPAnswer) -> Duration? {
        guard let text = answer.headers["retry-after"]?.trimmingCharacters(in: .whitespaces) else { return nil }
        if !text.isEmpty, text.utf8.allSatisfy({ (48...57).contains($0) }) {
            return .seconds(Int64(text) ?? Int64(Int32.max))
        }
        guard let then = moment(text), let now = answer.headers["date"].flatMap(moment) else { return nil }
        return .seconds(max(0, Int64(then.timeIntervalSince(now).rounded())))
    }

    /// `Sun, 06 Nov 1994 08:49:37 GMT`, the form that servers have to write.
    private static func moment(_ text: String) -> Date? {
        let words = text.split(whereSeparator: { " :".contains($0) })
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count == 8, words[7] == "GMT", let month = months.firstIndex(of: String(words[2])) else {
            return nil
        }
        let numbers = [1, 3, 4, 5, 6].compactMap { Int(words[$0]) }
        guard numbers.count == 5, (1970...9999).contains(numbers[1]) else { return nil }
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = .gmt
        return calendar.date(
            from: DateComponents(
                year: numbers[1],
                month: month + 1,
                day: numbers[0],
                hour: numbers[2],
                minute: numbers[3],
                second: numbers[4]
            )
        )
    }
}
