import Foundation
import WorkflowAPI
import WorkflowRuntime

extension PurchaseOrderApproval {
    /// A person decided. Kept in order of arrival; ``decide(for:)`` looks at one after the other. What comes when the
    /// order is lost is refused at once.
    func receive(_ decision: ApprovalDecision) {
        noteCancelRequest()
        if let reason = ledger.closingReason {
            ledger.refuse(decision, because: reason, at: Workflow.now)
        } else {
            inbox.append(decision)
        }
    }

    /// Asks the directory about each decision and enters it in the ledger, for as long as the run lives. A decision whose
    /// person cannot be looked up is refused: nothing may keep the order from going on.
    func decide(for work: PurchaseOrderWork) async throws {
        while true {
            try await Workflow.condition { self.preparation != nil && self.inbox.first != nil }
            guard let next = inbox.first else { continue }
            let answer: Result<DirectoryUser?, any Error>
            do {
                answer = .success(try await steps.lookUpUser(next.approver, in: work.order.tenant))
            } catch let error where Self.isUnwinding(error) {
                throw error
            } catch {
                answer = .failure(error)
            }
            // The order may have ended meanwhile and refused everything that waited.
            guard inbox.first != nil else { continue }
            inbox.removeFirst()
            noteCancelRequest()
            switch answer {
            case .success(let person): ledger.take(next, by: person, at: Workflow.now)
            case .failure(let error):
                let problem = (error as? ActivityError)?.failure.message ?? String(describing: error)
                ledger.refuse(next, because: RefusalText.notLookedUp(problem), at: Workflow.now)
            }
        }
    }

    /// Opens a level, tells its approvers, reminds them half-way, and waits for their decision. Says why when that is a
    /// rejection, or silence.
    func waitForDecision(
        of level: ApprovalLevel,
        _ policy: ApprovalPolicy,
        on work: PurchaseOrderWork
    ) async throws -> PurchaseOrderRejection? {
        // A decision that was kept does not take effect in an order that somebody has cancelled.
        if Workflow.isCancelled { throw CancellationError() }
        let opened = Workflow.timestamp
        let limit = policy.timeLimit(openedAt: Workflow.now)
        let end = opened + limit
        status = level.status
        self.opened = opened
        deadline = end
        defer { deadline = nil }
        ledger.open(level, at: Workflow.now)
        if decision(of: level) == nil {
            let texts = PurchaseOrderTexts(work: work, preparation: preparation)
            try await steps.notifyApprovers(texts.approverNotice("approval_requested", level))
            if try await !isDecided(level, before: opened + limit / 2) {
                ledger.note(.reminded, level, at: Workflow.now)
                try await steps.notifyApprovers(texts.approverNotice("approval_reminder", level))
                if try await !isDecided(level, before: end) {
                    // What came in time counts, even if the directory has not answered yet, and even if no worker was
                    // there to take it up before the time was over.
                    let arrived = inbox.arrived
                    try await Workflow.condition { self.inbox.hasSeen(first: arrived) }
                }
            }
        }
        guard let decision = decision(of: level) else {
            ledger.note(.timeout, level, at: Workflow.now)
            return PurchaseOrderRejection(reason: "timeout: no response from \(level.title)")
        }
        guard decision.isApproval else {
            let words = decision.reason.flatMap { $0.isEmpty ? nil : $0 } ?? "no reason given"
            return PurchaseOrderRejection(
                reason: "rejected by \(decision.approver) (\(level.title)): \(words)",
                approver: decision.approver
            )
        }
        return nil
    }

    /// The time of a cancellation counts, not when the code hears of it: an effect that is under way is waited for first.
    private func noteCancelRequest() {
        if Workflow.cancelRequest != nil { ledger.close(because: RefusalText.beingCancelled) }
    }

    private func decision(of level: ApprovalLevel) -> ApprovalDecision? { ledger.decision(of: level) }

    private func isDecided(_ level: ApprovalLevel, before end: Timestamp) async throws -> Bool {
        try await Workflow.condition(timeout: end - Workflow.timestamp) { self.decision(of: level) != nil }
    }

    /// The run itself is over, or leaves this process.
    private static func isUnwinding(_ error: any Error) -> Bool {
        error is CancellationError || error is WorkflowEvictedError
            || (error as? ActivityError)?.cause is CancellationError
    }
}
