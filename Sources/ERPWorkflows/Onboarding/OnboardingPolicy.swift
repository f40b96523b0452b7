/// In what time an employee is onboarded. Per tenant; what is left out has the default, and a run keeps what it began with.
public struct OnboardingPolicy: Codable, Hashable, Sendable {
    /// How many days before the first day preparations begin, and a workstation is due; 2.
    public var preArrivalDays: Int
    /// How many days after the first day benefits are due, and how many the task waits; 7.
    public var benefitsDays: Int
    /// How many days any other task waits for a person when the system cannot do it; 7.
    public var waitDays: Int

    /// A policy; what is not given has the default.
    public init(preArrivalDays: Int = 2, benefitsDays: Int = 7, waitDays: Int = 7) {
        self.preArrivalDays = preArrivalDays
        self.benefitsDays = benefitsDays
        self.waitDays = waitDays
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
    }

    /// How long a task waits for a person: days of 24 hours.
    func wait(for task: OnboardingTaskID) -> Duration {
        .seconds(86_400 * (task == .benefitsEnrollment ? benefitsDays : waitDays))
    }
}
