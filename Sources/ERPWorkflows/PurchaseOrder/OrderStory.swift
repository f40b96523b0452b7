package import Foundation
package import WorkflowAPI
import WorkflowRuntime

/// The history of an order in sentences that a finance person can follow.
package struct OrderStory {
    /// One sentence and when it happened.
    package struct Line: Sendable {
        /// When, in event time.
        package var time: Date
        /// What.
        package var text: String
    }

    private var lines: [Line] = []
    private var activities: [Int64: (type: String, input: Payload)] = [:]

    /// Tells a run from its events and from what its query `approvalHistory` answers.
    package static func lines(_ events: [HistoryEvent], _ approvals: [ApprovalHistoryEntry]) -> [Line] {
        var story = OrderStory()
        for event in events { story.take(event) }
        let decisions = approvals.map { Line(time: $0.time, text: sentence($0)) }
        // Stable by time: what a person did stands before what became of it.
        let all = (story.lines + decisions).enumerated()
        return all.sorted { ($0.element.time, $0.offset) < ($1.element.time, $1.offset) }.map(\.element)
    }

    private mutating func take(_ event: HistoryEvent) {
        let time = Date(timeIntervalSince1970: Double(event.time.nanoseconds) / 1e9)
        func tell(_ text: String) -> Line { Line(time: time, text: text) }
        switch event.attributes {
        case .workflowExecutionStarted(let started):
            guard let order = try? PayloadConverter.value(started.input.first ?? .null, as: PurchaseOrderInput.self)
            else { return }
            let amount = (try? order.checkedAmount())?.description ?? "an unknown amount"
            lines.append(
                tell(
                    "\(order.requestedBy) asks for \(order.items.count) \(order.items.count == 1 ? "item" : "items") from \(order.vendorId) "
                        + "for department \(order.department): \(amount)"
                )
            )
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
        case .activityTaskFailed(let failed): lines.append(tell("a step failed: \(failed.failure.message)"))
        // The event is the same for a worker that was killed, one that was too slow, and one that handed the work back.
        case .workflowTaskTimedOut:
            lines.append(
                tell("(no answer came from the worker that had taken the order up; the work goes on from there)")
            )
        case .workflowExecutionCompleted(let completed):
            guard
                let result = try? PayloadConverter.value(completed.result.first ?? .null, as: PurchaseOrderResult.self)
            else { return }
            lines.append(tell("the order is \(result.status.rawValue)\(result.reason.map { ": \($0)" } ?? "")"))
        case .workflowExecutionCancelRequested(let request):
            let who = request.identity.isEmpty ? "somebody" : request.identity
            lines.append(tell("\(who) cancels the order\(request.cause.isEmpty ? "" : ": \(request.cause)")"))
        case .workflowExecutionCanceled: lines.append(tell("the order is cancelled, and everything is undone"))
        case .workflowExecutionFailed(let failed): lines.append(tell("the order failed: \(failed.failure.message)"))
        case .workflowExecutionTerminated(let end):
            lines.append(tell("an operator ended the order, and nothing was undone: \(end.reason)"))
        case .workflowExecutionTimedOut:
            lines.append(tell("the time that the order was given as a whole is over, and nothing was undone"))
        default: break
        }
    }

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
        default: break
        }
        return "a message '\(signal.signalName)' came that the order does not understand"
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
        default: return []
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
        case .timeout: return "the time for the \(level) is over"
        }
    }
}
