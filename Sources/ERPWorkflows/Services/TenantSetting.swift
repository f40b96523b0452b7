/// What a tenant sets for itself, by its name in the table `erp_policy_version`.
enum TenantSetting: String, CaseIterable {
    case purchaseOrder, approvals, calendar, onboarding, invoicePolicy, taxTable, postingAccounts, requireEncryption

    /// Its name in the file of `erp load`, by which queries and the audit trail call it.
    var key: String {
        switch self {
        case .purchaseOrder: "purchaseOrderPolicy"
        case .onboarding: "onboardingPolicy"
        default: rawValue
        }
    }

    /// By which an order is judged.
    static let ofOrders: [TenantSetting] = [.purchaseOrder, .approvals, .calendar]
    /// By which an invoice is judged.
    static let ofInvoices: [TenantSetting] = [.invoicePolicy, .taxTable, .approvals, .calendar, .postingAccounts]
    /// By which an employee is onboarded.
    static let ofOnboarding: [TenantSetting] = [.onboarding, .approvals, .calendar]
}
