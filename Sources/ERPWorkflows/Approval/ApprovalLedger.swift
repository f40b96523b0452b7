import Foundation

/// The approvals of one document: who decided what, and why a decision does not count. Pure: the directory's answer comes
/// in with each decision.
///
/// Rules: a decision counts only for a level that the approver's roles may decide, be it in their own right or for somebody
/// whose deputy they are; it has to come from the approver's own login unless the tenant lets people act for others; neither
/// the requester nor their deputy may decide; nobody decides twice, not even through a deputy; a decision for a level that is
/// not open yet is kept for it; nothing counts any more once the document's fate is settled.
struct ApprovalLedger: Sendable {
    /// How many refused decisions are listed one by one; of the rest only the number is kept.
    static let mostRefusals = 200

    /// How many questions may be asked about a document.
    static let mostQuestions = 20

    /// A decision that counts or will count.
    struct Vote: Hashable, Sendable {
        var decision: ApprovalDecision
        var onBehalfOf: String?

        /// Whose say it takes: nobody of them may decide again.
        var people: [String] { [decision.approver] + (onBehalfOf.map { [$0] } ?? []) }
    }

    /// How it stands with a level.
    enum Standing: Hashable, Sendable {
        case undecided
        case approved
        case rejected(Vote)
    }

    let noun: String
    private(set) var request: ApprovalRequest?
    private(set) var isEscalated = false
    /// A question waits for its answer.
    private(set) var isWaitingForInfo = false
    /// Only the requester and their deputies answer what is asked.
    var answersAreOfRequester = true
    /// How many questions counted so far, and how many answers.
    private(set) var questions = 0
    private(set) var answers = 0
    /// Why no decision counts any more; nil while they do.
    private(set) var closingReason: String?
    private var openIndex: Int?
    private var votes: [String: [Vote]] = [:]
    private var entries: [ApprovalHistoryEntry] = []
    private var listedRefusals = 0
    private var unlisted: ApprovalHistoryEntry?

    init(noun: String) { self.noun = noun }

    /// What happened, in order; at the end how many refused decisions are not listed.
    var history: [ApprovalHistoryEntry] { entries + (unlisted.map { [$0] } ?? []) }

    var levels: [ApprovalLevel] { request?.levels ?? [] }

    /// The level that was opened last.
    var openLevel: ApprovalLevel? { openIndex.map { levels[$0] } }

    /// Everybody whose say has been taken and who may therefore not decide a level, in order: in their own right, by a
    /// deputy, or as one.
    func peopleDecided(for level: ApprovalLevel) -> [String] {
        var seen: Set<String> = []
        let levels = level.isApart ? [level] : levels.filter { !$0.isApart }
        return levels.flatMap { votes[$0.name] ?? [] }.flatMap(\.people).filter { seen.insert($0).inserted }
    }

    /// Says what is to be approved, by whom.
    mutating func require(_ request: ApprovalRequest) { self.request = request }

    /// How it stands with a level; undecided until it opens.
    func standing(of level: ApprovalLevel) -> Standing {
        guard let openIndex, let index = levels.firstIndex(of: level), index <= openIndex else { return .undecided }
        let votes = votes[level.name] ?? []
        if let no = votes.first(where: { !$0.decision.isApproval }) { return .rejected(no) }
        return votes.count >= level.quorum ? .approved : .undecided
    }

    /// The votes for a level, kept ones included.
    func votes(for level: ApprovalLevel) -> [Vote] { votes[level.name] ?? [] }

    /// Opens a level; decisions that were kept for it take effect.
    mutating func open(_ level: ApprovalLevel, at time: Date) {
        guard let index = levels.firstIndex(of: level) else { return }
        openIndex = index
        isEscalated = false
        isWaitingForInfo = false
        for vote in votes[level.name] ?? [] { record(vote, for: level, at: time) }
    }

    /// From now on those to whom the open level escalates may decide it as well.
    mutating func escalate(at time: Date) {
        isEscalated = true
        if let openLevel { note(.escalated, openLevel, at: time) }
    }

    /// From now on no decision counts, for this reason, a sentence for people. The first reason stands.
    mutating func close(because reason: String) {
        closingReason = closingReason ?? reason
        isWaitingForInfo = false
    }

    /// Takes a decision: for the first level that the approver may still decide.
    mutating func take(_ decision: ApprovalDecision, by approver: Approver, at time: Date) {
        let right = DecisionRight(self, approver)
        guard closingReason == nil, right.isKnown(decision.caller), let (level, onBehalfOf) = right.place else {
            refuse(decision, because: closingReason ?? right.refusal(of: decision.caller), at: time)
            return
        }
        let vote = Vote(decision: decision, onBehalfOf: onBehalfOf)
        votes[level.name, default: []].append(vote)
        if level == openLevel {
            record(vote, for: level, at: time)
        } else {
            append(.kept, level, vote, at: time, reason: RefusalText.notOpenYet(level))
        }
    }

