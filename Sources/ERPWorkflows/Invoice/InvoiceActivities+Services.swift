package import Database
import WorkflowRuntime

extension InvoiceActivities {
    /// Activities over the tables in the engine's own file, but for the services that take their place: what needs one of
    /// them is an ordinary activity, idempotent as all are.
    package init(database: any ApplicationDatabase, replacing services: ERPServices) {
        let ordinary = InvoiceActivities(
            terms: SQLInvoiceTermsService(database: database),
            vendors: services.vendors(or: database),
            directory: services.directory(or: database),
            invoices: services.invoices(or: database),
            budget: services.invoiceBudget(or: database),
            postings: services.postings(or: database),
            notifications: services.notifications(or: database),
            audit: services.audit(or: database),
            inspect: EncryptionRequirement.inspection(of: database)
        )
        activities = InvoiceActivities(database: database).activities
            .taking(Self.namesNeeding(services), from: ordinary.activities)
    }

    private static func namesNeeding(_ services: ERPServices) -> Set<String> {
        var names: Set<String> = [prepare.name]
        if services.invoices != nil { names.formUnion([register.name, match.name, end.name]) }
        if services.invoiceBudget != nil { names.formUnion([reserveBudget.name, releaseBudget.name]) }
        if services.hasBooksElsewhere { names.insert(post.name) }
        if services.directory != nil || services.notifications != nil { names.insert(notify.name) }
        if services.audit != nil { names.insert(recordAudit.name) }
        return names
    }
}
