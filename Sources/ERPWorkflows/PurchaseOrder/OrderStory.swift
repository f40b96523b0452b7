package import Foundation
package import WorkflowAPI
import WorkflowRuntime

/// The history of an order, an invoice or an onboarding in sentences that a finance person can follow.
package struct OrderStory {
    /// One sentence and when it happened.
    package struct Line: Sendable {
        /// When, in event time.
        package var time: Date
        /// What.
        package var text: String
    }

    private var noun = "order"
    private var lines: [Line] = []
    private var stillToUndo: [String] = []
    private var activities: [Int64: (type: String, input: Payload)] = [:]

    /// Tells a run from its events and from what its query `approvalHistory` answers, an onboarding also from its query
    /// `details`: only these know what people said in vain, and what is left to them. What became of an order after its run
    /// stands in the books: `closing`.
    package static func lines(
        _ events: [HistoryEvent],
        _ approvals: [ApprovalHistoryEntry],
        onboarding: OnboardingDetails? = nil,
        closing: OrderClosing? = nil
    ) -> [Line] {
        var story = OrderStory()
        story.stillToUndo = onboarding?.stillToUndo ?? []
        for event in events { story.take(event) }
        let decisions = approvals.map { Line(time: $0.time, text: sentence($0)) }
        let refusals = (onboarding?.refused ?? []).map { Line(time: $0.time, text: sentence($0)) }
        let closings = closing.map { [Line(time: $0.time, text: sentence($0))] } ?? []
        // Stable by time: what a person did stands before what became of it.
        let all = (story.lines + decisions + refusals + closings).enumerated()
        return all.sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }

    private mutating func take(_ event: HistoryEvent) {
        let time = Date(timeIntervalSince1970: Double(event.time.nanoseconds) / 1e9)
        func tell(_ text: String) -> Line { Line(time: time, text: text) }
        switch event.attributes {
        case .workflowExecutionStarted(let started):
            guard let first = Self.beginning(started.workflowType, started.input.first ?? .null) else { return }
            noun = first.noun
            lines.append(tell(first.text))
        case .workflowExecutionSignaled(let signal): lines.append(tell(Self.sentence(signal)))
        case .activityTaskScheduled(let scheduled):
            activities[event.id] = (scheduled.activityType, scheduled.input.first ?? .null)
        case .activityTaskStarted(let started) where started.attempt > 1:
            guard let activity = activities[started.scheduledEventID] else { return }
            lines.append(tell("(\(activity.type) was done again: attempt \(started.attempt))"))
        case .activityTaskCompleted(let completed):
            guard let activity = activities[completed.scheduledEventID] else { return }
            let result = completed.result.first ?? .null
            lines += Self.sentences(activity.type, activity.input, result).map(tell)
        case .activityTaskFailed(let failed):
            lines.append(tell("a step failed: \(failed.failure.message)"))
            noteStuck(failed.scheduledEventID)
        case .activityTaskTimedOut(let late):
            guard let activity = activities[late.scheduledEventID] else { return }
            lines.append(tell("(\(activity.type) came to no end in its time)"))
            noteStuck(late.scheduledEventID)
        // The event is the same for a worker that was killed, one that was too slow, and one that handed the work back.
        case .workflowTaskTimedOut:
            lines.append(
                tell("(no answer came from the worker that had taken the \(noun) up; the work goes on from there)")
            )
        case .workflowExecutionCompleted(let completed):
            guard let end = Self.end(noun, completed.result.first ?? .null) else { return }
            lines.append(tell(end))
        case .workflowExecutionCancelRequested(let request):
            let who = request.identity.isEmpty ? "somebody" : request.identity
            lines.append(tell("\(who) cancels the \(noun)\(request.cause.isEmpty ? "" : ": \(request.cause)")"))
        case .workflowExecutionCanceled:
            let what = stillToUndo.isEmpty ? "everything is undone" : "what the system did is undone"
            lines.append(tell("the \(noun) is cancelled, and \(what)\(Self.leftToPeople(stillToUndo))"))
        case .workflowExecutionFailed(let failed):
            lines.append(tell("the \(noun) failed: \(failed.failure.message)\(Self.leftToPeople(stillToUndo))"))
        case .workflowExecutionTerminated(let end):
            lines.append(tell("an operator ended the \(noun), and nothing was undone: \(end.reason)"))
        case .workflowExecutionTimedOut:
            lines.append(tell("the time that the \(noun) was given as a whole is over, and nothing was undone"))
        default: break
        }
    }

    /// A step that undoes another came to nothing for good: what it was to do is left to people.
    private mutating func noteStuck(_ scheduledEventID: Int64) {
        guard let type = activities[scheduledEventID]?.type, let work = Self.undoing[type] else { return }
        stillToUndo.append(work)
    }

    /// What the steps of orders and invoices do that undo others. Onboardings tell of theirs themselves.
    private static let undoing = [
        PurchaseOrderActivities.releaseBudget.name: "the budget reservation",
        PurchaseOrderActivities.cancelOrder.name: "the purchase order in the books",
        PurchaseOrderActivities.withdraw.name: "the notice to the vendor",
        InvoiceActivities.releaseBudget.name: "the budget reservation",
        InvoiceActivities.end.name: "the invoice in the books",
    ]

    private static func sentence(_ signal: HistoryEvent.WorkflowExecutionSignaled) -> String {
        let input = signal.input.first ?? .null
        switch signal.signalName {
        case "approve":
            guard let approval = try? PayloadConverter.value(input, as: ApprovalSignal.self) else { break }
            return "\(approval.approver) says: approve\(approval.comments.map { " (\($0))" } ?? "")"
        case "reject":
            guard let rejection = try? PayloadConverter.value(input, as: RejectionSignal.self) else { break }
            return "\(rejection.approver) says: reject (\(rejection.reason))"
        case "requestInfo":
            guard let question = try? PayloadConverter.value(input, as: InfoRequestSignal.self) else { break }
            return "\(question.requestedBy) asks: \(question.question)"
        case "provideInfo":
            guard let answer = try? PayloadConverter.value(input, as: InfoAnswerSignal.self) else { break }
            return "\(answer.providedBy ?? "somebody") answers: \(answer.answer)"
        default: if let sentence = taskSentence(signal.signalName, input) { return sentence }
        }
        return "a message '\(signal.signalName)' came that it does not understand"
    }

    private static func sentences(_ type: String, _ input: Payload, _ result: Payload) -> [String] {
        switch type {
        case PurchaseOrderActivities.reserveBudget.name:
            guard let answer = try? PayloadConverter.value(result, as: BudgetAnswer.self) else { return [] }
            return [answer.isReserved ? "the budget is reserved" : answer.reason ?? "the budget was refused"]
        case PurchaseOrderActivities.releaseBudget.name: return ["the budget is given back"]
        case PurchaseOrderActivities.createOrder.name:
            guard let number = try? PayloadConverter.value(result, as: String.self) else { return [] }
            return ["the purchase order \(number) is created"]
        case PurchaseOrderActivities.cancelOrder.name: return ["the purchase order is cancelled, if there was one"]
        case ApprovalActivities.announce.name:
            guard let notice = try? PayloadConverter.value(input, as: ApprovalNotice.self) else { return [] }
            return Self.sentences(notice)
        case PurchaseOrderActivities.notify.name:
            guard let messages = try? PayloadConverter.value(input, as: [NotificationMessage].self) else { return [] }
            return messages.map { "\($0.recipient) is told: \($0.subject)" }
        case PurchaseOrderActivities.recordAudit.name: return ["the audit trail records it"]
        default: return documentSentences(type, result)
        }
    }

    private static func sentences(_ notice: ApprovalNotice) -> [String] {
        switch notice.kind {
        case "approval_requested": ["the \(notice.level) is asked to approve"]
        case "approval_reminder": ["the \(notice.level) is reminded"]
        case "approval_escalated": ["others are told, who may decide as \(notice.level) as well"]
        case "info_requested": ["the requester is told of the question"]
        case "info_provided": ["who asked is told the answer"]
        default: []
        }
    }

    private static func sentence(_ entry: ApprovalHistoryEntry) -> String {
        let level = entry.levelTitle ?? ""
        let person = (entry.approver ?? "") + (entry.onBehalfOf.map { " for \($0)" } ?? "")
        switch entry.outcome {
        case .approved: return "  → counts: \(level) approved by \(person)"
        case .rejected: return "  → counts: \(level) rejected by \(person)"
        case .kept: return "  → kept: the decision of \(person) waits until the level \(level) opens"
        case .refused: return "  → the decision of \(person) does not count: \(entry.reason ?? "")"
        case .unlisted: return "  → \(entry.reason ?? "")"
        case .reminded: return "half of the time for the \(level) is over"
        case .escalated: return "most of the time for the \(level) is over"
        case .infoRequested: return "  → the clock of the \(level) stands until \(person) has an answer"
        case .infoProvided: return "  → the clock of the \(level) goes on"
        case .unanswered: return "no answer came, and the clock of the \(level) goes on"
        case .timeout: return "the time for the \(level) is over"
        }
    }
}
