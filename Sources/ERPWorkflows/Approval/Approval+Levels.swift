import Foundation
import WorkflowAPI
import WorkflowRuntime

extension Approval {
    /// Opens a level, tells its approvers, reminds them, and waits for their decision. Gives the end of it all when that is a
    /// rejection, or silence; nil when the level agreed.
    func carry(_ level: ApprovalLevel) async throws -> ApprovalOutcome? {
        // A decision that was kept does not take effect in a document that somebody has cancelled.
        if Workflow.isCancelled { throw CancellationError() }
        guard let request = ledger.request else { return nil }
        clock = ApprovalClock(level, openedAt: Workflow.timestamp, request.rules)
        ledger.open(level, at: Workflow.now)
        guard ledger.standing(of: level) == .undecided else {
            let outcome = outcome(of: level)
            if outcome != nil { settle() }
            return outcome
        }
        let texts = ApprovalTexts(request, level, ledger, row: rows[level.name])
        do {
            try await steps.announce(texts.opening(until: clock?.deadline))
            try await wait(for: level, texts)
        } catch  where !(error is WorkflowEvictedError) {
            // What people see as waiting would otherwise wait for ever.
            clock = nil
            let withdrawal = texts.closing(.withdrawn, note: "the \(ledger.noun) needs no decision any more")
            try? await Workflow.shielded { try await self.close(withdrawal, texts) }
            throw error
        }
        let outcome = outcome(of: level)
        if case .timedOut = outcome { ledger.note(.timeout, level, at: Workflow.now) }
        if outcome != nil { settle() }
        // A cancellation that comes now must not leave the task open: nobody would close it any more.
        let closing = texts.closing(outcome, ledger.votes(for: level).last)
        try await Workflow.shielded { try await self.close(closing, texts) }
        return outcome
    }

    /// Closes the level's task, unless it is a row that the workflow closes itself, and the questions that nobody answers now.
    private func close(_ closing: HumanTaskClosing, _ texts: ApprovalTexts) async throws {
        // Mostly one: two when a cancellation came between the answer to the first and the news of it.
        let open = settledQuestions < ledger.questions ? Array(settledQuestions + 1...ledger.questions) : []
        settledQuestions = ledger.questions
        let questions = open.map { texts.key.question($0) }
        guard texts.isOwnRow else {
            var closing = closing
            if !questions.isEmpty { closing.withdrawn = questions.map(\.task) }
            return try await steps.close(closing)
        }
        // Runs that came by here before questions were tasks asked nothing of the kind.
        guard !questions.isEmpty, Workflow.patched("questions-are-tasks") else { return }
        for question in questions {
            try await steps.close(HumanTaskClosing(question, .withdrawn, note: closing.note, time: closing.time))
        }
    }

    /// Waits until the level is decided or its time is over.
    private func wait(for level: ApprovalLevel, _ texts: ApprovalTexts) async throws {
        var seen = LevelState(self, level)
        while !isDecided(level) {
            let (before, next) = (seen, clock?.next)
            let hasChanged = { LevelState(self, level) != before }
            if let next {
                if try await !Workflow.condition(timeout: next.time - Workflow.timestamp, hasChanged),
                    try await isOver(next.moment, level, texts)
                {
                    return
                }
            } else {
                try await Workflow.condition(hasChanged)
            }
            let now = LevelState(self, level)
            try await report(now, since: seen, level, texts)
            seen = now
        }
    }

    /// A moment has come at which nobody had decided. Says whether the level is over.
    private func isOver(_ moment: ApprovalClock.Moment, _ level: ApprovalLevel, _ texts: ApprovalTexts) async throws
        -> Bool
    {
        switch moment {
        case .reminder:
            clock?.pass(moment)
            ledger.note(.reminded, level, at: Workflow.now)
            try await steps.announce(texts.reminder(without: ledger.peopleDecided(for: level)))
        case .escalation:
            clock?.pass(moment)
            ledger.escalate(at: Workflow.now)
            if let notice = texts.escalation(without: ledger.peopleDecided(for: level)) {
                try await steps.announce(notice)
            }
        case .deadline:
            // What came in time counts, even if the directory has not answered yet, and even if no worker was there to take
            // it up before the time was over.
            let arrived = inbox.arrived
            try await Workflow.condition { self.inbox.hasSeen(first: arrived) }
            guard let clock, let next = clock.next else { return false }
            return !isDecided(level) && next.moment == .deadline && next.time <= Workflow.timestamp
        case .unanswered:
            // An answer that came in time counts, likewise.
            let arrived = inbox.arrived
            try await Workflow.condition { self.inbox.hasSeen(first: arrived) }
            guard let next = clock?.next, next.moment == .unanswered, next.time <= Workflow.timestamp else { break }
            clock?.goOn(at: next.time)
            ledger.giveUpQuestion(at: Workflow.now)
            let note = "the question was not answered, and the clock goes on"
            let given = ledger.questions
            var change = HumanTaskChange(texts.key, dueTime: clock?.deadline.date, note: note)
            change.closing = HumanTaskClosing(
                texts.key.question(given),
                .withdrawn,
                note: "it was not answered in time",
                time: Workflow.now
            )
            // Only then: a cancellation may come before it has begun.
            try await steps.change(change)
            settledQuestions = max(settledQuestions, given)
        }
        return false
    }

    /// Tells people what has changed while the level was open, and keeps its task up to date.
    private func report(
        _ now: LevelState,
        since before: LevelState,
        _ level: ApprovalLevel,
        _ texts: ApprovalTexts
    ) async throws {
        guard !isDecided(level) else { return }
        let question = ledger.history.last { $0.outcome == .infoRequested }
        if now.questions > before.questions, let question {
            try await steps.announce(texts.question(question, now.questions, until: clock?.next?.time))
        }
        let answer = ledger.history.last { $0.outcome == .infoProvided }
        if now.answers > before.answers, let answer {
            // Another question may have come since.
            let answered = ledger.questions - (ledger.isWaitingForInfo ? 1 : 0)
            var notice = texts.answer(answer, now.answers, to: question?.approver, until: clock?.deadline)
            notice.change?.closing = HumanTaskClosing(
                texts.key.question(answered),
                .done,
                by: answer.approver,
                note: "answered; see approvalHistory",
                time: Workflow.now
            )
            try await steps.announce(notice)
            settledQuestions = max(settledQuestions, answered)
        }
        if now.votes > before.votes {
            try await steps.change(HumanTaskChange(texts.key, excluded: ledger.peopleDecided(for: level)))
        }
    }

    private func isDecided(_ level: ApprovalLevel) -> Bool { ledger.standing(of: level) != .undecided }

    /// How the level ended; nil when it agreed.
    private func outcome(of level: ApprovalLevel) -> ApprovalOutcome? {
        switch ledger.standing(of: level) {
        case .approved: return nil
        case .undecided: return .timedOut(level)
        case .rejected(let vote):
            return .rejected(
                ApprovalRejection(
                    level: level,
                    approver: vote.decision.approver,
                    onBehalfOf: vote.onBehalfOf,
                    reason: vote.decision.reason
                )
            )
        }
    }

    /// Nothing that people say counts any more.
    private func settle() {
        clock = nil
        close("rejected")
    }
}

/// What of a level people are told about when it changes.
private struct LevelState: Equatable {
    var votes: Int
    var questions: Int
    var answers: Int
    var isStopped: Bool

    init(_ approval: Approval, _ level: ApprovalLevel) {
        votes = approval.ledger.votes(for: level).count
        questions = approval.ledger.questions
        answers = approval.ledger.answers
        isStopped = approval.clock?.isStopped ?? false
    }
}
