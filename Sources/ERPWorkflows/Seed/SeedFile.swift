public import Foundation
import WorkflowAPI
import WorkflowRuntime

/// What `workflowctl erp load` reads: tenants with their users, vendors, budgets and policies. `Examples/erp` has one,
/// docs/ERP.md describes each key.
public struct SeedFile: Codable, Sendable {
    /// The tenants. Each becomes a namespace.
    public var namespaces: [SeedNamespace]
}

extension SeedFile {
    /// Reads a file's JSON. Throws a refusal on one line that names the place.
    public init(json: Data, name: String) throws {
        do {
            self = try StrictJSON.decode(SeedFile.self, from: json)
        } catch let error as PayloadError {
            throw WorkflowServiceError(.invalidArgument, "\(name): \(error.message)")
        }
    }
}

/// A tenant with its master data.
public struct SeedNamespace: Codable, Sendable {
    /// The namespace.
    public var name: String
    /// Replaces or adds these users.
    public var users: [SeedUser]?
    /// Replaces or adds these vendors.
    public var vendors: [SeedVendor]?
    /// Sets what these departments may spend.
    public var budgets: [SeedBudget]?
    /// Sets who approves purchase orders.
    public var purchaseOrderPolicy: ApprovalPolicy?
    /// Changes how documents are approved.
    public var approvals: TenantApprovals?
    /// Sets weekend and public holidays.
    public var calendar: BusinessCalendar?
    /// Sets who approves invoices, and in what time.
    public var invoicePolicy: InvoicePolicy?
    /// Sets all tax rates.
    public var taxTable: TaxTable?
    /// Replaces or adds these accounts.
    public var accounts: [Account]?
    /// Sets on which accounts invoices are booked.
    public var postingAccounts: PostingAccounts?
    /// Workflow types whose input has to be encrypted.
    public var requireEncryption: [String]?
    /// What it has for its employees.
    public var people: SeedPeople?
}

/// A user.
public struct SeedUser: Codable, Sendable {
    /// The user id.
    public var id: String
    /// The name.
    public var name: String
    /// The mail address.
    public var email: String
    /// The department they belong to.
    public var department: String
    /// `department_head`, `finance`.
    public var roles: [String]?
    /// The login name in the operating system; the id unless given.
    public var login: String?
    /// They may act; true unless said otherwise.
    public var active: Bool?
}

/// A vendor.
public struct SeedVendor: Codable, Sendable {
    /// The vendor id.
    public var id: String
    /// The name.
    public var name: String
    /// The mail address.
    public var email: String
    /// `contractor`, `supplier` or `service_provider`; needed before an invoice of theirs can be paid.
    public var kind: VendorKind?
    /// 10 or 12 digits, in either script, with blanks and hyphens between them.
    public var tin: String?
    /// 9 or 13 digits, likewise.
    public var bin: String?
    /// A mobile number of Bangladesh, in any usual form.
    public var mobile: String?
    /// Orders may go to it; true unless said otherwise.
    public var active: Bool?
    /// Why not, when they may not.
    public var holdReason: String?
}

/// What a department may spend in a fiscal year.
public struct SeedBudget: Codable, Sendable {
    /// The department.
    public var department: String
    /// `FY2026-27`; the year that runs when the file is loaded unless given.
    public var fiscalYear: FiscalYear?
    /// How much in all.
    public var allocated: Money
}
