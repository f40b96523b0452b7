/// How an approval ended.
public enum ApprovalOutcome: Hashable, Sendable {
    /// Every level agreed, or none was needed.
    case approved
    /// Somebody said no.
    case rejected(ApprovalRejection)
    /// Nobody decided a level in time.
    case timedOut(ApprovalLevel)

    /// Why it is not approved, in a sentence for people; nil when it is.
    public var reason: String? {
        switch self {
        case .approved: return nil
        case .rejected(let rejection):
            let words = rejection.reason.flatMap { $0.isEmpty ? nil : $0 } ?? "no reason given"
            let person = rejection.onBehalfOf.map { "\(rejection.approver) for \($0)" } ?? rejection.approver
            return "rejected by \(person) (\(rejection.level.title)): \(words)"
        case .timedOut(let level): return "timeout: no response from \(level.title)"
        }
    }

    /// Who said no; nil when nobody did.
    public var rejecter: String? { if case .rejected(let rejection) = self { rejection.approver } else { nil } }
}

/// Who said no, and why.
public struct ApprovalRejection: Hashable, Sendable {
    /// Of which level.
    public var level: ApprovalLevel
    /// The user.
    public var approver: String
    /// For whom they decided as a deputy; nil in their own right.
    public var onBehalfOf: String?
    /// Their words.
    public var reason: String?
}
