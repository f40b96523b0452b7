import Foundation

/// Something that people are told about a level, and what becomes of its task at the same time.
struct ApprovalNotice: Codable, Hashable, Sendable {
    /// Who is told.
    enum Audience: Codable, Hashable, Sendable {
        /// Those with a role, and today's deputies of theirs.
        case role(String, isDepartmentOnly: Bool)
        /// Users by id.
        case users([String])
    }

    var tenant: String
    /// With the person's id at its end, what makes it one message and not two.
    var key: String
    var audience: Audience
    /// Users who are told as well, and today's deputies of theirs.
    var also: [String]?
    /// The document's.
    var department: String
    /// Users who are not told.
    var excluded: [String]
    /// `approval_requested`, `approval_reminder`, `approval_escalated`, `info_requested`, `info_provided`.
    var kind: String
    var subject: String
    var body: String
    var time: Date
    /// The level's name in sentences, for stories.
    var level: String
    /// Is opened.
    var task: HumanTask?
    /// Is made to a task that is open.
    var change: HumanTaskChange?

    /// The message to one of them.
    func message(to person: DirectoryUser) -> NotificationMessage {
        NotificationMessage(
            tenant: tenant,
            key: "\(key)/\(person.id)",
            recipient: person.id,
            address: person.email,
            kind: kind,
            subject: subject,
            body: body,
            time: time
        )
    }
}

/// Asks who a person is and for whom they may decide.
struct ApproverRequest: Codable, Hashable, Sendable {
    var tenant: String
    var userId: String
    /// On which day: when the decision came.
    var time: Date
}
