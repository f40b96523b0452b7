/// A day of the week. Written `sunday` to `saturday`.
public enum Weekday: String, Codable, Hashable, Sendable, CaseIterable {
    /// The first working day of the week in Bangladesh.
    case sunday
    /// The second.
    case monday
    /// The third.
    case tuesday
    /// The fourth.
    case wednesday
    /// The last working day of the week in Bangladesh.
    case thursday
    /// Weekend in Bangladesh.
    case friday
    /// Weekend in Bangladesh.
    case saturday

    /// By its English name. Throws a `DecodingError` that lists the names for anything else.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        let name = try container.decode(String.self)
        guard let day = Weekday(rawValue: name) else {
            let names = Weekday.allCases.map(\.rawValue).joined(separator: ", ")
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "'\(name.prefix(40))' is no day of the week; they are \(names)"
            )
        }
        self = day
    }

    /// The weekday of a day counted from 1970-01-01, which was a Thursday.
    init(dayNumber: Int) {
        let fromSunday = ((dayNumber % 7) + 11) % 7
        self = Weekday.allCases[fromSunday]
    }
}
