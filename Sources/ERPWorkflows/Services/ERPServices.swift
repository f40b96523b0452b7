/// Domain services that take the place of those over the engine's own file: services that run elsewhere, most of the time.
/// What is nil stays the one over the file.
public struct ERPServices: Sendable {
    /// Vendors.
    public var vendors: (any VendorService)?
    /// Users and their roles.
    public var directory: (any DirectoryService)?
    /// Messages to people. Another service delivers what it takes; the outbox in the file then stays empty.
    public var notifications: (any NotificationService)?
    /// What departments may spend on orders.
    public var budget: (any BudgetService)?
    /// What invoices take of budgets.
    public var invoiceBudget: (any InvoiceBudgetService)?
    /// Purchase orders.
    public var purchasing: (any PurchasingService)?
    /// Invoices.
    public var invoices: (any InvoiceService)?
    /// The general ledger.
    public var ledger: (any LedgerService)?
    /// Payments.
    public var payments: (any PaymentService)?
    /// Withholding certificates.
    public var withholding: (any WithholdingService)?
    /// Accounts and mail boxes.
    public var identity: (any IdentityService)?
    /// Workstations.
    public var assets: (any AssetService)?
    /// Badges.
    public var access: (any AccessService)?
    /// Benefit plans.
    public var benefits: (any BenefitsService)?
    /// Orientations.
    public var orientations: (any OrientationService)?
    /// Mentors.
    public var mentoring: (any MentoringService)?
    /// The audit trail.
    public var audit: (any AuditService)?

    /// None: everything stays over the file.
    public init() {}
}
