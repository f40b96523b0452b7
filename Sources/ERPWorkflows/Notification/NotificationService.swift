public import Foundation

/// Tells people. A notification is a row in the outbox, from which the company's mail system takes it.
public protocol NotificationService: Sendable {
    /// Puts notifications out, each once by its key.
    func send(_ notifications: [NotificationMessage]) async throws
    /// Whether a notification with this key was put out.
    func wasSent(_ key: String, in tenant: String) async throws -> Bool
    /// All notifications of a tenant, oldest first.
    func outbox(of tenant: String) async throws -> [NotificationMessage]
}

/// A message to a person or a company.
public struct NotificationMessage: Codable, Hashable, Sendable {
    /// The tenant.
    public var tenant: String
    /// What makes it one message and not two.
    public var key: String
    /// The user or vendor.
    public var recipient: String
    /// The mail address.
    public var address: String
    /// What it is about: `approval_requested`, `order_created` and so on.
    public var kind: String
    /// The subject line.
    public var subject: String
    /// The text.
    public var body: String
    /// When, in event time.
    public var time: Date
}
