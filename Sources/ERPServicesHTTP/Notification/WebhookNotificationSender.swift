public import ERPWorkflows
public import Logging
import WorkflowRuntime

/// Posts each message of the outbox to an address, as the JSON object that programs get too. A status of 2xx means that it
/// is in safe hands. Every attempt of a message carries its id as `Idempotency-Key`, so that the receiver can tell a repeat.
///
/// The pauses between attempts are those of the outbox, which remembers them; here nothing is tried twice.
public struct WebhookNotificationSender: NotificationSender {
    private let client: HTTPServiceClient
    /// The longest that one sending takes.
    public let timeout: Duration

    /// Posts to an address. `clock` measures for how long a receiver that fails is left alone.
    public init(
        _ address: HTTPServiceAddress,
        timeout: Duration = .seconds(10),
        coolDown: Duration = .seconds(30),
        clock: some Clock<Duration> = ContinuousClock(),
        logger: Logger
    ) {
        self.timeout = timeout
        client = HTTPServiceClient(
            service: "webhook",
            address: address,
            limits: HTTPServiceLimits(timeout: timeout, attempts: 1, coolDown: coolDown, mostBytes: 64 * 1024),
            clock: clock,
            logger: logger
        )
    }

    /// Posts a message.
    public func send(_ notification: OutgoingNotification) async throws {
        do {
            try await client.post(
                Array(try notification.json()),
                id: "\(RequestTarget.encoded(notification.message.tenant))/"
                    + RequestTarget.encoded(notification.message.key),
                tenant: notification.message.tenant
            )
        } catch let error as ApplicationError {
            throw NotificationSendError(error.message, isPermanent: error.nonRetryable)
        }
    }
}
