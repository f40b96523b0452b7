public import Foundation

/// What a tenant has set for its invoices, as it was when a run began: it stays so for the run, whatever is loaded
/// meanwhile.
public struct InvoiceTerms: Codable, Hashable, Sendable {
    /// Levels, time limits, tolerance.
    public var policy: InvoicePolicy
    /// The rates.
    public var taxTable: TaxTable
    /// How documents are approved, with weekend and holidays.
    public var rules: ApprovalRules
    /// Where invoices are booked.
    public var accounts: PostingAccounts
    /// The version of each setting that the tenant has loaded, by its name in the seed file; settings that are not named
    /// are the defaults.
    public var versions: [String: Int64]

    /// The defaults of the rules.
    public static let standard = InvoiceTerms(
        policy: InvoicePolicy(),
        taxTable: .standard,
        rules: ApprovalRules(),
        accounts: .standard,
        versions: [:]
    )
}

/// Knows what a tenant has set for its invoices.
public protocol InvoiceTermsService: Sendable {
    /// What held at a moment; the defaults where the tenant had set nothing.
    func invoiceTerms(of tenant: String, at moment: Date) async throws -> InvoiceTerms
}
