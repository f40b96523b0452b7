public import Foundation

/// One thing that happened to the approvals of an order.
public struct ApprovalHistoryEntry: Codable, Hashable, Sendable {
    /// What happened.
    public enum Outcome: String, Codable, Hashable, Sendable {
        /// The level was approved.
        case approved
        /// The level was rejected.
        case rejected
        /// A decision came before its level opened and waits for it.
        case kept
        /// A decision broke a rule; it changed nothing.
        case refused
        /// The approvers were reminded.
        case reminded
        /// Nobody decided in time.
        case timeout
        /// More decisions broke a rule than are listed; `count` says how many more.
        case unlisted
    }

    /// When, in event time.
    public var time: Date
    /// What happened.
    public var outcome: Outcome
    /// The level concerned, when there is one.
    public var level: ApprovalLevel?
    /// Who it says decided.
    public var approver: String?
    /// The approver's words; of a refused decision only their beginning.
    public var comments: String?
    /// Why it was rejected or refused.
    public var reason: String?
    /// How many decisions this stands for, when it is more than one.
    public var count: Int?
}
