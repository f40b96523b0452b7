/// In what time an employee is onboarded. Per tenant; what is left out has the default, and a run keeps what it began with.
public struct OnboardingPolicy: Codable, Hashable, Sendable {
    /// How many days before the first day preparations begin, and a workstation is due; 2.
    public var preArrivalDays: Int
    /// How many days after the first day benefits are due, and how many the task waits; 7.
    public var benefitsDays: Int
    /// How many days any other task waits for a person when the system cannot do it; 7.
    public var waitDays: Int
    /// Count only business days of the calendar while a person is waited for; otherwise every 24 hours are a day.
    public var businessDays: Bool
    /// Anybody in the directory may complete and skip any task; otherwise its owner, HR, or a deputy of theirs.
    public var anyoneMayComplete: Bool
    /// Changes the level at which HR decides on benefits; its `days` stand before ``benefitsDays``.
    public var benefits: ApprovalLevelPolicy?

    /// A policy; what is not given has the default.
    public init(
        preArrivalDays: Int = 2,
        benefitsDays: Int = 7,
        waitDays: Int = 7,
        businessDays: Bool = false,
        anyoneMayComplete: Bool = false,
        benefits: ApprovalLevelPolicy? = nil
    ) {
        self.preArrivalDays = preArrivalDays
        self.benefitsDays = benefitsDays
        self.waitDays = waitDays
        self.businessDays = businessDays
        self.anyoneMayComplete = anyoneMayComplete
        self.benefits = benefits
    }

    /// Reads and checks a policy.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let standard = OnboardingPolicy()
        func days(_ key: CodingKeys, _ usual: Int, _ range: ClosedRange<Int>) throws -> Int {
            let days = try container.decodeIfPresent(Int.self, forKey: key) ?? usual
            guard range.contains(days) else {
                throw DecodingError.dataCorruptedError(
                    forKey: key,
                    in: container,
                    debugDescription: "must be \(range.lowerBound) to \(range.upperBound)"
                )
            }
            return days
        }
        preArrivalDays = try days(.preArrivalDays, standard.preArrivalDays, 0...90)
        benefitsDays = try days(.benefitsDays, standard.benefitsDays, 1...365)
        waitDays = try days(.waitDays, standard.waitDays, 1...365)
        businessDays = try container.decodeIfPresent(Bool.self, forKey: .businessDays) ?? standard.businessDays
        anyoneMayComplete =
            try container.decodeIfPresent(Bool.self, forKey: .anyoneMayComplete) ?? standard.anyoneMayComplete
        benefits = try container.decodeIfPresent(ApprovalLevelPolicy.self, forKey: .benefits)
    }

    /// The level at which HR decides on benefits: the HR manager, or anybody in HR.
    func benefitsLevel(_ hrManager: String) -> ApprovalLevel {
        let level = ApprovalLevel("benefits", title: "HR (benefits)", role: "hr", person: hrManager, days: benefitsDays)
        return benefits?.applied(to: level) ?? level
    }
}