    /// Takes a question of somebody who may decide the open level. Says whether it counts.
    mutating func ask(_ question: ApprovalInquiry, by approver: Approver, at time: Date) -> Bool {
        let right = DecisionRight(self, approver)
        guard closingReason == nil, !isWaitingForInfo, questions < Self.mostQuestions, let openLevel,
            standing(of: openLevel) == .undecided, right.isKnown(question.caller),
            let authority = right.authority(over: openLevel)
        else {
            refuse(question, because: refusal(of: question, right), at: time)
            return false
        }
        isWaitingForInfo = true
        questions += 1
        entries.append(
            ApprovalHistoryEntry(
                time: time,
                outcome: .infoRequested,
                level: openLevel,
                approver: question.person,
                onBehalfOf: authority.onBehalfOf,
                caller: question.caller?.clipped(to: TextLimits.name),
                comments: question.text
            )
        )
        return true
    }

    /// Takes the answer to what was asked. Says whether something was.
    mutating func answer(_ answer: ApprovalInquiry, by person: Approver, at time: Date) -> Bool {
        guard closingReason == nil, isWaitingForInfo, let openLevel else {
            refuse(answer, because: closingReason ?? RefusalText.nobodyAsked, at: time)
            return false
        }
        let right = DecisionRight(self, person)
        var answerer = answer.person
        var onBehalfOf: String?
        if answersAreOfRequester {
            if let reason = right.refusal(ofAnswerFrom: answer.caller) {
                refuse(answer, because: reason, at: time)
                return false
            }
            answerer = person.user?.id
            onBehalfOf = answerer == request?.document.requestedBy ? nil : request?.document.requestedBy
        } else if answer.person != nil, let reason = right.refusalOfSender(answer.caller) {
            refuse(answer, because: reason, at: time)
            return false
        }
        isWaitingForInfo = false
        answers += 1
        entries.append(
            ApprovalHistoryEntry(
                time: time,
                outcome: .infoProvided,
                level: openLevel,
                approver: answerer,
                onBehalfOf: onBehalfOf,
                caller: answer.caller?.clipped(to: TextLimits.name),
                comments: answer.text
            )
        )
        return true
    }

    /// Nobody has answered in time.
    mutating func giveUpQuestion(at time: Date) {
        guard isWaitingForInfo, let openLevel else { return }
        isWaitingForInfo = false
        note(.unanswered, openLevel, at: time)
    }

    /// Notes that something that was said does not count, with why: a sentence for people.
    mutating func refuse(_ message: ApprovalInbox.Content, because reason: String, at time: Date) {
        switch message {
        case .decision(let decision): refuse(decision, because: reason, at: time)
        case .question(let inquiry), .answer(let inquiry): refuse(inquiry, because: reason, at: time)
        }
    }

    /// Notes a decision that does not count.
    mutating func refuse(_ decision: ApprovalDecision, because reason: String, at time: Date) {
        refuse(decision.approver, decision.caller, decision.comments ?? decision.reason, because: reason, at: time)
    }

    /// Notes that the approvers were reminded, or that nobody decided in time.
    mutating func note(_ outcome: ApprovalHistoryEntry.Outcome, _ level: ApprovalLevel, at time: Date) {
        entries.append(ApprovalHistoryEntry(time: time, outcome: outcome, level: level))
    }

    private func refusal(of question: ApprovalInquiry, _ right: DecisionRight) -> String {
        if let closingReason { return closingReason }
        guard let openLevel, standing(of: openLevel) == .undecided else { return RefusalText.nothingIsOpen }
        if isWaitingForInfo { return RefusalText.questionIsOpen }
        if questions >= Self.mostQuestions { return RefusalText.tooManyQuestions(noun) }
        return right.refusal(of: question.caller, over: openLevel)
    }

    private mutating func refuse(_ inquiry: ApprovalInquiry, because reason: String, at time: Date) {
        refuse(inquiry.person, inquiry.caller, inquiry.text, because: reason, at: time)
    }

    private mutating func refuse(
        _ approver: String?,
        _ caller: String?,
        _ words: String?,
        because reason: String,
        at time: Date
    ) {
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
        entries.append(
            ApprovalHistoryEntry(
                time: time,
                outcome: .refused,
                approver: approver,
                caller: caller?.clipped(to: TextLimits.name),
                comments: words?.clipped(to: TextLimits.refusedWords),
                reason: reason
            )
        )
    }

    private mutating func record(_ vote: Vote, for level: ApprovalLevel, at time: Date) {
        let decision = vote.decision
        append(decision.isApproval ? .approved : .rejected, level, vote, at: time, reason: decision.reason)
        if standing(of: level) != .undecided { isWaitingForInfo = false }
        if !decision.isApproval { close(because: RefusalText.over(noun, "rejected")) }
    }

    private mutating func append(
        _ outcome: ApprovalHistoryEntry.Outcome,
        _ level: ApprovalLevel,
        _ vote: Vote,
        at time: Date,
        reason: String?
    ) {
        entries.append(
            ApprovalHistoryEntry(
                time: time,
                outcome: outcome,
                level: level,
                approver: vote.decision.approver,
                onBehalfOf: vote.onBehalfOf,
                caller: vote.decision.caller?.clipped(to: TextLimits.name),
                comments: vote.decision.comments,
                reason: reason
            )
        )
    }
}
