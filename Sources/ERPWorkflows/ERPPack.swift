package import Database
public import WorkflowAPI
public import WorkflowRuntime

/// The ERP pack for Bangladesh as one thing: its workflow types, and its activities over the domain services in the
/// engine's own file.
public enum ERPPack {
    /// Where its workflows and activities wait.
    public static let taskQueue: TaskQueue = "erp"

    /// Its workflow types.
    public static let workflows = [
        WorkflowRegistration(PurchaseOrderApproval.self), WorkflowRegistration(InvoiceApproval.self),
        WorkflowRegistration(EmployeeOnboarding.self),
    ]

    /// Makes the tables of the domain services where they are missing, or brings them up to date. Throws
    /// ``DatabaseError``.
    package static func prepare(_ database: SQLiteDatabase) async throws {
        try await SchemaMigrator.prepare(ERPSchema.component, in: database)
        try await SchemaMigrator.prepare(ERPSchema.tasks, in: database)
        try await SchemaMigrator.prepare(ERPSchema.finance, in: database)
        try await SchemaMigrator.prepare(ERPSchema.people, in: database)
        try await SchemaMigrator.prepare(ERPSchema.delivery, in: database)
    }

    /// Its activities over the tables of a prepared file, but for the services that take their place. Whatever needs one of
    /// those is an ordinary activity under the same name, so that histories go on; the rest stay exactly-once steps.
    package static func activities(
        _ database: SQLiteDatabase,
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
