/// Decisions that have come and were not looked at yet, in order of arrival.
struct DecisionInbox: Sendable {
    private var waiting: [ApprovalDecision] = []
    private(set) var arrived = 0

    /// The next one to look at.
    var first: ApprovalDecision? { waiting.first }

    mutating func append(_ decision: ApprovalDecision) {
        waiting.append(decision)
        arrived += 1
    }

    mutating func removeFirst() { waiting.removeFirst() }

    /// Everything that waits is looked at no more.
    mutating func removeAll() -> [ApprovalDecision] {
        defer { waiting = [] }
        return waiting
    }

    /// Everything of the first `count` that ever came has been looked at.
    func hasSeen(first count: Int) -> Bool { arrived - waiting.count >= count }
}
