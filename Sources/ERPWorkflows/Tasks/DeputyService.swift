public import Foundation

/// Knows who may decide for whom, and when.
public protocol DeputyService: Sendable {
    /// For whom a person may decide at a moment, by their id; the day is that of Dhaka.
    func delegators(of deputy: String, at moment: Date, in tenant: String) async throws -> [Delegator]
    /// Who may decide for a person at a moment, by their id.
    func deputies(of person: String, at moment: Date, in tenant: String) async throws -> [Delegator]
    /// Makes somebody a deputy; again with the same first day, it changes the last one. Recorded in the audit trail with
    /// `actor`. Throws a refusal when there is no such user, and for somebody's own deputy.
    func delegate(_ deputyship: Deputyship, by actor: String, at time: Date) async throws
    /// All deputyships of a tenant, past ones included.
    func deputyships(of tenant: String) async throws -> [Deputyship]
}

/// Somebody who lets another decide, or the other; and in which role.
public struct Delegator: Codable, Hashable, Sendable {
    /// Who they are.
    public var user: DirectoryUser
    /// In which role only; nil for all.
    public var role: String?

    /// A person and a role.
    public init(user: DirectoryUser, role: String? = nil) {
        self.user = user
        self.role = role
    }
}

/// That one person may decide for another, from one day to another.
public struct Deputyship: Codable, Hashable, Sendable {
    /// The tenant.
    public var tenant: String
    /// For whom.
    public var user: String
    /// Who may decide for them.
    public var deputy: String
    /// In which role only; nil for all that they have.
    public var role: String?
    /// The first day, in Dhaka.
    public var from: LocalDate
    /// The last day, included.
    public var until: LocalDate

    /// A deputyship of its parts; nothing is checked.
    public init(tenant: String, user: String, deputy: String, role: String? = nil, from: LocalDate, until: LocalDate) {
        self.tenant = tenant
        self.user = user
        self.deputy = deputy
        self.role = role
        self.from = from
        self.until = until
    }
}
