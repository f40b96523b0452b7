public import Foundation

/// A message with how far it has come.
public struct DeliveryRecord: Hashable, Sendable {
    /// How far a message has come.
    public enum State: String, Codable, Hashable, Sendable {
        /// It waits to be sent, or to be tried again.
        case waiting
        /// It is in safe hands.
        case sent
        /// It was given up; ``DeliveryRecord/lastError`` says why.
        case failed
    }

    /// The message.
    public var message: NotificationMessage
    /// How far it has come.
    public var state: State
    /// How often it was tried.
    public var attempts: Int
    /// When a waiting message is tried next.
    public var nextTime: Date
    /// Why the last attempt failed; nothing of the text.
    public var lastError: String?
}
