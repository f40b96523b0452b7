public import Foundation

/// A message on its way, as senders see it and as programs get it: one JSON object.
public struct OutgoingNotification: Hashable, Sendable {
    /// What is sent.
    public var message: NotificationMessage
    /// Which attempt this is, from 1.
    public var attempt: Int

    /// A message on its way.
    public init(_ message: NotificationMessage, attempt: Int = 1) {
        self.message = message
        self.attempt = attempt
    }

    /// The same for every attempt, and for no other message: tenant and key.
    public var id: String { "\(message.tenant)/\(message.key)" }

    /// `{"id": ..., "tenant": ..., "key": ..., "recipient": ..., "address": ..., "kind": ..., "subject": ..., "body": ...,
    /// "time": "2026-11-21T09:40:32Z", "attempt": 1}` on one line.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return try encoder.encode(
            Form(
                id: id,
                tenant: message.tenant,
                key: message.key,
                recipient: message.recipient,
                address: message.address,
                kind: message.kind,
                subject: message.subject,
                body: message.body,
                time: message.time,
                attempt: attempt
            )
        )
    }

    private struct Form: Encodable {
        var id: String
        var tenant: String
        var key: String
        var recipient: String
        var address: String
        var kind: String
        var subject: String
        var body: String
        var time: Date
        var attempt: Int
    }
}
