import Foundation
import WorkflowRuntime

/// What people are told about an invoice, and what the auditors read.
struct InvoiceTexts {
    let work: InvoiceWork
    let preparation: InvoicePreparation?

    private var input: InvoiceInput { work.input }

    private var title: String { "Invoice \(input.invoiceNumber) of \(vendor) (\(input.totalAmount))" }

    private var vendor: String { preparation?.vendor?.name ?? input.vendorName }

    /// The invoice calls its vendor otherwise than the master data do; nil when it does not. Case, punctuation, blanks and the
    /// usual short forms make no difference.
    var vendorNote: String? {
        guard let vendor = preparation?.vendor, VendorName.key(vendor.name) != VendorName.key(input.vendorName) else {
            return nil
        }
        return "the invoice names \"\(input.vendorName)\", and vendor \(vendor.id) is \"\(vendor.name)\""
    }

    /// What the approvers see.
    func document(_ taxes: TaxBreakdown, _ match: OrderMatch?) -> ApprovalDocument {
        var summary =
            "\(input.submittedBy) asks for the payment of invoice \(input.invoiceNumber) of \(vendor) for department "
            + "\(input.department): net \(taxes.net), VAT \(taxes.vat.amount), withheld \(taxes.withholding.amount), "
            + "payable \(taxes.payable) until \(input.dueDate)."
        if let vendorNote { summary += " Mind: \(vendorNote)." }
        if let match, let number = input.poNumber {
            let notes =
                match.notes.isEmpty ? "" : " (\(match.notes.joined(separator: "; ").clipped(to: TextLimits.words)))"
            summary +=
                match.variance == .zero
                ? " It agrees with \(number)." : " It differs from \(number) by \(match.variance)\(notes)."
        }
        return ApprovalDocument(
            kind: "invoice",
            id: input.invoiceId,
            title: title,
            summary: summary,
            amount: InvoiceLevels.total(of: input, taxes),
            department: input.department,
            requestedBy: input.submittedBy
        )
    }

    /// Accounts payable and the submitter hear of the payment.
    func paid(_ posting: InvoicePosting, _ taxes: TaxBreakdown) -> InvoiceNotice {
        let what = "is approved: payment \(posting.paymentId) of \(taxes.payable), due \(input.dueDate)"
        return InvoiceNotice(
            messages: submitterTold("invoice_approved", what),
            toRole: message(
                "invoice_approved",
                to: "accounts_payable",
                "",
                "\(title) is approved",
                "Invoice \(input.invoiceNumber) \(what), journal entry \(posting.entryId), certificate "
                    + "\(posting.certificate) of \(taxes.withholding.amount) withheld."
            ),
            role: "accounts_payable"
        )
    }

    /// The submitter hears that it came to nothing; when it is on hold, accounts payable as well, who can see to it.
    func ended(_ status: InvoiceStatus, _ reason: String) -> InvoiceNotice {
        let kind = "invoice_\(status == .error ? "failed" : status.rawValue)"
        let what = "was \(status.words): \(reason)"
        var notice = InvoiceNotice(messages: submitterTold(kind, what))
        if status == .onHold {
            notice.role = "accounts_payable"
            notice.toRole = message(
                kind,
                to: "accounts_payable",
                "",
                "\(title) is on hold",
                "Invoice \(input.invoiceNumber) \(what)"
            )
        }
        return notice
    }

    /// Nothing when the directory does not know the submitter. When it could not be asked, the message goes out without an
    /// address, under the submitter's id.
    private func submitterTold(_ kind: String, _ what: String) -> [NotificationMessage] {
        if let preparation, preparation.submitter == nil { return [] }
        return [
            message(
                kind,
                to: input.submittedBy,
                preparation?.submitter?.email ?? "",
                "\(title) \(what)",
                "Your invoice \(input.invoiceNumber) (\(input.invoiceId)) \(what)."
            )
        ]
    }

    private func message(
        _ kind: String,
        to recipient: String,
        _ address: String,
        _ subject: String,
        _ body: String
    ) -> NotificationMessage {
        NotificationMessage(
            tenant: work.invoice.tenant,
            key: "\(work.invoice.runId)/\(kind)/\(recipient)",
            recipient: recipient,
            address: address,
            kind: kind,
            subject: subject,
            body: body,
            time: Workflow.now
        )
    }

    /// It was paid for: what, and who approved it.
    func audit(_ posting: InvoicePosting, _ taxes: TaxBreakdown, _ history: [ApprovalHistoryEntry]) -> AuditEntry {
        let approvers = history.filter { $0.outcome == .approved }
            .map { "approved by \($0.approver ?? "") (\($0.levelTitle ?? ""))" }
        let details =
            [posting.paymentId, posting.entryId, posting.certificate, "payable \(taxes.payable)"]
            + ["submitted by \(input.submittedBy)"] + approvers + (vendorNote.map { [$0] } ?? [])
            + (preparation?.terms.versions.auditText.map { [$0] } ?? [])
        let decider = history.last { $0.outcome == .approved }?.approver
        return audit("approved", by: decider ?? AuditEntry.system, details: details.joined(separator: ", "))
    }

    func audit(_ action: String, by actor: String, details: String) -> AuditEntry {
        AuditEntry(
            tenant: work.invoice.tenant,
            key: "\(work.invoice.runId)/\(action)",
            time: Workflow.now,
            entity: "invoice",
            entityId: input.invoiceId,
            action: action,
            actor: actor,
            details: details
        )
    }
}
