/// What a person may decide as a ledger stands, and why they may not.
struct DecisionRight {
    /// By whose right a person decides: their own, or that of somebody whose deputy they are.
    struct Authority {
        /// Whose roles count.
        var user: DirectoryUser
        var onBehalfOf: String?
        /// The only role that counts; nil for all.
        var role: String?
    }

    private let ledger: ApprovalLedger
    private let person: DirectoryUser?
    private let authorities: [Authority]

    /// What the directory's answer gives the right to.
    init(_ ledger: ApprovalLedger, _ approver: Approver) {
        self.ledger = ledger
        person = approver.user?.isActive == true ? approver.user : nil
        guard let person else {
            authorities = []
            return
        }
        // In their own right first: a deputyship is used only where it is needed.
        let delegators = approver.delegators.filter { $0.user.isActive && $0.user.id != person.id }
        authorities =
            [Authority(user: person)]
            + delegators.map { Authority(user: $0.user, onBehalfOf: $0.user.id, role: $0.role) }
    }

    private var rules: ApprovalRules { ledger.request?.rules ?? ApprovalRules() }
    private var requester: String? { ledger.request?.document.requestedBy }
    private var department: String { ledger.request?.document.department ?? "" }

    /// The first level that the person may decide now, and for whom.
    var place: (level: ApprovalLevel, onBehalfOf: String?)? {
        for level in ledger.levels where takesVotes(level) {
            if let authority = authority(over: level) { return (level, authority.onBehalfOf) }
        }
        return nil
    }

    /// By whose right the person may decide a level; nil when by nobody's.
    func authority(over level: ApprovalLevel) -> Authority? {
        authorities.first { hasRole($0, for: level) && isFree($0, for: level) }
    }

    /// The sender is the person themselves, or may act for others.
    func isKnown(_ caller: String?) -> Bool {
        rules.actForOthers || person != nil && caller.flatMap(Self.login(of:)) == person?.effectiveLogin
    }

    /// Why a decision from this sender does not count.
    func refusal(of caller: String?) -> String {
        if ledger.levels.isEmpty { return RefusalText.needsNoApproval(ledger.noun) }
        if let reason = refusalOfPerson(caller) { return reason }
        let able = ledger.levels.filter { level in authorities.contains { hasRole($0, for: level) } }
        guard let first = able.first else { return roleRefusal(for: ledger.levels) }
        let left = able.filter(takesVotes)
        if let reason = refusalOfRepeat(left) { return reason }
        guard let next = left.first else {
            return RefusalText.decidedByOther(first, ledger.votes(for: first).map(\.decision.approver))
        }
        return refusalOfDelegators(for: next)
    }

    /// Why a question about this level from this sender does not count.
    func refusal(of caller: String?, over level: ApprovalLevel) -> String {
        if let reason = refusalOfPerson(caller) { return reason }
        guard authorities.contains(where: { hasRole($0, for: level) }) else { return roleRefusal(for: [level]) }
        return refusalOfRepeat([level]) ?? refusalOfDelegators(for: level)
    }

    /// Why something that names the person and came from this sender does not count, whatever they may decide.
    func refusalOfSender(_ caller: String?) -> String? {
        guard person != nil else { return RefusalText.notAnActiveUser }
        return isKnown(caller) ? nil : RefusalText.otherCaller(caller)
    }

    /// Why an answer of the person that came from this sender does not count; nil when it does. The requester answers, or
    /// somebody who is their deputy in everything.
    func refusal(ofAnswerFrom caller: String?) -> String? {
        if let reason = refusalOfSender(caller) { return reason }
        let isTheirs = authorities.contains { $0.user.id == requester && $0.role == nil }
        return isTheirs ? nil : RefusalText.notAsked(requester)
    }

    private func refusalOfPerson(_ caller: String?) -> String? {
        if let reason = refusalOfSender(caller) { return reason }
        guard let person, !rules.fourEyes || person.id != requester else { return RefusalText.own(ledger.noun) }
        return nil
    }

    private func roleRefusal(for levels: [ApprovalLevel]) -> String {
        let escalating = levels.first { level in
            guard let escalation = level.escalation else { return false }
            return authorities.contains {
                has(escalation.role, departmentOnly: escalation.isDepartmentOnly, $0)
            }
        }
        if let escalating { return RefusalText.notYetEscalated(escalating) }
        return RefusalText.noRole(for: levels, of: department)
    }

    /// The person's say was taken before.
    private func refusalOfRepeat(_ left: [ApprovalLevel]) -> String? {
        guard let person else { return nil }
        let all = ledger.levels.filter { !$0.isApart || left.isEmpty || left == [$0] }
        for level in all where rules.oneLevelEach || left == [level] || left.isEmpty {
            for vote in ledger.votes(for: level) {
                if vote.decision.approver == person.id {
                    return left.contains { $0 != level }
                        ? RefusalText.twoLevels(level, ledger.noun) : RefusalText.decidedBefore(level)
                }
                if vote.onBehalfOf == person.id {
                    return RefusalText.decidedByDeputy(level, vote.decision.approver, ledger.noun)
                }
            }
        }
        return nil
    }

    /// The only ones by whose right the person could decide may not.
    private func refusalOfDelegators(for level: ApprovalLevel) -> String {
        for authority in authorities where hasRole(authority, for: level) {
            guard let delegator = authority.onBehalfOf else { continue }
            if rules.fourEyes, delegator == requester { return RefusalText.deputyOfRequester(ledger.noun) }
            for decided in ledger.levels {
                guard ledger.votes(for: decided).contains(where: { $0.people.contains(delegator) }) else { continue }
                return RefusalText.delegatorDecided(delegator, decided, ledger.noun)
            }
        }
        return RefusalText.noRole(for: [level], of: department)
    }

    private func takesVotes(_ level: ApprovalLevel) -> Bool {
        let votes = ledger.votes(for: level)
        return votes.count < level.quorum && votes.allSatisfy(\.decision.isApproval)
    }

    private func hasRole(_ authority: Authority, for level: ApprovalLevel) -> Bool {
        if has(level.role, departmentOnly: level.isDepartmentOnly, authority) { return true }
        // A deputy in one role stands in for that role alone.
        if let named = level.person, named == authority.user.id, authority.role == nil { return true }
        guard ledger.isEscalated, ledger.openLevel == level, let escalation = level.escalation else { return false }
        return has(escalation.role, departmentOnly: escalation.isDepartmentOnly, authority)
    }

    private func has(_ role: String, departmentOnly: Bool, _ authority: Authority) -> Bool {
        authority.user.roles.contains(role) && authority.role ?? role == role
            && (!departmentOnly || authority.user.department == department)
    }

    /// Neither of the two is the requester, and neither has decided.
    private func isFree(_ authority: Authority, for level: ApprovalLevel) -> Bool {
        guard let person else { return false }
        let people = Set([person.id, authority.user.id])
        if rules.fourEyes, let requester, people.contains(requester) { return false }
        let taken = rules.oneLevelEach && !level.isApart ? ledger.levels.filter { !$0.isApart } : [level]
        return !taken.contains { ledger.votes(for: $0).contains { !people.isDisjoint(with: $0.people) } }
    }

    /// `karim` of `karim@host`.
    private static func login(of caller: String) -> String? {
        guard let at = caller.lastIndex(of: "@") else { return nil }
        return String(caller[..<at])
    }
}
