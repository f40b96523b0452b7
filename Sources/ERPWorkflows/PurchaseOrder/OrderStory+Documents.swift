import WorkflowAPI
import WorkflowRuntime

/// What an order, an invoice and an onboarding tell differently.
extension OrderStory {
    /// What people call a document of this workflow type, and the sentence with which its story begins; nil when there is
    /// nothing to read.
    static func beginning(_ type: String, _ input: Payload) -> (noun: String, text: String)? {
        switch type {
        case InvoiceApproval.workflowName:
            guard let invoice = try? PayloadConverter.value(input, as: InvoiceInput.self) else { return nil }
            return (
                "invoice",
                "\(invoice.submittedBy) hands in invoice \(invoice.invoiceNumber) of \(invoice.vendorId) for department "
                    + "\(invoice.department): \(invoice.totalAmount)" + (invoice.poNumber.map { ", for \($0)" } ?? "")
            )
        case EmployeeOnboarding.workflowName:
            guard let input = try? PayloadConverter.value(input, as: EmployeeOnboardingInput.self) else { return nil }
            return (
                "onboarding",
                "\(input.name) (\(input.employeeId)) is to begin on \(input.startDate) as \(input.position) in "
                    + "\(input.department), at \(input.location)"
            )
        default:
            guard let order = try? PayloadConverter.value(input, as: PurchaseOrderInput.self) else { return nil }
            let amount = (try? order.checkedAmount())?.description ?? "an unknown amount"
            return (
                "order",
                "\(order.requestedBy) asks for \(order.items.count) \(order.items.count == 1 ? "item" : "items") from "
                    + "\(order.vendorId) for department \(order.department): \(amount)"
            )
        }
    }

    /// How it ended; nil when that cannot be read.
    static func end(_ noun: String, _ result: Payload) -> String? {
        switch noun {
        case "invoice":
            guard let end = try? PayloadConverter.value(result, as: InvoiceResult.self) else { return nil }
            return "the invoice is \(end.status.words)\(end.reason.map { ": \($0)" } ?? "")"
        case "onboarding":
            guard let end = try? PayloadConverter.value(result, as: OnboardingResult.self) else { return nil }
            let skipped = end.tasks.filter { $0.state == .skipped }.map {
                "\($0.taskId.rawValue) was left out\($0.note.map { " (\($0))" } ?? "")"
            }
            return (["the onboarding is \(end.status.rawValue)"] + skipped).joined(separator: "; ")
        default:
            guard let end = try? PayloadConverter.value(result, as: PurchaseOrderResult.self) else { return nil }
            return "the order is \(end.status.rawValue)\(end.reason.map { ": \($0)" } ?? "")"
        }
    }

    /// What a person said about a task.
    static func taskSentence(_ name: String, _ input: Payload) -> String? {
        if name == "completeTask", let done = try? PayloadConverter.value(input, as: TaskCompletion.self) {
            return "\(done.completedBy) says: \(done.taskId) is done"
        }
        if name == "skipTask", let skip = try? PayloadConverter.value(input, as: TaskSkip.self) {
            return "\(skip.skippedBy ?? "somebody") leaves \(skip.taskId) out: \(skip.reason)"
        }
        return nil
    }

    /// That an order takes no more invoices.
    static func sentence(_ closing: OrderClosing) -> String {
        let who = closing.closedBy == AuditEntry.system ? "" : " by \(closing.closedBy)"
        let freed = closing.freed > .zero ? "; \(closing.freed) goes back to the budget" : ""
        return "the purchase order \(closing.number) is closed\(who): \(closing.reason)\(freed)"
    }

    /// Why what a person said about a task changed nothing.
    static func sentence(_ refusal: OnboardingRefusal) -> String {
        guard let task = refusal.taskId else { return "  → \(refusal.reason)" }
        return "  → what \(refusal.completedBy ?? "somebody") says about \(task) does not count: \(refusal.reason)"
    }

    /// What people have to undo, as the end of a sentence; nothing when that is nothing.
    static func leftToPeople(_ stillToUndo: [String]) -> String {
        stillToUndo.isEmpty ? "" : "; still to be undone by hand: \(stillToUndo.joined(separator: ", "))"
    }

    /// What a step of an invoice or an onboarding came to.
    static func documentSentences(_ type: String, _ result: Payload) -> [String] {
        switch type {
        case InvoiceActivities.register.name:
            guard let answer = try? PayloadConverter.value(result, as: InvoiceAnswer.self) else { return [] }
            return [answer.isRegistered ? "the invoice is new" : answer.reason ?? "the invoice was refused"]
        case InvoiceActivities.match.name:
            guard let match = try? PayloadConverter.value(result, as: OrderMatch.self) else { return [] }
            if let refusal = match.refusal { return [refusal] }
            let difference = "it differs from the order by \(match.variance)"
            return match.variance == .zero ? ["it agrees with the order"] : [difference] + match.notes
        case InvoiceActivities.reserveBudget.name:
            guard let answer = try? PayloadConverter.value(result, as: BudgetAnswer.self) else { return [] }
            return [answer.isReserved ? "the budget is reserved" : answer.reason ?? "the budget was refused"]
        case InvoiceActivities.releaseBudget.name: return ["the budget is given back"]
        case InvoiceActivities.post.name:
            guard let posting = try? PayloadConverter.value(result, as: InvoicePosting.self) else { return [] }
            return [
                "payment \(posting.paymentId), journal entry \(posting.entryId), certificate \(posting.certificate)"
            ]
        case InvoiceActivities.end.name: return ["in the books it comes to nothing"]
        case InvoiceActivities.notify.name: return ["submitter and accounts payable are told as it concerns them"]
        case InvoiceActivities.recordAudit.name: return ["the audit trail records it"]
        default:
            for task in OnboardingTaskID.allCases {
                if type == OnboardingActivities.undo(task).name { return ["\(task.rawValue) is undone"] }
                guard type == OnboardingActivities.perform(task).name,
                    let provision = try? PayloadConverter.value(result, as: Provision.self)
                else { continue }
                if let given = provision.given { return ["\(task.rawValue): \(given)"] }
                return ["\(task.rawValue) waits for a person: \(provision.problem ?? "the system could not do it")"]
            }
            return []
        }
    }
}
