/// Why a decision does not count, as finance people read it: whole sentences. None repeats the text that the decision
/// itself gave as its approver, which stands beside it. `noun` is what the document is called: `order`.
enum RefusalText {
    static let notAnActiveUser = "There is no active user with this name in the company's directory."
    static let nothingIsOpen = "No level waits for a decision."
    static let nobodyAsked = "Nobody has asked anything that is still unanswered."

    static func notAsked(_ requester: String?) -> String {
        "The question is for \(requester?.clipped(to: 100) ?? "the requester") or a deputy of theirs to answer."
    }

    static let questionIsOpen = "Another question waits for its answer already."

    static func tooManyQuestions(_ noun: String) -> String {
        "At most \(ApprovalLedger.mostQuestions) questions may be asked about one \(noun)."
    }

    static func needsNoApproval(_ noun: String) -> String {
        "\(article(noun)) \(noun) of this amount needs no approval."
    }

    static func own(_ noun: String) -> String { "The requester may not decide on their own \(noun)." }

    static func deputyOfRequester(_ noun: String) -> String {
        "A deputy of the requester may not decide on the requester's \(noun)."
    }

    static func beingCancelled(_ noun: String) -> String { "Somebody had already asked to cancel the \(noun)." }

    static func otherCaller(_ caller: String?) -> String {
        guard let caller else {
            return "Nobody knows who sent the decision, and this person has to send it themselves."
        }
        return "It was sent by \(caller.clipped(to: 100)), and this person has to send it themselves."
    }

    static func noRole(for levels: [ApprovalLevel], of department: String) -> String {
        "This person does not have the role of \(levels.map(\.title).joined(separator: " or ")) "
            + "for the department \(department)."
    }

    static func notYetEscalated(_ level: ApprovalLevel) -> String {
        "This person may decide as \(level.title) only once that has taken too long."
    }

    static func decidedBefore(_ level: ApprovalLevel) -> String {
        "This person has already decided as \(level.title); the first decision stands."
    }

    static func twoLevels(_ level: ApprovalLevel, _ noun: String) -> String {
        "This person has already decided as \(level.title), and nobody may decide on two levels of the same \(noun)."
    }

    static func decidedByDeputy(_ level: ApprovalLevel, _ deputy: String, _ noun: String) -> String {
        "\(deputy) has already decided for this person as \(level.title), and nobody may decide twice on the same \(noun)."
    }

    static func delegatorDecided(_ delegator: String, _ level: ApprovalLevel, _ noun: String) -> String {
        "\(delegator), for whom this person may decide, has already decided as \(level.title), "
            + "and nobody may decide twice on the same \(noun)."
    }

    static func decidedByOther(_ level: ApprovalLevel, _ approvers: [String]) -> String {
        let verb = approvers.count == 1 ? "has" : "have"
        return "\(approvers.joined(separator: " and ")) \(verb) already decided as \(level.title)."
    }

    static func notOpenYet(_ level: ApprovalLevel) -> String {
        "It is not yet the turn of \(level.title); the decision waits until it is."
    }

    static func notLookedUp(_ problem: String) -> String {
        "The company's directory could not say who this is (\(problem.clipped(to: 200))); "
            + "the decision can be sent again."
    }

    /// For decisions that come when the document's fate is settled in this way: `rejected`.
    static func over(_ noun: String, _ end: String) -> String { "The \(noun) was already \(end)." }

    /// For decisions that had come, but were not looked at before it was.
    static func overBeforeLook(_ noun: String, _ end: String) -> String {
        "The \(noun) was \(end) before this decision could be looked at."
    }

    static func unlisted(_ count: Int) -> String {
        count == 1
            ? "One more decision did not count; it is not listed."
            : "\(count) more decisions did not count; they are not listed."
    }

    private static func article(_ noun: String) -> String {
        noun.first.map { "aeiou".contains($0) } == true ? "An" : "A"
    }
}
