/// How far an invoice has come; what the query `status` answers.
public enum InvoiceStatus: String, Codable, Hashable, Sendable {
    case pending
    /// Its figures, dates and forms are checked.
    case validating
    case checkingDuplicates = "checking_duplicates"
    case checkingVendor = "checking_vendor"
    /// It is compared with its order.
    case matchingOrder = "matching_po"
    /// Accounts payable looks at a difference from the order.
    case awaitingMatchingApproval = "awaiting_matching_approval"
    case calculatingTax = "calculating_tax"
    case checkingBudget = "checking_budget"
    case awaitingAccountsPayableApproval = "awaiting_accounts_payable_approval"
    case awaitingDepartmentApproval = "awaiting_department_approval"
    case awaitingFinanceApproval = "awaiting_finance_approval"
    case awaitingCFOApproval = "awaiting_cfo_approval"
    case awaitingCEOApproval = "awaiting_ceo_approval"
    /// An approver has asked something; the clock of their level stands until the answer.
    case awaitingInformation = "awaiting_information"
    /// Payment, journal entry and certificate are written.
    case creatingPayment = "creating_payment"
    case notifying
    case approved
    case rejected
    /// Nothing can be done until the vendor's master data say otherwise; then it can be submitted again.
    case onHold = "on_hold"
    case cancelled
    case error

    /// That of a level that waits.
    init(_ waiting: WaitingLevel) {
        guard !waiting.isWaitingForInfo else {
            self = .awaitingInformation
            return
        }
        switch waiting.level.name {
        case InvoiceLevels.matching: self = .awaitingMatchingApproval
        case "department_head": self = .awaitingDepartmentApproval
        case "finance_manager": self = .awaitingFinanceApproval
        case "cfo": self = .awaitingCFOApproval
        case "ceo": self = .awaitingCEOApproval
        default: self = .awaitingAccountsPayableApproval
        }
    }

    /// As which it is kept in the books when it ends so; nil for what is no end without effect.
    var ending: InvoiceState? {
        switch self {
        case .rejected: .rejected
        case .onHold: .onHold
        case .cancelled: .cancelled
        case .error: .failed
        default: nil
        }
    }

    /// As it stands in sentences.
    var words: String {
        switch self {
        case .onHold: "put on hold"
        case .error: "ended by a failure"
        default: rawValue
        }
    }
}
