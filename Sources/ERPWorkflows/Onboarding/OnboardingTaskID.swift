/// The seven tasks of onboarding.
public enum OnboardingTaskID: String, Codable, Hashable, Sendable, CaseIterable {
    case createUserAccount = "create-user-account"
    case createEmail = "create-email"
    case assignWorkstation = "assign-workstation"
    case createBadge = "create-badge"
    case scheduleOrientation = "schedule-orientation"
    case assignMentor = "assign-mentor"
    case benefitsEnrollment = "benefits-enrollment"

    /// Who sees to it when the system cannot.
    public var owner: OnboardingOwner {
        switch self {
        case .createUserAccount, .createEmail, .assignWorkstation: .it
        case .createBadge: .security
        case .scheduleOrientation, .benefitsEnrollment: .hr
        case .assignMentor: .manager
        }
    }

    /// When it is done.
    public var phase: OnboardingPhase {
        switch self {
        case .createUserAccount, .createEmail, .assignWorkstation: .preArrivalSetup
        case .createBadge, .scheduleOrientation, .assignMentor: .firstDaySetup
        case .benefitsEnrollment: .firstWeekTasks
        }
    }

    /// In a few words, for lists.
    public var title: String {
        switch self {
        case .createUserAccount: "Create the user account"
        case .createEmail: "Create the mail box"
        case .assignWorkstation: "Assign a workstation"
        case .createBadge: "Issue a badge"
        case .scheduleOrientation: "Schedule the orientation"
        case .assignMentor: "Assign a mentor"
        case .benefitsEnrollment: "Enrol in benefits"
        }
    }

    /// The tasks of a phase, in order.
    static func all(of phase: OnboardingPhase) -> [OnboardingTaskID] { allCases.filter { $0.phase == phase } }

    /// The day on which it is due, counted from the first day.
    func dueDays(_ policy: OnboardingPolicy) -> Int {
        switch self {
        case .assignWorkstation: -policy.preArrivalDays
        case .benefitsEnrollment: policy.benefitsDays
        default: 0
        }
    }
}

/// Who sees to a task.
public enum OnboardingOwner: String, Codable, Hashable, Sendable {
    /// Whoever has the role `it`.
    case it = "IT"
    /// Whoever has the role `security`.
    case security = "Security"
    /// The HR manager, and whoever has the role `hr`.
    case hr = "HR"
    /// The employee's manager.
    case manager
}

/// The parts of onboarding, in order.
public enum OnboardingPhase: String, Codable, Hashable, Sendable, CaseIterable {
    /// Begins two days before the first day.
    case preArrivalSetup = "pre_arrival_setup"
    /// Begins with the first day.
    case firstDaySetup = "first_day_setup"
    /// Begins when the system has done its part of the first day.
    case firstWeekTasks = "first_week_tasks"
}
