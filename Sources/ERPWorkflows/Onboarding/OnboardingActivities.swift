package import Database
import Foundation
import WorkflowAPI
public import WorkflowRuntime

/// What onboarding does outside of its workflow. Every activity is idempotent by its business key: doing it again changes
/// nothing. A worker needs the activities of approvals, orders and tasks beside them, whose messages and rows these use.
public struct OnboardingActivities: ActivityContainer {
    static let prepare = ActivityDescriptor<OnboardingPreparationRequest, OnboardingPreparation>("prepareOnboarding")
    static let lookUpPerson = ActivityDescriptor<OnboardingPersonRequest, DirectoryUser?>("lookUpPerson")
    static let register = ActivityDescriptor<EmployeeRegistration, NoValue>("registerEmployee")
    static let change = ActivityDescriptor<EmployeeChange, NoValue>("changeEmployee")

    /// Does a task.
    static func perform(_ task: OnboardingTaskID) -> ActivityDescriptor<OnboardingTaskRequest, Provision> {
        switch task {
        case .createUserAccount: ActivityDescriptor("createUserAccount")
        case .createEmail: ActivityDescriptor("createMailbox")
        case .assignWorkstation: ActivityDescriptor("assignWorkstation")
        case .createBadge: ActivityDescriptor("issueBadge")
        case .scheduleOrientation: ActivityDescriptor("bookOrientation")
        case .assignMentor: ActivityDescriptor("assignMentor")
        case .benefitsEnrollment: ActivityDescriptor("enrolInBenefits")
        }
    }

    /// Undoes a task.
    static func undo(_ task: OnboardingTaskID) -> ActivityDescriptor<EmployeeStep, NoValue> {
        switch task {
        case .createUserAccount: ActivityDescriptor("disableUserAccount")
        case .createEmail: ActivityDescriptor("closeMailbox")
        case .assignWorkstation: ActivityDescriptor("returnWorkstation")
        case .createBadge: ActivityDescriptor("revokeBadge")
        case .scheduleOrientation: ActivityDescriptor("cancelOrientation")
        case .assignMentor: ActivityDescriptor("endMentoring")
        case .benefitsEnrollment: ActivityDescriptor("endBenefits")
        }
    }

    /// All of them, under the names that histories record.
    public let activities: [ActivityRegistration]

    /// Activities over services of your own, each idempotent by its key.
    public init(_ services: OnboardingServices) { self.init(services, inspect: EncryptionRequirement.none) }

    /// The same with a look at the input of each run, before anything is asked about it.
    init(_ services: OnboardingServices, inspect: @escaping EncryptionRequirement.Inspection) {
        activities = Self.questions(services, inspect) + Self.effects(services)
    }

    /// Activities over the tables in the engine's own file: what changes something is a step inside of the transaction that
    /// records it as done.
    package init(database: any ApplicationDatabase) {
        let services = OnboardingServices(
            employees: SQLEmployeeService(database: database),
            identity: SQLIdentityService(database: database),
            assets: SQLAssetService(database: database),
            access: SQLAccessService(database: database),
            benefits: SQLBenefitsService(database: database),
            orientations: SQLOrientationService(database: database),
            mentoring: SQLMentoringService(database: database),
            directory: SQLDirectoryService(database: database),
            tasks: SQLHumanTaskService(database: database),
            policies: SQLPolicyService(database: database)
        )
        activities = Self.questions(services, EncryptionRequirement.inspection(of: database)) + Self.stepsOnStore
    }

    private static func questions(
        _ services: OnboardingServices,
        _ inspect: @escaping EncryptionRequirement.Inspection
    ) -> [ActivityRegistration] {
        [
            ActivityRegistration(prepare) { request in
                try await inspect(request.runId, request.startedTime)
                return try await preparation(request, services)
            },
            ActivityRegistration(lookUpPerson) { request in
                if let id = request.userId { return try await services.directory.user(id, in: request.tenant) }
                guard let login = request.login else { return nil }
                return try await services.directory.user(withLogin: login, in: request.tenant)
            },
        ]
    }

    /// What onboarding needs to know: the tenant's policy, the manager, the HR manager; or why it cannot be.
    private static func preparation(
        _ request: OnboardingPreparationRequest,
        _ services: OnboardingServices
    ) async throws -> OnboardingPreparation {
        let manager = try await services.directory.user(request.managerId, in: request.tenant)
        let hr = try await services.directory.user(request.hrManagerId, in: request.tenant)
        // Whoever can be told is named also when it cannot be.
        let (policies, start) = (services.policies, request.startedTime ?? .distantFuture)
        let policy = try await policies.onboardingPolicy(of: request.tenant, at: start)
        var rules = try await policies.approvalRules(of: request.tenant, at: start)
        rules.businessDays = policy.businessDays
        var preparation = OnboardingPreparation(
            policy: policy,
            actForOthers: rules.actForOthers,
            approvalRules: rules,
            managerName: manager?.name ?? "",
            managerAddress: manager?.email ?? "",
            hrAddress: hr?.email ?? "",
            versions: try await policies.policyVersions(of: request.tenant, at: start).only(TenantSetting.ofOnboarding)
        )
        if manager?.isActive != true {
            preparation.problem = "the manager \(request.managerId) is not an active user"
        } else if hr?.isActive != true {
            preparation.problem = "the HR manager \(request.hrManagerId) is not an active user"
        }
        return preparation
    }

    /// What changes something, over any services.
    private static func effects(_ services: OnboardingServices) -> [ActivityRegistration] {
        let steps = [
            ActivityRegistration(register) { registration in
                try await services.employees.register(registration.record)
                for task in registration.tasks { _ = try await services.tasks.open(task) }
                return NoValue()
            },
            ActivityRegistration(change) { change in
                try await services.employees.change(change.employee, to: change.state, at: change.time)
                for closing in change.closings { _ = try await services.tasks.close(closing) }
                return NoValue()
            },
        ]
        return steps
            + OnboardingTaskID.allCases.flatMap { task in
                [
                    ActivityRegistration(perform(task)) { work in
                        let provision = try await services.perform(task, work.request)
                        if let closing = work.closing(provision) { _ = try await services.tasks.close(closing) }
                        return provision
                    },
                    ActivityRegistration(undo(task)) { step in
                        try await services.undo(task, step)
                        return NoValue()
                    },
                ]
            }
    }
}

extension OnboardingTaskRequest {
    /// Closes the task when something was given.
    func closing(_ provision: Provision) -> HumanTaskClosing? {
        guard let given = provision.given else { return nil }
        return HumanTaskClosing(
            task,
            .done,
            by: request.by ?? AuditEntry.system,
            note: given,
            time: request.time
        )
    }
}

extension EmployeeChange {
    /// Withdraws the tasks.
    var closings: [HumanTaskClosing] {
        tasks.map { HumanTaskClosing($0, .withdrawn, note: note, time: time) }
    }
}
