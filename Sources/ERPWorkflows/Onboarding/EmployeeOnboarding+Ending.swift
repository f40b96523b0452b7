import Foundation
import WorkflowAPI
import WorkflowRuntime

/// Why an onboarding is lost: the offer was withdrawn, or a step failed that no retry helps.
struct OnboardingLoss {
    let status: OnboardingStatus
    /// For manager, HR and auditors.
    let reason: String
    /// Who caused it.
    let actor: String
    /// What the auditors read.
    let auditDetails: String

    init(_ error: any Error, _ request: WorkflowCancelRequest?) {
        guard ApprovalSteps.isUnwinding(error), let request else {
            status = .error
            reason = Self.words(error).clipped(to: TextLimits.words)
            actor = AuditEntry.system
            auditDetails = reason
            return
        }
        status = .withdrawn
        actor = request.identity.isEmpty ? "unknown" : request.identity.clipped(to: TextLimits.name)
        let words = request.reason?.clipped(to: TextLimits.words)
        reason = "withdrawn by \(actor)\(words.map { ": \($0)" } ?? "")"
        auditDetails = words ?? "no reason was given"
    }

    /// What an error says to people.
    static func words(_ error: any Error) -> String {
        (error as? ActivityError)?.failure.message ?? (error as? ApplicationError)?.message ?? String(describing: error)
    }
}

extension EmployeeOnboarding {
    /// The fate of the onboarding is settled: from here on no signal counts, and `status` says what became of it, also while
    /// what was done is still being undone.
    func settle(_ status: OnboardingStatus, because reason: String? = nil) {
        self.status = status
        self.reason = reason
        nextPhase = nil
        ledger.close(because: OnboardingRefusalText.over(status.words))
        for waiting in inbox.removeAll() {
            ledger.refuse(waiting, because: OnboardingRefusalText.overBeforeLook(status.words), at: Workflow.now)
        }
        approval.close(status.words)
        if status == .withdrawn || status == .error { ledger.withdraw() }
    }

    /// Enters how it ended, tells manager and HR, records it.
    func finish(_ work: OnboardingWork) async throws -> OnboardingResult {
        let end: OnboardingStatus =
            ledger.done.isEmpty ? .failed : ledger.done.count < ledger.tasks.count ? .partial : .completed
        let texts = OnboardingTexts(work: work, preparation: preparation)
        // With the run its last closing would be lost.
        try await Workflow.condition { self.rowsBeingClosed == 0 }
        // An employee for whom nothing was done can be onboarded again.
        try await steps.change(work.change(to: end == .failed ? .withdrawn : .active))
        try await steps.notify(texts.ended(end, ledger))
        try await steps.recordAudit(texts.endedAudit(end, ledger))
        saga.complete()
        settle(end)
        return OnboardingResult(status: end, employeeId: work.input.employeeId, tasks: ledger.tasks)
    }

    /// Undoes what was done after a withdrawal or a failure, tells everybody who knew, records it.
    func abandon(_ work: OnboardingWork, _ loss: OnboardingLoss) async throws {
        isBeingUndone = true
        // One that was lost at once has looked up nobody, and manager and HR are to be told all the same.
        if preparation == nil { preparation = try? await steps.prepare(work.preparation) }
        let texts = OnboardingTexts(work: work, preparation: preparation)
        let undone = saga.hasWorkLeft ? try await saga.undo() : []
        stillToUndo = texts.stillToUndo(ledger, undone)
        try await steps.notify(texts.lost(loss, ledger, undone))
        try await steps.recordAudit(texts.lostAudit(loss, ledger, undone))
        isBeingUndone = false
    }
}

extension OnboardingWork {
    /// A change of how it stands with the employee.
    func change(
        to state: EmployeeRecord.State,
        tasks: [HumanTaskKey] = [],
        note: String = ""
    ) -> EmployeeChange {
        EmployeeChange(employee: employee, state: state, tasks: tasks, note: note, time: Workflow.now)
    }
}
