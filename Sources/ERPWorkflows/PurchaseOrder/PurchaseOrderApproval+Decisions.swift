import Foundation
import WorkflowAPI
import WorkflowRuntime

/// A decision and when it came.
struct ReceivedDecision: Sendable {
    var decision: ApprovalDecision
    var time: Timestamp
}

extension PurchaseOrderApproval {
    /// A person decided. Kept in order of arrival; ``decide(for:)`` looks at one after the other.
    func receive(_ decision: ApprovalDecision) {
        inbox.append(ReceivedDecision(decision: decision, time: Workflow.timestamp))
    }

    /// Asks the directory about each decision and enters it in the ledger, for as long as the run lives.
    func decide(for work: PurchaseOrderWork) async throws {
        while true {
            try await Workflow.condition { self.ledger != nil && !self.inbox.isEmpty }
            guard let next = inbox.first else { continue }
            let person = try await steps.lookUpUser(next.decision.approver, in: work.order.tenant)
            // The run may have closed the inbox meanwhile.
            guard !inbox.isEmpty else { continue }
            inbox.removeFirst()
            ledger?.take(next.decision, by: person, at: Workflow.now)
        }
    }

    /// Opens a level, tells its approvers, reminds them half-way, and waits for their decision. Gives the reason when that
    /// is a rejection, or silence.
    func waitForDecision(of level: ApprovalLevel, on work: PurchaseOrderWork) async throws -> String? {
        let opened = Workflow.timestamp
        let limit = policy.timeLimit(openedAt: Workflow.now)
        let end = opened + limit
        status = level.status
        deadline = end
        defer { deadline = nil }
        ledger?.open(level, at: Workflow.now)
        if decision(of: level) == nil {
            let texts = PurchaseOrderTexts(work: work, preparation: nil)
            try await steps.notifyApprovers(texts.approverNotice("approval_requested", level))
            if try await !isDecided(level, before: opened + limit / 2) {
                ledger?.note(.reminded, level, at: Workflow.now)
                try await steps.notifyApprovers(texts.approverNotice("approval_reminder", level))
                if try await !isDecided(level, before: end) {
                    // What came in time counts, even if the directory has not answered yet.
                    try await Workflow.condition { !self.inbox.contains { $0.time <= end } }
                }
            }
        }
        guard let decision = decision(of: level) else {
            ledger?.note(.timeout, level, at: Workflow.now)
            return "timeout: no response from \(level.title)"
        }
        guard decision.isApproval else {
            return "rejected by \(decision.approver) (\(level.title)): \(decision.reason ?? "no reason given")"
        }
        return nil
    }

    private func decision(of level: ApprovalLevel) -> ApprovalDecision? { ledger?.decision(of: level) }

    private func isDecided(_ level: ApprovalLevel, before end: Timestamp) async throws -> Bool {
        try await Workflow.condition(timeout: end - Workflow.timestamp) { self.decision(of: level) != nil }
    }
}
