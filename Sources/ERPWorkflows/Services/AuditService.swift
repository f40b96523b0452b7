public import Foundation

/// The audit trail of a tenant: only ever added to, and chained by hash, so that a changed or missing entry is found.
public protocol AuditService: Sendable {
    /// Adds an entry, once by its key.
    func record(_ entry: AuditEntry) async throws
    /// All entries of a tenant, oldest first.
    func entries(of tenant: String) async throws -> [AuditEntry]
    /// Computes the chain anew. Gives what is wrong, one line each; nothing when nothing is.
    func verify(_ tenant: String) async throws -> [String]
}

/// One fact for the auditors.
public struct AuditEntry: Codable, Hashable, Sendable {
    /// The tenant.
    public var tenant: String
    /// What makes it one entry and not two.
    public var key: String
    /// When, in event time.
    public var time: Date
    /// What it is about: `purchase_order`.
    public var entity: String
    /// Which one.
    public var entityId: String
    /// What happened: `completed`, `rejected`, `cancelled`, `failed`, `released`, `closed`.
    public var action: String
    /// Who caused it: the requester who got the order, the approver who rejected it, whoever cancelled or released it as
    /// their client calls itself (`user@host`), or ``system``.
    public var actor: String
    /// The rest, for people.
    public var details: String

    /// The actor of what nobody decided: a missing budget, silence, a failure.
    public static let system = "system"
}
