/// Carries messages from the outbox to people.
///
/// A message may come more than once: when a process died after it was sent and before that was recorded. Its
/// ``OutgoingNotification/id`` is the same each time, so that whoever takes it can tell.
public protocol NotificationSender: Sendable {
    /// The longest that one sending takes; the sender ends it by itself then, as a failure.
    var timeout: Duration { get }
    /// Sends a message; returns when it is in safe hands. Throws ``NotificationSendError``; of any other error no more than
    /// the type is kept, since it might repeat the message.
    func send(_ notification: OutgoingNotification) async throws
}

/// A message was not sent.
public struct NotificationSendError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One line for operators, without anything of the message's text.
    public var description: String
    /// It is not worth trying again.
    public var isPermanent: Bool

    /// An error of its parts.
    public init(_ description: String, isPermanent: Bool = false) {
        self.description = description
        self.isPermanent = isPermanent
    }
}
