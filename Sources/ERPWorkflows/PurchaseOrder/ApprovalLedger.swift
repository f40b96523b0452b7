import Foundation

/// The approvals of one order: which levels it needs, who decided what, and why a decision does not count. Pure: the
/// directory's answer comes in with each decision.
///
/// Rules: a decision counts only for a level that the approver's roles may decide; the requester may not decide; one
/// person may not decide two levels; a decision for a level that is not open yet is kept for it; nothing counts any more
/// once the order's fate is settled.
struct ApprovalLedger: Sendable {
    /// How many refused decisions are listed one by one; of the rest only the number is kept.
    static let mostRefusals = 200

    let requester: String
    let department: String
    private(set) var levels: [ApprovalLevel] = []
    private(set) var openLevel: ApprovalLevel?
    /// Why no decision counts any more; nil while they do.
    private(set) var closingReason: String?
    private var entries: [ApprovalHistoryEntry] = []
    private var decisions: [ApprovalLevel: ApprovalDecision] = [:]
    private var listedRefusals = 0
    private var unlisted: ApprovalHistoryEntry?

    init(requester: String, department: String) {
        self.requester = requester
        self.department = department
    }

    /// What happened, in order; at the end how many refused decisions are not listed.
    var history: [ApprovalHistoryEntry] { entries + (unlisted.map { [$0] } ?? []) }

    /// Says which levels the order needs, in order.
    mutating func require(_ levels: [ApprovalLevel]) { self.levels = levels }

    /// The decision of a level that has opened.
    func decision(of level: ApprovalLevel) -> ApprovalDecision? {
        openLevel == level || isPast(level) ? decisions[level] : nil
    }

    /// Opens a level; a decision that was kept for it takes effect.
    mutating func open(_ level: ApprovalLevel, at time: Date) {
        openLevel = level
        if let kept = decisions[level] { record(kept, for: level, at: time) }
    }

    /// From now on no decision counts, for this reason, a sentence for people. The first reason stands.
    mutating func close(because reason: String) { closingReason = closingReason ?? reason }

    /// Takes a decision: for the first level that the approver may still decide. `person` is what the directory knows.
    mutating func take(_ decision: ApprovalDecision, by person: DirectoryUser?, at time: Date) {
        if let reason = closingReason ?? refusal(of: decision, by: person) {
            refuse(decision, because: reason, at: time)
            return
        }
        guard let level = levels.first(where: { isUndecided($0, by: person) }) else { return }
        decisions[level] = decision
        if level == openLevel {
            record(decision, for: level, at: time)
        } else {
            append(.kept, level, decision, at: time, reason: RefusalText.notOpenYet(level))
        }
    }

    /// Notes a decision that does not count, with why: a sentence for people.
    mutating func refuse(_ decision: ApprovalDecision, because reason: String, at time: Date) {
        guard listedRefusals < Self.mostRefusals else {
            let count = (unlisted?.count ?? 0) + 1
            unlisted = ApprovalHistoryEntry(
                time: time,
                outcome: .unlisted,
                reason: RefusalText.unlisted(count),
                count: count
            )
            return
        }
        listedRefusals += 1
        var short = decision
        short.comments = (decision.comments ?? decision.reason)?.clipped(to: TextLimits.refusedWords)
        append(.refused, nil, short, at: time, reason: reason)
    }

    /// Notes that the approvers were reminded, or that nobody decided in time.
    mutating func note(_ outcome: ApprovalHistoryEntry.Outcome, _ level: ApprovalLevel, at time: Date) {
        entries.append(ApprovalHistoryEntry(time: time, outcome: outcome, level: level))
    }

    /// Why a decision does not count; nil when it does.
    private func refusal(of decision: ApprovalDecision, by person: DirectoryUser?) -> String? {
        guard !levels.isEmpty else { return RefusalText.needsNoApproval }
        guard let person, person.isActive else { return RefusalText.notAnActiveUser }
        guard person.id != requester else { return RefusalText.ownOrder }
        let permitted = levels.filter { person.mayDecide($0, for: department) }
        guard let first = permitted.first else { return RefusalText.noRole(for: levels, of: department) }
        let isSomeLeft = permitted.contains { isUndecided($0, by: person) }
        if let decided = levels.first(where: { decisions[$0]?.approver == person.id }) {
            return isSomeLeft ? RefusalText.twoLevels(decided) : RefusalText.decidedBefore(decided)
        }
        guard isSomeLeft else { return RefusalText.decidedByOther(first, decisions[first]?.approver ?? "") }
        return nil
    }

    private func isUndecided(_ level: ApprovalLevel, by person: DirectoryUser?) -> Bool {
        decisions[level] == nil && person?.mayDecide(level, for: department) == true
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
        if !decision.isApproval { close(because: RefusalText.over(.rejected)) }
    }

    private mutating func append(
        _ outcome: ApprovalHistoryEntry.Outcome,
        _ level: ApprovalLevel?,
        _ decision: ApprovalDecision,
        at time: Date,
        reason: String?
    ) {
        entries.append(
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
