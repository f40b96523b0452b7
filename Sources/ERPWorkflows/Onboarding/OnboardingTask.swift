public import Foundation

/// A task of onboarding as it stands.
public struct OnboardingTask: Codable, Hashable, Sendable {
    /// How a task stands.
    public enum State: String, Codable, Hashable, Sendable {
        /// Its phase has not begun.
        case pending
        /// The system is doing it.
        case working
        /// It waits for a person.
        case waiting
        /// It is done.
        case done
        /// It was left out; `note` says why.
        case skipped
        /// Nobody needs it any more.
        case withdrawn
    }

    /// `create-badge` and so on.
    public var taskId: OnboardingTaskID
    /// Who sees to it.
    public var owner: OnboardingOwner
    /// In which part of onboarding.
    public var phase: OnboardingPhase
    /// When it is due.
    public var dueDate: LocalDate
    /// How it stands.
    public var state: State
    /// Who did or skipped it: a user id, or `system`.
    public var by: String?
    /// When it was done or skipped, in event time.
    public var time: Date?
    /// What the system gave: a user name, an asset tag.
    public var given: String?
    /// Why it waits for a person, or was skipped.
    public var note: String?
    /// Until when it waits for a person.
    public var waitsUntil: Date?

    /// Nothing of it is left to do.
    public var isSettled: Bool { state == .done || state == .skipped || state == .withdrawn }
}

/// A signal that changed nothing.
public struct OnboardingRefusal: Codable, Hashable, Sendable {
    /// When, in event time.
    public var time: Date
    /// `completeTask` or `skipTask`; nothing for those that are not listed.
    public var signal: String?
    /// The task that it named; its beginning only.
    public var taskId: String?
    /// Who it says did it.
    public var completedBy: String?
    /// Why it changed nothing, a sentence for people.
    public var reason: String
    /// How many signals this stands for, when it is more than one.
    public var count: Int?
}

/// What the query `tasks` answers.
public struct OnboardingTaskList: Codable, Hashable, Sendable {
    /// The seven tasks, in order.
    public var tasks: [OnboardingTask]
    /// The signals that changed nothing, in order of arrival.
    public var refused: [OnboardingRefusal]
}
