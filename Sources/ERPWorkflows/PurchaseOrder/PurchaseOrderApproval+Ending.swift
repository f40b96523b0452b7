import Foundation
import WorkflowAPI
import WorkflowRuntime

/// Why an order is rejected, and by whom; nobody for a missing budget and for silence.
struct PurchaseOrderRejection {
    var reason: String
    var approver: String?
}

/// Why an order is lost that nobody rejected: somebody cancelled it, or a step failed that no retry helps.
struct PurchaseOrderLoss {
    let status: PurchaseOrderStatus
    /// For requester and auditors.
    let reason: String
    /// Who caused it.
    let actor: String
    /// What the auditors read.
    let auditDetails: String

    init(_ error: any Error, _ request: WorkflowCancelRequest?) {
        let isCancellation =
            error is CancellationError || (error as? ActivityError)?.cause is CancellationError
        guard isCancellation, let request else {
            status = .error
            reason = String(describing: error).clipped(to: TextLimits.words)
            actor = AuditEntry.system
            auditDetails = reason
            return
        }
        status = .cancelled
        actor = request.identity.isEmpty ? "unknown" : request.identity.clipped(to: TextLimits.name)
        let words = request.reason?.clipped(to: TextLimits.words)
        reason = "cancelled by \(actor)\(words.map { ": \($0)" } ?? "")"
        auditDetails = words ?? "no reason was given"
    }
}

extension PurchaseOrderApproval {
    /// The order's fate is settled: from here on no decision counts, and `status` says what became of it, also while what
    /// was done is still being undone.
    @discardableResult
    func end(_ status: PurchaseOrderStatus, because reason: String? = nil) -> PurchaseOrderResult {
        self.status = status
        self.reason = reason
        approval.close(status == .error ? "ended by a failure" : status.rawValue)
        return PurchaseOrderResult(
            status: status,
            poNumber: status == .completed ? poNumber : nil,
            reason: reason,
            approvalHistory: approval.history
        )
    }

    /// Gives the budget back, tells the requester, records it. Throws when something could not be given back: then a person
    /// has to see to it.
    func reject(_ work: PurchaseOrderWork, _ rejection: PurchaseOrderRejection) async throws -> PurchaseOrderResult {
        let texts = PurchaseOrderTexts(work: work, preparation: preparation)
        let (details, stuck) = try await compensate(rejection.reason)
        try await steps.notify(texts.requesterTold("order_rejected", "was rejected: \(rejection.reason)"))
        try await steps.recordAudit(
            texts.audit("rejected", by: rejection.approver ?? AuditEntry.system, details: details)
        )
        guard stuck.isEmpty else {
            throw ApplicationError(type: "NotUndone", message: details, nonRetryable: true)
        }
        return end(.rejected, because: rejection.reason)
    }

    /// Undoes what was done after a cancellation or a failure, tells everybody who knew, records it.
    func abandon(_ work: PurchaseOrderWork, _ loss: PurchaseOrderLoss) async throws {
        // An order that was lost at once has looked up nobody, and its requester is to be told all the same.
        if preparation == nil { preparation = try? await steps.prepare(work.preparation) }
        let texts = PurchaseOrderTexts(work: work, preparation: preparation)
        let (details, _) = try await compensate(loss.auditDetails)
        let isCancelled = loss.status == .cancelled
        let kind = isCancelled ? "order_cancelled" : "order_failed"
        let what = isCancelled ? "was \(loss.reason)" : "failed: \(loss.reason)"
        try await steps.notify(texts.requesterTold(kind, what))
        let action = isCancelled ? "cancelled" : "failed"
        try await steps.recordAudit(texts.audit(action, by: loss.actor, details: details))
    }

    /// Undoes what was done.
    /// - Returns: what could not be undone, as it goes into the audit trail behind `words`.
    private func compensate(_ words: String) async throws -> (details: String, stuck: [SagaStep]) {
        let stuck = try await saga.undo().filter { $0.state == .failed }
        guard !stuck.isEmpty else { return (words, []) }
        let list = stuck.map { "\($0.name) (\($0.failure ?? ""))" }.joined(separator: ", ")
        return ("\(words); could not be undone: \(list)".clipped(to: TextLimits.words), stuck)
    }

    /// The vendor is told that there is no such order, if they had been told that there is.
    func withdrawVendorNotice(_ texts: PurchaseOrderTexts) async throws {
        try await steps.withdraw(texts.vendorWithdrawn(poNumber ?? "", status))
    }
}
