import Foundation
import Logging
import WorkflowAPI
import WorkflowRuntime

extension EmployeeOnboarding {
    /// A person said something about a task. Kept in order of arrival; ``lookAtSignals(for:)`` looks at one after the other.
    /// What comes when onboarding is lost or over is refused at once.
    func receive(_ taskId: String, _ deed: OnboardingSignal.Deed) {
        let caller = Workflow.signal.flatMap { $0.identity.isEmpty ? nil : $0.identity }
        let signal = OnboardingSignal(taskId: taskId, deed: deed, caller: caller)
        noteCancelRequest()
        if let reason = ledger.closingReason {
            ledger.refuse(signal, because: reason, at: Workflow.now)
        } else {
            inbox.append(signal)
        }
    }

    /// Asks the directory about each signal and enters it in the ledger, for as long as the run lives. A signal whose person
    /// cannot be looked up is refused: nothing may keep onboarding from going on.
    func lookAtSignals(for work: OnboardingWork) async throws {
        while true {
            try await Workflow.condition { self.preparation != nil && self.inbox.first != nil }
            guard let next = inbox.first else { continue }
            let answer: Result<Approver, any Error>
            do {
                answer = .success(try await whoever(sent: next, work))
            } catch let error where ApprovalSteps.isUnwinding(error) {
                throw error
            } catch {
                answer = .failure(error)
            }
            // Onboarding may have ended meanwhile, and everything that waited was refused.
            guard inbox.first != nil else { continue }
            inbox.removeFirst()
            noteCancelRequest()
            switch answer {
            case .success(let sender):
                let mayAll = preparation?.policy.anyoneMayComplete == true
                let settled = ledger.take(
                    next,
                    by: sender.user,
                    hasRight: { mayAll || work.maySeeTo($0, sender) },
                    mayActForOthers: preparation?.actForOthers == true,
                    at: Workflow.now
                )
                if let settled { try await closeRow(of: settled, work) }
            case .failure(let error):
                let problem = (error as? ActivityError)?.failure.message ?? String(describing: error)
                ledger.refuse(next, because: OnboardingRefusalText.notLookedUp(problem), at: Workflow.now)
            }
        }
    }

    /// Closes the row of a task that a person settled. Should that fail for good, the row stays and onboarding goes on.
    private func closeRow(of task: OnboardingTask, _ work: OnboardingWork) async throws {
        rowsBeingClosed += 1
        defer { rowsBeingClosed -= 1 }
        do {
            try await close(task, work)
        } catch let error where !ApprovalSteps.isUnwinding(error) {
            Workflow.logger.warning("the row of a task was not closed", metadata: ["task": "\(task.taskId.rawValue)"])
        }
    }

    /// Waits until everything that has arrived up to now was looked at.
    func lookAtWhatArrived() async throws {
        let arrived = inbox.arrived
        try await Workflow.condition { self.inbox.hasSeen(first: arrived) }
    }

    /// The person whom a signal names, or who sent it, and for whom they stand in.
    private func whoever(sent signal: OnboardingSignal, _ work: OnboardingWork) async throws -> Approver {
        guard let person = try await steps.lookUp(request(for: signal, work)) else { return Approver() }
        return try await ApprovalSteps().lookUp(
            ApproverRequest(tenant: work.employee.tenant, userId: person.id, time: Workflow.now)
        )
    }

    private func request(for signal: OnboardingSignal, _ work: OnboardingWork) -> OnboardingPersonRequest {
        OnboardingPersonRequest(
            tenant: work.employee.tenant,
            userId: signal.person,
            login: signal.person == nil ? signal.login : nil
        )
    }

    /// The time of a withdrawal counts, not when the code hears of it: an effect that is under way is waited for first.
    private func noteCancelRequest() {
        if Workflow.cancelRequest != nil { ledger.close(because: OnboardingRefusalText.beingCancelled) }
    }
}
