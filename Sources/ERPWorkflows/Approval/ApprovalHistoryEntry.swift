public import Foundation

/// One thing that happened to the approvals of a document.
public struct ApprovalHistoryEntry: Codable, Hashable, Sendable {
    /// What happened.
    public enum Outcome: String, Codable, Hashable, Sendable {
        /// A person approved the level.
        case approved
        /// A person rejected the level.
        case rejected
        /// A decision came before its level opened and waits for it.
        case kept
        /// A decision broke a rule; it changed nothing.
        case refused
        /// The approvers were reminded.
        case reminded
        /// Others were told, who may decide the level as well from now on.
        case escalated
        /// An approver asked something: the clock of the level stands.
        case infoRequested = "info_requested"
        /// The answer came: the clock goes on.
        case infoProvided = "info_provided"
        /// No answer came in time: the clock goes on without it.
        case unanswered
        /// Nobody decided in time.
        case timeout
        /// More decisions broke a rule than are listed; `count` says how many more.
        case unlisted
    }

    /// When, in event time.
    public var time: Date
    /// What happened.
    public var outcome: Outcome
    /// The level concerned, when there is one: its name.
    public var level: String?
    /// The level's name in sentences.
    public var levelTitle: String?
    /// Who it says decided.
    public var approver: String?
    /// For whom the approver decided as a deputy; nil in their own right.
    public var onBehalfOf: String?
    /// Who sent it, as the service knows them: `user@host` of the command line, the user being that of the operating
    /// system. Nil when that is not known, and for what nobody sent.
    public var caller: String?
    /// The approver's words, a question or an answer; of a refused decision only their beginning.
    public var comments: String?
    /// Why it was rejected or refused.
    public var reason: String?
    /// How many decisions this stands for, when it is more than one.
    public var count: Int?

    /// An entry of its parts.
    public init(
        time: Date,
        outcome: Outcome,
        level: ApprovalLevel? = nil,
        approver: String? = nil,
        onBehalfOf: String? = nil,
        caller: String? = nil,
        comments: String? = nil,
        reason: String? = nil,
        count: Int? = nil
    ) {
        self.time = time
        self.outcome = outcome
        self.level = level?.name
        levelTitle = level?.title
        self.approver = approver
        self.onBehalfOf = onBehalfOf
        self.caller = caller
        self.comments = comments
        self.reason = reason
        self.count = count
    }
}
