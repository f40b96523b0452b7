public import ERPWorkflows

/// Messages that another service delivers.
public struct HTTPNotificationService: NotificationService {
    static let send = HTTPOperation(.post, "/notifications")
    static let sent = HTTPOperation(.get, "/notifications/{key}")
    static let outbox = HTTPOperation(.get, "/notifications")
    static let operations = [send, sent, outbox]

    private let client: HTTPServiceClient

    /// The service that a client asks.
    public init(_ client: HTTPServiceClient) { self.client = client }

    /// Hands messages over, those of a tenant together.
    public func send(_ notifications: [NotificationMessage]) async throws {
        var rest = notifications[...]
        while let tenant = rest.first?.tenant {
            let messages = rest.prefix { $0.tenant == tenant }
            try await client.send(Self.send, Items(items: Array(messages)), tenant: tenant)
            rest = rest.dropFirst(messages.count)
        }
    }

    /// Whether the service has a message with this key.
    public func wasSent(_ key: String, in tenant: String) async throws -> Bool {
        let found: NotificationMessage? = try await client.find(Self.sent, [key], tenant: tenant) {
            $0.key == key && $0.tenant == tenant
        }
        return found != nil
    }

    /// All messages of a tenant, oldest first.
    public func outbox(of tenant: String) async throws -> [NotificationMessage] {
        try await client.list(Self.outbox, tenant: tenant) { $0.tenant == tenant }
    }
}
