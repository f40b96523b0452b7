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

    /// Its activities over the tables of a prepared file.
    package static func activities(_ database: SQLiteDatabase) -> [any ActivityContainer] {
        [
            PurchaseOrderActivities(database: database),
            InvoiceActivities(database: database),
            ApprovalActivities(database: database),
            HumanTaskActivities(database: database),
            OnboardingActivities(database: database),
        ]
    }
}
