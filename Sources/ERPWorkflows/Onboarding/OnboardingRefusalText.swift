/// Why a signal changes nothing, whole sentences for people. None repeats the text that the signal itself gave.
enum OnboardingRefusalText {
    static let unknownTask =
        "There is no such task; the tasks are: " + OnboardingTaskID.allCases.map(\.rawValue).joined(separator: ", ")
        + "."
    static let notAnActiveUser = "There is no active user with this name in the company's directory."
    static let nobodySent = "Nobody knows who sent it, and tasks are skipped by people of the company's directory."
    static let noReason = "A task is skipped for a reason, and none was given."
    static let beingDone =
        "The system is doing this task at the moment; if it does not succeed, the task waits for a person."
    static let beingCancelled = "Somebody had already asked to withdraw the offer."

    static func otherCaller(_ caller: String?) -> String {
        guard let caller else { return "Nobody knows who sent it, and this person has to send it themselves." }
        return "It was sent by \(caller.clipped(to: 100)), and this person has to send it themselves."
    }

    static func notTheirs(_ task: OnboardingTask) -> String {
        "This person is neither of \(task.owner.rawValue), to whom the task belongs, nor of HR, nor a deputy of theirs."
    }

    static func settled(_ task: OnboardingTask) -> String {
        let who = task.by.map { " by \($0)" } ?? ""
        return "The task was already \(task.state.rawValue)\(who)."
    }

    static func notLookedUp(_ problem: String) -> String {
        "The company's directory could not say who this is (\(problem.clipped(to: 200))); it can be sent again."
    }

    /// For what comes when onboarding has ended in this way.
    static func over(_ end: String) -> String { "Onboarding was already \(end)." }

    static func overBeforeLook(_ end: String) -> String {
        "Onboarding was \(end) before this could be looked at."
    }

    static func unlisted(_ count: Int) -> String {
        count == 1
            ? "One more signal changed nothing; it is not listed."
            : "\(count) more signals changed nothing; they are not listed."
    }
}
