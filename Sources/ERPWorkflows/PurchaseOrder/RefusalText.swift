/// Why a decision does not count, as finance people read it: whole sentences. None repeats the text that the decision
/// itself gave as its approver, which stands beside it.
enum RefusalText {
    static let needsNoApproval = "An order of this amount needs no approval."
    static let notAnActiveUser = "There is no active user with this name in the company's directory."
    static let ownOrder = "The requester may not decide on their own order."
    static let beingCancelled = "Somebody had already asked to cancel the order."

    static func noRole(for levels: [ApprovalLevel], of department: String) -> String {
        "This person does not have the role of \(levels.map(\.title).joined(separator: " or ")) "
            + "for the department \(department)."
    }

    static func decidedBefore(_ level: ApprovalLevel) -> String {
        "This person has already decided as \(level.title); the first decision stands."
    }

    static func twoLevels(_ level: ApprovalLevel) -> String {
        "This person has already decided as \(level.title), and nobody may decide on two levels of the same order."
    }

    static func decidedByOther(_ level: ApprovalLevel, _ approver: String) -> String {
        "\(approver) has already decided as \(level.title)."
    }

    static func notOpenYet(_ level: ApprovalLevel) -> String {
        "It is not yet the turn of \(level.title); the decision waits until it is."
    }

    static func notLookedUp(_ problem: String) -> String {
        "The company's directory could not say who this is (\(problem.clipped(to: 200))); "
            + "the decision can be sent again."
    }

    /// For decisions that come when the order has ended in this way.
    static func over(_ status: PurchaseOrderStatus) -> String { "The order was already \(end(status))." }

    /// For decisions that had come, but were not looked at before the order ended in this way.
    static func overBeforeLook(_ status: PurchaseOrderStatus) -> String {
        "The order was \(end(status)) before this decision could be looked at."
    }

    static func unlisted(_ count: Int) -> String {
        count == 1
            ? "One more decision did not count; it is not listed."
            : "\(count) more decisions did not count; they are not listed."
    }

    private static func end(_ status: PurchaseOrderStatus) -> String {
        status == .error ? "ended by a failure" : status.rawValue
    }
}
