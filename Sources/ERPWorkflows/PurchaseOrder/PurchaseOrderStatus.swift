/// How far an order has come; what the query `status` answers.
public enum PurchaseOrderStatus: String, Codable, Hashable, Sendable {
    case pending
    case validatingBudget = "validating_budget"
    case awaitingDepartmentApproval = "awaiting_department_approval"
    case awaitingFinanceApproval = "awaiting_finance_approval"
    case creatingOrder = "creating_po"
    case notifyingVendor = "notifying_vendor"
    case completed
    case rejected
    case cancelled
    case error

    /// While a level waits.
    init(_ level: ApprovalLevel) {
        self = level.name == "finance" ? .awaitingFinanceApproval : .awaitingDepartmentApproval
    }
}
