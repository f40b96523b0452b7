package import Database
public import WorkflowAPI
public import WorkflowRuntime

/// The ERP pack for Bangladesh as one thing: its workflow types, and its activities over the domain services in the
/// engine's own database.
public enum ERPPack {
    /// Where its workflows and activities wait.
    public static let taskQueue: TaskQueue = "erp"

    /// Its workflow types.
    public static let workflows = [
        WorkflowRegistration(PurchaseOrderApproval.self), WorkflowRegistration(InvoiceApproval.self),
        WorkflowRegistration(EmployeeOnboarding.self),
    ]

    /// Makes the tables of the domain services where they are missing, or brings them up to date. On PostgreSQL the engine's
    /// own stand before them. Throws ``DatabaseError``.
    package static func prepare(_ database: any ApplicationDatabase) async throws {
        for component in ERPSchema.components { try await database.prepare(component) }
    }

    /// Its activities over the tables of a prepared database, but for the services that take their place. Whatever needs one of
    /// those is an ordinary activity under the same name, so that histories go on; the rest stay exactly-once steps.
    package static func activities(
        _ database: any ApplicationDatabase,
        replacing services: ERPServices = ERPServices()
    ) -> [any ActivityContainer] {
        [
            PurchaseOrderActivities(database: database, replacing: services),
            InvoiceActivities(database: database, replacing: services),
            ApprovalActivities(database: database, replacing: services),
            HumanTaskActivities(database: database),
            OnboardingActivities(database: database, replacing: services),
        ]
    }
}
