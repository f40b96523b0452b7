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
    var ledger: ApprovalLedger?
    var policy = ApprovalPolicy()
    var inbox: [ReceivedDecision] = []
    var deadline: Timestamp?
    private var work: PurchaseOrderWork?
    private var poNumber: String?
    private var reason: String?
    private var compensations: [Compensation] = []

    /// What undoes a step. Noted before the step is begun: an attempt that seems to have failed may have had its effect.
    private enum Compensation {
        case releaseBudget
        case cancelOrder
        case withdrawVendorNotice
    }

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
        handlers.query(messages.approvalHistory.name) { $0.ledger?.history ?? [] }
        handlers.query(messages.details.name) { $0.details }
    }

    /// Carries an order to its end.
    public func run(_ input: PurchaseOrderInput) async throws -> PurchaseOrderResult {
        let work = try PurchaseOrderWork(input)
        self.work = work
        try Workflow.spawn { try await self.decide(for: work) }
        do {
            if let reason = try await carryOut(work) {
                return try await Workflow.shielded { try await self.reject(work, because: reason) }
            }
            return close(.completed)
        } catch {
            try await Workflow.shielded { try await self.abandon(work, because: error) }
            throw error
        }
    }

    /// The way to an order; gives the reason when it ends in a rejection.
    private func carryOut(_ work: PurchaseOrderWork) async throws -> String? {
        status = .validatingBudget
        let preparation = try await steps.prepare(work.preparation)
        policy = preparation.policy
        ledger = ApprovalLedger(
            requester: work.input.requestedBy,
            department: work.input.department,
            levels: policy.levels(for: work.amount)
        )
        self.work?.addresses = preparation
        if let problem = preparation.problem { return problem }

        compensations.append(.releaseBudget)
        let answer = try await steps.reserveBudget(work.budgetRequest)
        guard answer.isReserved else {
            compensations.removeAll()
            return answer.reason ?? "the budget was refused"
        }
        for level in policy.levels(for: work.amount) {
            if let reason = try await waitForDecision(of: level, on: work) { return reason }
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
        try await steps.recordAudit(texts.audit("completed", details: "\(number), \(work.amount)"))
        return nil
    }

    /// Ends it as rejected: gives the budget back, tells the requester, records it.
    private func reject(_ work: PurchaseOrderWork, because reason: String) async throws -> PurchaseOrderResult {
        self.reason = reason
        try await compensate(work, because: reason)
        let texts = self.texts(work)
        try await steps.notify(texts.requesterTold("order_rejected", "was rejected: \(reason)"))
        try await steps.recordAudit(texts.audit("rejected", details: reason))
        return close(.rejected)
    }

    /// Undoes what was done after a cancellation or a failure, tells everybody who knew, records it.
    private func abandon(_ work: PurchaseOrderWork, because error: any Error) async throws {
        let isCancelled = PurchaseOrderApproval.isCancellation(error)
        let reason = isCancelled ? "the order was cancelled" : "the order failed: \(error)"
        self.reason = reason
        try await compensate(work, because: reason)
        let texts = self.texts(work)
        let (kind, action) = isCancelled ? ("order_cancelled", "cancelled") : ("order_failed", "failed")
        try await steps.notify(texts.requesterTold(kind, isCancelled ? "was cancelled" : "failed: \(error)"))
        try await steps.recordAudit(texts.audit(action, details: reason))
        _ = close(isCancelled ? .cancelled : .error)
    }

    private func compensate(_ work: PurchaseOrderWork, because reason: String) async throws {
        let texts = self.texts(work)
        while let last = compensations.last {
            switch last {
            case .releaseBudget: try await steps.releaseBudget(work.step)
            case .cancelOrder: try await steps.cancelOrder(work.step)
            case .withdrawVendorNotice: try await steps.withdraw(texts.vendorWithdrawn(poNumber ?? "", reason))
            }
            compensations.removeLast()
        }
    }

    private func close(_ status: PurchaseOrderStatus) -> PurchaseOrderResult {
        self.status = status
        deadline = nil
        for late in inbox {
            ledger?.refuse(late.decision, because: "the order was already \(status.rawValue)", at: Workflow.now)
        }
        inbox.removeAll()
        return PurchaseOrderResult(
            status: status,
            poNumber: status == .completed ? poNumber : nil,
            reason: reason,
            approvalHistory: ledger?.history ?? []
        )
    }

    private func texts(_ work: PurchaseOrderWork) -> PurchaseOrderTexts {
        PurchaseOrderTexts(work: work, preparation: self.work?.addresses)
    }

    private static func isCancellation(_ error: any Error) -> Bool {
        error is CancellationError || (error as? ActivityError)?.cause is CancellationError
    }

    private var details: PurchaseOrderDetails {
        PurchaseOrderDetails(
            status: status,
            amount: work?.amount,
            poNumber: poNumber,
            waitingFor: deadline == nil ? nil : ledger?.openLevel,
            deadline: deadline.map { Date(timeIntervalSince1970: Double($0.nanoseconds) / 1e9) },
            reason: reason
        )
    }
}
