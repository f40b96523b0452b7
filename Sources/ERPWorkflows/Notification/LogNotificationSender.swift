/// Writes a line for each message and sends nothing: to see what would go out. Subjects are written, texts never.
public struct LogNotificationSender: NotificationSender {
    private let write: @Sendable (String) -> Void

    /// `write` takes a line.
    public init(write: @escaping @Sendable (String) -> Void) { self.write = write }

    /// Nothing is waited for.
    public var timeout: Duration { .seconds(1) }

    /// Writes `to rahim <rahim@example.com.bd>: Order PO-1 was placed [default/r1/order_completed/rahim]`.
    public func send(_ notification: OutgoingNotification) async throws {
        let message = notification.message
        write(
            "to \(message.recipient) <\(message.address)>: \(message.subject) [\(notification.id)]".oneLine
        )
    }
}

extension String {
    /// Without line breaks and other control characters, so that nobody's name can make a line of its own.
    fileprivate var oneLine: String {
        String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.properties.generalCategory == .control || $0 == "\u{2028}" ? " " : $0 }
            )
        )
    }
}
