/// The services that can run elsewhere, by the names of their environment variables.
public enum RemoteService: String, CaseIterable, Hashable, Sendable {
    /// Vendors.
    case masterData = "MASTER_DATA"
    /// Users, roles, logins.
    case auth = "AUTH"
    /// Messages to people.
    case notification = "NOTIFICATION"
    /// What departments may spend.
    case budget = "BUDGET"
    /// Purchase orders and their numbers.
    case purchasing = "PURCHASING"
    /// Invoices, and matching them against orders.
    case invoice = "INVOICE"
    /// Payments and withholding certificates.
    case payment = "PAYMENT"
    /// The general ledger.
    case ledger = "LEDGER"
    /// Accounts and mail boxes.
    case identity = "IDENTITY"
    /// Workstations.
    case asset = "ASSET"
    /// Badges.
    case access = "ACCESS"
    /// Benefit plans.
    case benefits = "BENEFITS"
    /// Orientations.
    case calendar = "CALENDAR"
    /// Mentors.
    case mentoring = "MENTORING"
    /// The audit trail.
    case audit = "AUDIT"

    /// What it is called in messages: `master data`.
    public var name: String { rawValue.lowercased().replacing("_", with: " ") }
    /// The variable with its address: `MASTER_DATA_URL`.
    public var urlVariable: String { rawValue + "_URL" }
    /// The variable with the token that it is shown: `MASTER_DATA_TOKEN`.
    public var tokenVariable: String { rawValue + "_TOKEN" }
}
