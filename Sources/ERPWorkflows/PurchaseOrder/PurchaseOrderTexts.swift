import Foundation
import WorkflowRuntime

/// What people are told about an order, and what the auditors read.
struct PurchaseOrderTexts {
    let work: PurchaseOrderWork
    let preparation: Preparation?

    private var title: String { "Order \(work.input.id) (\(work.amount))" }

    private func key(_ kind: String, _ recipient: String) -> String { "\(work.order.runId)/\(kind)/\(recipient)" }

    private func message(
        _ kind: String,
        to recipient: String,
        _ address: String,
        _ subject: String,
        _ body: String
    ) -> NotificationMessage {
        NotificationMessage(
            tenant: work.order.tenant,
            key: key(kind, recipient),
            recipient: recipient,
            address: address,
            kind: kind,
            subject: subject,
            body: body,
            time: Workflow.now
        )
    }

    func vendorOrdered(_ number: String) -> NotificationMessage {
        message(
            "order_placed",
            to: work.input.vendorId,
            preparation?.vendorAddress ?? "",
            "Purchase order \(number)",
            "We order \(work.input.items.count) item(s) for \(work.amount). Please quote \(number) on your invoice."
        )
    }

    /// Goes to the vendor only if the order did; what went on in the company is none of their business.
    func vendorWithdrawn(_ number: String, _ status: PurchaseOrderStatus) -> Withdrawal {
        let why = status == .cancelled ? "it was cancelled" : "it could not be completed"
        return Withdrawal(
            key: key("order_placed", work.input.vendorId),
            message: message(
                "order_withdrawn",
                to: work.input.vendorId,
                preparation?.vendorAddress ?? "",
                "Purchase order \(number) is withdrawn",
                "Purchase order \(number) is withdrawn: \(why). Please do not deliver it."
            )
        )
    }

    func requesterCompleted(_ number: String) -> NotificationMessage {
        message(
            "order_completed",
            to: work.input.requestedBy,
            preparation?.requesterAddress ?? "",
            "\(title) was placed",
            "Your order \(work.input.id) was placed as \(number)."
        )
    }

    /// Nothing when the directory does not know the requester. When it could not be asked, the message goes out without an
    /// address, under the requester's id.
    func requesterTold(_ kind: String, _ what: String) -> [NotificationMessage] {
        guard preparation?.requesterAddress.isEmpty != true else { return [] }
        return [
            message(
                kind,
                to: work.input.requestedBy,
                preparation?.requesterAddress ?? "",
                "\(title) \(what)",
                "Your order \(work.input.id) \(what)."
            )
        ]
    }

    /// What the approvers see.
    var document: ApprovalDocument {
        ApprovalDocument(
            kind: "purchase_order",
            id: work.input.id,
            title: title,
            summary: "\(work.input.requestedBy) asks for the approval of order \(work.input.id) for department "
                + "\(work.input.department): \(work.input.items.count) item(s), \(work.amount).",
            amount: work.amount,
            department: work.input.department,
            requestedBy: work.input.requestedBy
        )
    }

    /// The order was made: who wanted it, and who approved it.
    func completed(_ number: String, _ approvals: [ApprovalHistoryEntry]) -> AuditEntry {
        let approvers = approvals.map { approval in
            let deputy = approval.onBehalfOf.map { " for \($0)" } ?? ""
            return "approved by \(approval.approver ?? "")\(deputy) (\(approval.levelTitle ?? ""))"
        }
        let details = ([number, work.amount.description] + approvers + policies).joined(separator: ", ")
        return audit("completed", by: work.input.requestedBy, details: details)
    }

    private var policies: [String] { preparation?.versions?.auditText.map { [$0] } ?? [] }

    func audit(_ action: String, by actor: String, details: String) -> AuditEntry {
        AuditEntry(
            tenant: work.order.tenant,
            key: "\(work.order.runId)/\(action)",
            time: Workflow.now,
            entity: "purchase_order",
            entityId: work.input.id,
            action: action,
            actor: actor,
            details: details
        )
    }
}
