package import Database
import WorkflowRuntime

extension OnboardingActivities {
    /// Activities over the tables in the engine's own file, but for the services that take their place: what needs one of
    /// them is an ordinary activity, idempotent as all are.
    package init(database: any ApplicationDatabase, replacing services: ERPServices) {
        let ordinary = OnboardingActivities(
            OnboardingServices(
                employees: SQLEmployeeService(database: database),
                identity: services.identity ?? SQLIdentityService(database: database),
                assets: services.assets ?? SQLAssetService(database: database),
                access: services.access ?? SQLAccessService(database: database),
                benefits: services.benefits ?? SQLBenefitsService(database: database),
                orientations: services.orientations ?? SQLOrientationService(database: database),
                mentoring: services.mentoring ?? SQLMentoringService(database: database),
                directory: services.directory(or: database),
                tasks: SQLHumanTaskService(database: database),
                policies: SQLPolicyService(database: database)
            ),
            inspect: EncryptionRequirement.inspection(of: database)
        )
        let tasks = OnboardingTaskID.allCases.filter { Self.isElsewhere($0, services) }
        let names =
            [Self.prepare.name, Self.lookUpPerson.name] + tasks.flatMap { [Self.perform($0).name, Self.undo($0).name] }
        activities = OnboardingActivities(database: database).activities.taking(Set(names), from: ordinary.activities)
    }

    private static func isElsewhere(_ task: OnboardingTaskID, _ services: ERPServices) -> Bool {
        switch task {
        case .createUserAccount, .createEmail: services.identity != nil
        case .assignWorkstation: services.assets != nil
        case .createBadge: services.access != nil
        case .scheduleOrientation: services.orientations != nil
        case .assignMentor: services.mentoring != nil
        case .benefitsEnrollment: services.benefits != nil
        }
    }
}
