/// What an approver said, and where it came from.
struct ApprovalDecision: Hashable, Sendable {
    /// The user that it names.
    var approver: String
    var isApproval: Bool
    var comments: String?
    var reason: String?
    /// Who sent it, as the service knows them: `user@host`. Nil when that is not known.
    var caller: String?
}

/// A question about the document, or the answer to it.
struct ApprovalInquiry: Hashable, Sendable {
    /// The user that it names; an answer need not name one.
    var person: String?
    var text: String
    var caller: String?
}

/// What the directory knows of a person who decides.
struct Approver: Codable, Hashable, Sendable {
    /// The person; nil when there is none of this name.
    var user: DirectoryUser?
    /// For whom they may decide as a deputy on this day, by id.
    var delegators: [Delegator] = []
}
