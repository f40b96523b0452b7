public import Foundation

/// The general ledger of a tenant: double entry. An entry whose debits and credits differ is never posted, and a posted one
/// never changes; the database holds both.
public protocol LedgerService: Sendable {
    /// Posts an entry, once by its source: a repeat gives the same number, `JV-FY2026-27-00001`. Throws a refusal when it
    /// does not balance, or names an account that the chart does not have.
    func post(_ entry: JournalEntry) async throws -> String
    /// All entries of a tenant in the order of their numbers.
    func entries(of tenant: String) async throws -> [PostedEntry]
    /// The sums of every account, by code.
    func balances(of tenant: String) async throws -> [AccountBalance]
}

/// An entry to post.
public struct JournalEntry: Codable, Hashable, Sendable {
    /// The tenant.
    public var tenant: String
    /// What it comes from: `invoice`.
    public var source: String
    /// Which one. Each is posted once.
    public var sourceId: String
    /// The day in whose period it counts.
    public var date: LocalDate
    /// What it is for, for people.
    public var text: String
    /// Two or more.
    public var lines: [JournalLine]
    /// When, in event time.
    public var time: Date
}

/// A line of an entry: a debit or a credit.
public struct JournalLine: Codable, Hashable, Sendable {
    /// The account's code.
    public var account: String
    /// Above zero, or zero when it is a credit.
    public var debit: Money
    /// Above zero, or zero when it is a debit.
    public var credit: Money
    /// The department that it concerns.
    public var department: String?
    /// The project that it concerns.
    public var projectId: String?
    /// The vendor that it concerns.
    public var vendorId: String?
    /// For people.
    public var text: String
}

/// An entry of the ledger.
public struct PostedEntry: Codable, Hashable, Sendable {
    /// `JV-FY2026-27-00001`, without gaps.
    public var entryId: String
    /// Its period.
    public var period: FiscalPeriod
    /// The entry as it was posted.
    public var entry: JournalEntry
}

/// An account of the chart.
public struct Account: Codable, Hashable, Sendable {
    /// `5100`.
    public var code: String
    /// The name.
    public var name: String
    /// What it is in the balance.
    public var kind: Kind

    /// What an account is in the balance.
    public enum Kind: String, Codable, Hashable, Sendable { case asset, liability, equity, income, expense }
}

/// The sums of an account.
public struct AccountBalance: Codable, Hashable, Sendable {
    /// The account.
    public var account: Account
    /// Everything on the left.
    public var debit: Money
    /// Everything on the right.
    public var credit: Money
}
