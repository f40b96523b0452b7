import Foundation
import WorkflowAPI
import WorkflowRuntime

/// What undoes a step. Noted before the step is begun: an attempt that seems to have failed may have had its effect.
enum PurchaseOrderCompensation {
    case releaseBudget
    case cancelOrder
    case withdrawVendorNotice
}

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

    /// Gives the budget back, tells the requester, records it.
    func reject(_ work: PurchaseOrderWork, _ rejection: PurchaseOrderRejection) async throws -> PurchaseOrderResult {
        let texts = PurchaseOrderTexts(work: work, preparation: preparation)
        try await compensate(work, texts)
        try await steps.notify(texts.requesterTold("order_rejected", "was rejected: \(rejection.reason)"))
        try await steps.recordAudit(
            texts.audit("rejected", by: rejection.approver ?? AuditEntry.system, details: rejection.reason)
        )
        return end(.rejected, because: rejection.reason)
    }

    /// Undoes what was done after a cancellation or a failure, tells everybody who knew, records it.
    func abandon(_ work: PurchaseOrderWork, _ loss: PurchaseOrderLoss) async throws {
        // An order that was lost at once has looked up nobody, and its requester is to be told all the same.
        if preparation == nil { preparation = try? await steps.prepare(work.preparation) }
        let texts = PurchaseOrderTexts(work: work, preparation: preparation)
        try await compensate(work, texts)
        let isCancelled = loss.status == .cancelled
        let kind = isCancelled ? "order_cancelled" : "order_failed"
        let what = isCancelled ? "was \(loss.reason)" : "failed: \(loss.reason)"
        try await steps.notify(texts.requesterTold(kind, what))
        let action = isCancelled ? "cancelled" : "failed"
        try await steps.recordAudit(texts.audit(action, by: loss.actor, details: loss.auditDetails))
    }

    private func compensate(_ work: PurchaseOrderWork, _ texts: PurchaseOrderTexts) async throws {
        while let last = compensations.last {
            switch last {
            case .releaseBudget: try await steps.releaseBudget(work.step)
            case .cancelOrder: try await steps.cancelOrder(work.step)
            case .withdrawVendorNotice: try await steps.withdraw(texts.vendorWithdrawn(poNumber ?? "", status))
            }
            compensations.removeLast()
        }
    }
}
