/// What onboarding works with: each service is the company's own or one of the pack's.
public struct OnboardingServices: Sendable {
    /// Records of employees.
    public var employees: any EmployeeService
    /// Accounts and mail boxes.
    public var identity: any IdentityService
    /// Workstations.
    public var assets: any AssetService
    /// Badges.
    public var access: any AccessService
    /// Benefit plans.
    public var benefits: any BenefitsService
    /// Orientations.
    public var orientations: any OrientationService
    /// Mentors.
    public var mentoring: any MentoringService
    /// Users and their roles.
    public var directory: any DirectoryService
    /// What waits for people.
    public var tasks: any HumanTaskService
    /// What the tenant set.
    public var policies: any PolicyService

    /// All parts by name.
    public init(
        employees: any EmployeeService,
        identity: any IdentityService,
        assets: any AssetService,
        access: any AccessService,
        benefits: any BenefitsService,
        orientations: any OrientationService,
        mentoring: any MentoringService,
        directory: any DirectoryService,
        tasks: any HumanTaskService,
        policies: any PolicyService
    ) {
        self.employees = employees
        self.identity = identity
        self.assets = assets
        self.access = access
        self.benefits = benefits
        self.orientations = orientations
        self.mentoring = mentoring
        self.directory = directory
        self.tasks = tasks
        self.policies = policies
    }

    /// Does a task.
    func perform(_ task: OnboardingTaskID, _ request: EmployeeRequest) async throws -> Provision {
        switch task {
        case .createUserAccount: try await identity.createAccount(request)
        case .createEmail: try await identity.createMailbox(request)
        case .assignWorkstation: try await assets.assignWorkstation(request)
        case .createBadge: try await access.issueBadge(request)
        case .scheduleOrientation: try await orientations.bookOrientation(request)
        case .assignMentor: try await mentoring.assignMentor(request)
        case .benefitsEnrollment: try await benefits.enrol(request)
        }
    }

    /// Undoes a task.
    func undo(_ task: OnboardingTaskID, _ step: EmployeeStep) async throws {
        let (employee, time) = (step.employee, step.time)
        switch task {
        case .createUserAccount: try await identity.disableAccount(employee, at: time)
        case .createEmail: try await identity.closeMailbox(employee, at: time)
        case .assignWorkstation: try await assets.returnWorkstation(employee, at: time)
        case .createBadge: try await access.revokeBadge(employee, at: time)
        case .scheduleOrientation: try await orientations.cancelOrientation(employee, at: time)
        case .assignMentor: try await mentoring.endMentoring(employee, at: time)
        case .benefitsEnrollment: try await benefits.endBenefits(employee, at: time)
        }
    }
}
