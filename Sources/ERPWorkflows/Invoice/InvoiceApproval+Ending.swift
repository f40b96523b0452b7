import Foundation
import WorkflowAPI
import WorkflowRuntime

extension InvoiceApproval {
    /// The invoice's fate is settled: from here on no decision counts, and `status` says what became of it, also while what
    /// was done is still being undone.
    func end(_ status: InvoiceStatus, because reason: String?) {
        self.status = status
        self.reason = reason
        approval.close(status.words)
    }

    /// Accounts payable and submitter are told, and the auditors. The invoice is paid for whatever becomes of that.
    func finish(_ work: InvoiceWork) async throws -> InvoiceResult {
        status = .notifying
        approval.close("approved")
        let texts = InvoiceTexts(work: work, preparation: preparation)
        var problems: [String] = []
        if let posting, let taxes {
            do {
                try await steps.notify(texts.paid(posting, taxes))
            } catch  where !(error is WorkflowEvictedError) {
                problems.append("nobody could be told: \(error)")
            }
            do {
                try await steps.recordAudit(texts.audit(posting, taxes, approval.history))
            } catch  where !(error is WorkflowEvictedError) {
                problems.append("the audit could not be recorded: \(error)")
            }
        }
        end(.approved, because: problems.isEmpty ? nil : problems.joined(separator: "; ").clipped(to: TextLimits.words))
        return result
    }

    /// Undoes what was done, tells the submitter, records it; also what could not be undone, so that a person sees to it.
    func refuse(_ work: InvoiceWork, _ stop: InvoiceStop) async throws -> InvoiceResult {
        let texts = InvoiceTexts(work: work, preparation: preparation)
        let details = try await compensate(stop.reason)
        try await steps.notify(texts.ended(stop.status, details))
        try await steps.recordAudit(
            texts.audit(stop.status.rawValue, by: stop.rejecter ?? AuditEntry.system, details: details)
        )
        reason = details
        return result
    }

    /// Undoes what was done after a cancellation or a failure, tells the submitter, records it.
    func abandon(_ work: InvoiceWork, _ loss: PurchaseOrderLoss) async throws {
        // An invoice that was lost at once has looked up nobody, and its submitter is to be told all the same.
        if preparation == nil { preparation = try? await steps.prepare(work.preparation) }
        let texts = InvoiceTexts(work: work, preparation: preparation)
        let details = try await compensate(loss.auditDetails)
        try await steps.notify(texts.ended(status, details == loss.auditDetails ? loss.reason : details))
        let action = status == .cancelled ? "cancelled" : "failed"
        try await steps.recordAudit(texts.audit(action, by: loss.actor, details: details))
    }

    /// Undoes what was done. Gives the words with what could not be undone behind them.
    private func compensate(_ words: String) async throws -> String {
        let stuck = try await saga.undo().filter { $0.state == .failed }
        guard !stuck.isEmpty else { return words }
        let list = stuck.map { "\($0.name) (\($0.failure ?? ""))" }.joined(separator: ", ")
        // What somebody has to see to is not cut off by a long reason.
        return "\(words.clipped(to: TextLimits.words / 2)); could not be undone: \(list)".clipped(to: TextLimits.words)
    }

    /// In the books it ends as it did here; what it billed of its order is open again.
    func endInBooks(_ work: InvoiceWork) async throws {
        guard let state = status.ending else { return }
        try await steps.end(work.ending(state, because: reason ?? ""))
    }

    private var result: InvoiceResult {
        InvoiceResult(
            status: status,
            paymentId: posting?.paymentId,
            reason: reason,
            vat: taxes?.vat.amount,
            taxWithholding: taxes?.withholding.amount,
            netPayableAmount: taxes?.payable,
            approvalHistory: approval.history
        )
    }
}
