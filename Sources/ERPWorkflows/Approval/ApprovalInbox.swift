import WorkflowAPI

/// What people have said and nobody has looked at yet, in order of arrival.
struct ApprovalInbox: Sendable {
    /// Something that was said, and when it arrived.
    struct Message: Sendable {
        var content: Content
        var time: Timestamp

        /// Whom it names; nobody is named by some answers.
        var person: String? {
            switch content {
            case .decision(let decision): decision.approver
            case .question(let inquiry), .answer(let inquiry): inquiry.person
            }
        }
    }

    enum Content: Sendable {
        case decision(ApprovalDecision)
        case question(ApprovalInquiry)
        case answer(ApprovalInquiry)
    }

    private var waiting: [Message] = []
    private(set) var arrived = 0

    /// The next one to look at.
    var first: Message? { waiting.first }

    mutating func append(_ message: Message) {
        waiting.append(message)
        arrived += 1
    }

    mutating func removeFirst() { waiting.removeFirst() }

    /// Everything that waits is looked at no more.
    mutating func removeAll() -> [Message] {
        defer { waiting = [] }
        return waiting
    }

    /// Everything of the first `count` that ever came has been looked at.
    func hasSeen(first count: Int) -> Bool { arrived - waiting.count >= count }
}
