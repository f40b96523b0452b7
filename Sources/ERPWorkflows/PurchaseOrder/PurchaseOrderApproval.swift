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
    var ledger = ApprovalLedger(requester: "", department: "")
    var inbox = DecisionInbox()
    var deadline: Timestamp?
    /// When the level opened that waits.
    var opened: Timestamp?
    var poNumber: String?
    /// Why the order was lost.
    var reason: String?
    /// What would have to be undone, the last step last.
    var compensations: [PurchaseOrderCompensation] = []
    /// What is known of vendor, requester and policy, once it is known.
    var preparation: Preparation?
    private var work: PurchaseOrderWork?

    /// One a run.
    public init() {}

    /// What clients can say and ask.
    public static let messages = PurchaseOrderMessages()

    /// Signals `approve` and `reject`; queries `status`, `approvalHistory` and `details`.
    public static func handlers(_ handlers: inout WorkflowHandlers<PurchaseOrderApproval>) {
        handlers.signal(messages.approve.name) { (order, approval: Approval) in
            order.receive(
                ApprovalDecision(approver: approval.approver, isApproval: true, comments: approval.comments)
            )
        }
        handlers.signal(messages.reject.name) { (order, rejection: Rejection) in
            order.receive(
                ApprovalDecision(approver: rejection.approver, isApproval: false, reason: rejection.reason)
            )
        }
        handlers.query(messages.status.name) { $0.status }
        handlers.query(messages.approvalHistory.name) { $0.ledger.history }
        handlers.query(messages.details.name) { $0.details }
    }

    /// Carries an order to its end.
    public func run(_ input: PurchaseOrderInput) async throws -> PurchaseOrderResult {
        let work = try begin(input)
        try Workflow.spawn { try await self.decide(for: work) }
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
            ledger = ApprovalLedger(requester: input.requestedBy, department: input.department)
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
        let levels = preparation.policy.levels(for: work.amount)
        ledger.require(levels)
        self.preparation = preparation
        if let problem = preparation.problem { return PurchaseOrderRejection(reason: problem) }

        compensations.append(.releaseBudget)
        let answer = try await steps.reserveBudget(work.budgetRequest)
        guard answer.isReserved else {
            compensations.removeAll()
            return PurchaseOrderRejection(reason: answer.reason ?? "the budget was refused")
        }
        for level in levels {
            let rejection = try await waitForDecision(of: level, preparation.policy, on: work)
            if let rejection { return rejection }
        }

        status = .creatingOrder
        compensations.append(.cancelOrder)
        let number = try await steps.createOrder(work.orderRequest)
        poNumber = number
        status = .notifyingVendor
        compensations.append(.withdrawVendorNotice)
        let texts = PurchaseOrderTexts(work: work, preparation: preparation)
        try await steps.notify([texts.vendorOrdered(number)])
        try await steps.notify([texts.requesterCompleted(number)])
        let approvals = ledger.history.filter { $0.outcome == .approved }
        try await steps.recordAudit(texts.completed(number, approvals))
        compensations.removeAll()
        return nil
    }

    private var details: PurchaseOrderDetails {
        func date(_ moment: Timestamp?) -> Date? {
            moment.map { Date(timeIntervalSince1970: Double($0.nanoseconds) / 1e9) }
        }
        return PurchaseOrderDetails(
            status: status,
            orderId: work?.order.orderId,
            department: work?.input.department,
            requestedBy: work?.input.requestedBy,
            amount: work?.amount,
            poNumber: poNumber,
            waitingFor: deadline == nil ? nil : ledger.openLevel,
            waitingSince: deadline == nil ? nil : date(opened),
            deadline: date(deadline),
            reason: reason,
            isBeingUndone: reason != nil && !compensations.isEmpty
        )
    }
}
