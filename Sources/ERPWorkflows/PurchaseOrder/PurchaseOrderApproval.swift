import Foundation
import WorkflowAPI
public import WorkflowRuntime

/// The life of a purchase order: budget, approvals, the order itself, and everybody told. Whatever ends it early is
/// undone in reverse order, exactly as far as the work had come.
///
/// Above 50 000 taka the department head approves, above 100 000 finance as well, each within 7 days (tenants may set
/// other figures). Rejection, a missing budget and silence end it as `rejected`; cancellation as canceled; a failure
/// that no retry helps as failed.
public actor PurchaseOrderApproval: WorkflowDefinition {
    let steps = PurchaseOrderSteps()
    var status = PurchaseOrderStatus.pending
    let approval = Approval(of: "order")
    var poNumber: String?
    /// Why the order was lost.
    var reason: String?
    /// What would have to be undone. Noted before a step is begun: an attempt that seems to have failed may have had its
    /// effect.
    let saga = Saga()
    /// What is known of vendor, requester and policy, once it is known.
    var preparation: Preparation?
    private var work: PurchaseOrderWork?

    /// One a run.
    public init() {}

    /// What clients can say and ask.
    public static let messages = PurchaseOrderMessages()

    /// Signals `approve`, `reject`, `requestInfo` and `provideInfo`; queries `status`, `approvalHistory` and `details`.
    public static func handlers(_ handlers: inout WorkflowHandlers<PurchaseOrderApproval>) {
        handlers.approval { $0.approval }
        handlers.query(messages.status.name) { $0.currentStatus }
        handlers.query(messages.details.name) { $0.details }
    }

    /// Carries an order to its end.
    public func run(_ input: PurchaseOrderInput) async throws -> PurchaseOrderResult {
        let work = try begin(input)
        do {
            guard let rejection = try await carryOut(work) else { return end(.completed) }
            // Settled before anything is waited for: a decision that comes from here on finds the order lost.
            end(.rejected, because: rejection.reason)
            return try await Workflow.shielded { try await self.reject(work, rejection) }
        } catch {
            let loss = PurchaseOrderLoss(error, Workflow.cancelRequest)
            end(loss.status, because: loss.reason)
            try await Workflow.shielded { try await self.abandon(work, loss) }
            throw error
        }
    }

    /// Reads what is to be done. Throws a refusal when it cannot be.
    private func begin(_ input: PurchaseOrderInput) throws -> PurchaseOrderWork {
        do {
            let work = try PurchaseOrderWork(input)
            self.work = work
            return work
        } catch {
            end(.error, because: String(describing: error))
            throw error
        }
    }

    /// The way to an order; says why when it ends in a rejection.
    private func carryOut(_ work: PurchaseOrderWork) async throws -> PurchaseOrderRejection? {
        status = .validatingBudget
        let preparation = try await steps.prepare(work.preparation)
        self.preparation = preparation
        let levels = preparation.policy.levels(for: work.amount)
        let texts = PurchaseOrderTexts(work: work, preparation: preparation)
        try approval.begin(ApprovalRequest(texts.document, levels: levels, rules: preparation.rules))
        if let problem = preparation.problem { return PurchaseOrderRejection(reason: problem) }

        saga.add("budget") { [steps] in try await steps.releaseBudget(work.step) }
        let answer = try await steps.reserveBudget(work.budgetRequest)
        guard answer.isReserved else {
            saga.forget("budget")
            return PurchaseOrderRejection(reason: answer.reason ?? "the budget was refused")
        }
        let outcome = try await approval.run()
        if let reason = outcome.reason { return PurchaseOrderRejection(reason: reason, approver: outcome.rejecter) }

        status = .creatingOrder
        saga.add("order") { [steps] in try await steps.cancelOrder(work.step) }
        let number = try await steps.createOrder(work.orderRequest)
        poNumber = number
        status = .notifyingVendor
        saga.add("vendor notice") { try await self.withdrawVendorNotice(texts) }
        try await steps.notify([texts.vendorOrdered(number)])
        try await steps.notify([texts.requesterCompleted(number)])
        let approvals = approval.history.filter { $0.outcome == .approved }
        try await steps.recordAudit(texts.completed(number, approvals))
        saga.complete()
        return nil
    }

    /// While a level waits, the status says which.
    private var currentStatus: PurchaseOrderStatus { approval.waiting.map { PurchaseOrderStatus($0.level) } ?? status }

    private var details: PurchaseOrderDetails {
        let waiting = approval.waiting
        return PurchaseOrderDetails(
            status: currentStatus,
            orderId: work?.order.orderId,
            department: work?.input.department,
            requestedBy: work?.input.requestedBy,
            amount: work?.amount,
            poNumber: poNumber,
            waitingFor: waiting?.level.name,
            waitingSince: waiting?.since,
            deadline: waiting?.deadline,
            reason: reason,
            compensations: saga.steps,
            isBeingUndone: reason != nil && saga.hasWorkLeft,
            policyVersions: preparation?.versions ?? [:]
        )
    }
}
