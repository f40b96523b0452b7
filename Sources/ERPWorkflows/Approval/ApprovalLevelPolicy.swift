/// What a tenant changes about one level; what is left out stays as the level has it.
public struct ApprovalLevelPolicy: Codable, Hashable, Sendable {
    /// How many days it has, 1 to 365.
    public var days: Int?
    /// Count only business days of the calendar on this level, or every 24 hours; as for the other levels when left out.
    public var businessDays: Bool?
    /// How many different people have to approve, 1 to 20.
    public var quorum: Int?
    /// After how much of its time the approvers are reminded, 1 to 99.
    public var reminderPercent: Int?
    /// Who is told, and may decide as well, when it takes long.
    public var escalation: ApprovalEscalation?

    /// Changes; what is not given stays.
    public init(
        days: Int? = nil,
        businessDays: Bool? = nil,
        quorum: Int? = nil,
        reminderPercent: Int? = nil,
        escalation: ApprovalEscalation? = nil
    ) {
        self.days = days
        self.businessDays = businessDays
        self.quorum = quorum
        self.reminderPercent = reminderPercent
        self.escalation = escalation
    }

    /// Reads and checks the changes.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        func number(_ key: CodingKeys, _ range: ClosedRange<Int>) throws -> Int? {
            guard let number = try container.decodeIfPresent(Int.self, forKey: key) else { return nil }
            guard range.contains(number) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key,
                    in: container,
                    debugDescription: "must be \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return number
        }
        days = try number(.days, 1...365)
        businessDays = try container.decodeIfPresent(Bool.self, forKey: .businessDays)
        quorum = try number(.quorum, 1...20)
        reminderPercent = try number(.reminderPercent, 1...99)
        escalation = try container.decodeIfPresent(ApprovalEscalation.self, forKey: .escalation)
    }

    /// The level with these changes.
    public func applied(to level: ApprovalLevel) -> ApprovalLevel {
        var level = level
        level.days = days ?? level.days
        level.businessDays = businessDays ?? level.businessDays
        level.quorum = quorum ?? level.quorum
        level.reminderPercent = reminderPercent ?? level.reminderPercent
        level.escalation = escalation ?? level.escalation
        return level
    }
}
