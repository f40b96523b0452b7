import Database
import WorkflowRuntime

/// Each service, or the one over the engine's own file where nothing takes its place.
extension ERPServices {
    func vendors(or database: any ApplicationDatabase) -> any VendorService {
        vendors ?? SQLVendorService(database: database)
    }

    func directory(or database: any ApplicationDatabase) -> any DirectoryService {
        directory ?? SQLDirectoryService(database: database)
    }

    func notifications(or database: any ApplicationDatabase) -> any NotificationService {
        notifications ?? SQLNotificationService(database: database)
    }

    func budget(or database: any ApplicationDatabase) -> any BudgetService {
        budget ?? SQLBudgetService(database: database)
    }

    func invoiceBudget(or database: any ApplicationDatabase) -> any InvoiceBudgetService {
        invoiceBudget ?? SQLInvoiceBudgetService(database: database)
    }

    func purchasing(or database: any ApplicationDatabase) -> any PurchasingService {
        purchasing ?? SQLPurchasingService(database: database)
    }

    func invoices(or database: any ApplicationDatabase) -> any InvoiceService {
        invoices ?? SQLInvoiceService(database: database)
    }

    func audit(or database: any ApplicationDatabase) -> any AuditService {
        audit ?? SQLAuditService(database: database)
    }

    /// Posting in one transaction as long as all of the books are in the file, else step by step.
    func postings(or database: any ApplicationDatabase) -> any InvoicePostingService {
        guard hasBooksElsewhere else { return SQLInvoicePosting(database: database) }
        return StepwiseInvoicePosting(
            invoices: invoices(or: database),
            budget: invoiceBudget(or: database),
            ledger: ledger ?? SQLLedgerService(database: database),
            payments: payments ?? SQLPaymentService(database: database),
            withholding: withholding ?? SQLWithholdingService(database: database)
        )
    }

    /// Something that the posting of an invoice needs is not in the file.
    var hasBooksElsewhere: Bool {
        invoices != nil || invoiceBudget != nil || ledger != nil || payments != nil || withholding != nil
    }
}

extension [ActivityRegistration] {
    /// These, but those of certain names as they stand in another list.
    func taking(_ names: Set<String>, from others: [ActivityRegistration]) -> [ActivityRegistration] {
        filter { !names.contains($0.name) } + others.filter { names.contains($0.name) }
    }
}
