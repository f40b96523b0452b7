public import Foundation
public import WorkflowRuntime

/// How far onboarding has come; what the query `status` answers.
public enum OnboardingStatus: String, Codable, Hashable, Sendable {
    /// It waits for its first phase.
    case pending
    case preArrivalSetup = "pre_arrival_setup"
    case firstDaySetup = "first_day_setup"
    case firstWeekTasks = "first_week_tasks"
    /// Nothing was skipped.
    case completed
    /// Something was skipped.
    case partial
    /// Nothing was done.
    case failed
    /// The offer was withdrawn.
    case withdrawn
    /// A step failed that no retry helps.
    case error

    init(_ phase: OnboardingPhase) {
        switch phase {
        case .preArrivalSetup: self = .preArrivalSetup
        case .firstDaySetup: self = .firstDaySetup
        case .firstWeekTasks: self = .firstWeekTasks
        }
    }

    /// As it stands in sentences.
    var words: String { self == .error ? "ended by a failure" : rawValue }
}

/// How onboarding ended.
public struct OnboardingResult: Codable, Hashable, Sendable {
    /// `completed`, `partial` or `failed`.
    public var status: OnboardingStatus
    /// The employee's own id.
    public var employeeId: String
    /// The seven tasks, in order.
    public var tasks: [OnboardingTask]

    /// A result of its parts.
    public init(status: OnboardingStatus, employeeId: String, tasks: [OnboardingTask]) {
        self.status = status
        self.employeeId = employeeId
        self.tasks = tasks
    }
}

/// Everything else about an onboarding; what the query `details` answers. Neither mail address, telephone number nor
/// national id are in it.
public struct OnboardingDetails: Codable, Hashable, Sendable {
    /// How far it has come.
    public var status: OnboardingStatus
    /// The employee's own id.
    public var employeeId: String?
    /// The name.
    public var name: String?
    /// The first day.
    public var startDate: LocalDate?
    /// When the next phase begins, while that is waited for.
    public var nextPhaseTime: Date?
    /// The tasks that wait for a person.
    public var waitingFor: [OnboardingTaskID]
    /// The signals that changed nothing, in order of arrival.
    public var refused: [OnboardingRefusal]
    /// Why it was withdrawn, or failed.
    public var reason: String?
    /// What would have to be undone, or is being undone, the first step first.
    public var compensations: [SagaStep]
    /// It is lost, and what was done is not yet undone.
    public var isBeingUndone: Bool
    /// After a withdrawal or a failure what people have to undo by hand, and why; nothing when that is nothing.
    public var stillToUndo: [String]?
    /// The version of each setting of the tenant by which it goes; what is not named is the default.
    public var policyVersions: [String: Int64]
}
