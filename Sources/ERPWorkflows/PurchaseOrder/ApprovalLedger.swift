import Foundation

/// The approvals of one order: which levels it needs, who decided what, and why a decision does not count. Pure: the
/// directory's answer comes in with each decision.
///
/// Rules: a decision counts only for a level that the approver's roles may decide; the requester may not decide; one
/// person may not decide two levels; a decision for a level that is not open yet is kept for it.
struct ApprovalLedger: Sendable {
    let requester: String
    let department: String
    let levels: [ApprovalLevel]
    private(set) var openLevel: ApprovalLevel?
    private(set) var history: [ApprovalHistoryEntry] = []
    private var decisions: [ApprovalLevel: ApprovalDecision] = [:]

    init(requester: String, department: String, levels: [ApprovalLevel]) {
        self.requester = requester
        self.department = department
        self.levels = levels
    }

    /// The decision of a level that has opened.
    func decision(of level: ApprovalLevel) -> ApprovalDecision? {
        openLevel == level || isPast(level) ? decisions[level] : nil
    }

    /// Opens a level; a decision that was kept for it takes effect.
    mutating func open(_ level: ApprovalLevel, at time: Date) {
        openLevel = level
        if let kept = decisions[level] { record(kept, for: level, at: time) }
    }

    /// Takes a decision: for the first level that the approver may still decide. `person` is what the directory knows.
    mutating func take(_ decision: ApprovalDecision, by person: DirectoryUser?, at time: Date) {
        guard let reason = refusal(of: decision, by: person) else {
            guard
                let level = levels.first(where: {
                    decisions[$0] == nil && person?.mayDecide($0, for: department) == true
                })
            else { return }
            decisions[level] = decision
            if level == openLevel {
                record(decision, for: level, at: time)
            } else {
                append(.kept, level, decision, at: time, reason: "the level \(level.title) is not open yet")
            }
            return
        }
        append(.refused, nil, decision, at: time, reason: reason)
    }

    /// Notes a decision that came too late to be looked at.
    mutating func refuse(_ decision: ApprovalDecision, because reason: String, at time: Date) {
        append(.refused, nil, decision, at: time, reason: reason)
    }

    /// Notes that the approvers were reminded, or that nobody decided in time.
    mutating func note(_ outcome: ApprovalHistoryEntry.Outcome, _ level: ApprovalLevel, at time: Date) {
        history.append(ApprovalHistoryEntry(time: time, outcome: outcome, level: level))
    }

    /// Why a decision does not count; nil when it does.
    private func refusal(of decision: ApprovalDecision, by person: DirectoryUser?) -> String? {
        guard !levels.isEmpty else { return "an order of this amount needs no approval" }
        guard let person, person.isActive else { return "\(decision.approver) is not an active user" }
        guard person.id != requester else { return "the requester may not decide their own order" }
        let permitted = levels.filter { person.mayDecide($0, for: department) }
        guard !permitted.isEmpty else {
            let titles = levels.map(\.title).joined(separator: " or ")
            return "\(person.id) does not have the role \(titles) for department \(department)"
        }
        if let decided = levels.first(where: { decisions[$0]?.approver == person.id }) {
            return "\(person.id) has already decided the level \(decided.title); one person may not decide two"
        }
        guard permitted.contains(where: { decisions[$0] == nil }) else {
            let level = permitted[0]
            return "the level \(level.title) was already decided by \(decisions[level]?.approver ?? "")"
        }
        return nil
    }

    private func isPast(_ level: ApprovalLevel) -> Bool {
        guard let openLevel, let open = levels.firstIndex(of: openLevel), let index = levels.firstIndex(of: level)
        else {
            return false
        }
        return index < open
    }

    private mutating func record(_ decision: ApprovalDecision, for level: ApprovalLevel, at time: Date) {
        append(decision.isApproval ? .approved : .rejected, level, decision, at: time, reason: decision.reason)
    }

    private mutating func append(
        _ outcome: ApprovalHistoryEntry.Outcome,
        _ level: ApprovalLevel?,
        _ decision: ApprovalDecision,
        at time: Date,
        reason: String?
    ) {
        history.append(
            ApprovalHistoryEntry(
                time: time,
                outcome: outcome,
                level: level,
                approver: decision.approver,
                comments: decision.comments,
                reason: reason
            )
        )
    }
}

/// What an approver said.
struct ApprovalDecision: Hashable, Sendable {
    var approver: String
    var isApproval: Bool
    var comments: String?
    var reason: String?
}
