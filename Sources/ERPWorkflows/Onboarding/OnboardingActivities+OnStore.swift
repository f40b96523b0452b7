import Foundation
import WorkflowAPI
import WorkflowRuntime

extension OnboardingActivities {
    /// What changes something, as exactly-once steps in the engine's own file.
    static let stepsOnStore: [ActivityRegistration] =
        [
            ActivityRegistration(
                register,
                transactional: { registration, tx in
                    try SQLEmployeeService.register(registration.record, in: tx)
                    for task in registration.tasks { _ = try SQLHumanTaskService.open(task, in: tx) }
                    return NoValue()
                }
            ),
            ActivityRegistration(
                change,
                transactional: { change, tx in
                    try SQLEmployeeService.change(change.employee, to: change.state, at: change.time, in: tx)
                    for closing in change.closings { try SQLHumanTaskService.close(closing, in: tx) }
                    return NoValue()
                }
            ),
        ]
        + OnboardingTaskID.allCases.flatMap { task in
            [
                ActivityRegistration(
                    perform(task),
                    transactional: { work, tx in
                        let provision = try perform(task, work.request, in: tx)
                        if let closing = work.closing(provision) { try SQLHumanTaskService.close(closing, in: tx) }
                        return provision
                    }
                ),
                ActivityRegistration(
                    undo(task),
                    transactional: { step, tx in
                        try undo(task, step, in: tx)
                        return NoValue()
                    }
                ),
            ]
        }

    private static func perform(
        _ task: OnboardingTaskID,
        _ request: EmployeeRequest,
        in tx: any StoreTransaction
    ) throws -> Provision {
        switch task {
        case .createUserAccount: try SQLIdentityService.createAccount(request, in: tx)
        case .createEmail: try SQLIdentityService.createMailbox(request, in: tx)
        case .assignWorkstation: try SQLAssetService.assign(request, in: tx)
        case .createBadge: try SQLAccessService.issue(request, in: tx)
        case .scheduleOrientation: try SQLOrientationService.book(request, in: tx)
        case .assignMentor: try SQLMentoringService.assign(request, in: tx)
        case .benefitsEnrollment: try SQLBenefitsService.enrol(request, in: tx)
        }
    }

    /// Takes back what a task gave, in a transaction that does more.
    static func undo(_ task: OnboardingTaskID, _ step: EmployeeStep, in tx: any StoreTransaction) throws {
        let (employee, time) = (step.employee, step.time)
        switch task {
        case .createUserAccount: try GivenThings.accounts.undo(employee, at: time, in: tx)
        case .createEmail: try GivenThings.mailboxes.undo(employee, at: time, in: tx)
        case .assignWorkstation: try GivenThings.workstations.undo(employee, at: time, in: tx)
        case .createBadge: try GivenThings.badges.undo(employee, at: time, in: tx)
        case .scheduleOrientation: try GivenThings.orientations.undo(employee, at: time, in: tx)
        case .assignMentor: try GivenThings.mentors.undo(employee, at: time, in: tx)
        case .benefitsEnrollment: try SQLBenefitsService.end(employee, at: time, in: tx)
        }
    }
}
