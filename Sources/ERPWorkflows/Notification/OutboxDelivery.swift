package import Foundation
package import Logging
import ServiceLifecycle

/// Delivers the messages of a tenant: each at least once, under an id that stays the same, by one process at a time. What
/// fails is tried again after growing pauses; what a dead process had claimed is anybody's when its lease is over.
package struct OutboxDelivery: Service {
    private let outbox: SQLOutbox
    private let tenant: String
    private let sender: any NotificationSender
    private let policy: DeliveryPolicy
    private let environment: Environment
    private let logger: Logger

    /// Where time and names come from.
    package struct Environment: Sendable {
        package var now: @Sendable () -> Date
        package var sleep: @Sendable (Duration) async throws -> Void
        package var makeClaim: @Sendable () -> String

        package init(
            now: @escaping @Sendable () -> Date,
            sleep: @escaping @Sendable (Duration) async throws -> Void,
            makeClaim: @escaping @Sendable () -> String
        ) {
            self.now = now
            self.sleep = sleep
            self.makeClaim = makeClaim
        }

        /// Real pauses and random names, by the clock of the store: claims of processes whose machines' clocks differ would
        /// otherwise pass early, and messages be sent twice.
        package static func live(_ now: @escaping @Sendable () -> Date) -> Environment {
            Environment(
                now: now,
                sleep: { try await Task.sleep(for: $0) },
                makeClaim: { UUID().uuidString }
            )
        }
    }

    /// What a pass did.
    package struct Report: Hashable, Sendable {
        package var sent = 0
        /// Failed now, and tried again later.
        package var postponed = 0
        /// Failed for good.
        package var failed = 0
    }

    package init(
        outbox: SQLOutbox,
        tenant: String,
        sender: any NotificationSender,
        policy: DeliveryPolicy = DeliveryPolicy(),
        environment: Environment,
        logger: Logger
    ) {
        self.outbox = outbox
        self.tenant = tenant
        self.sender = sender
        self.policy = policy
        self.environment = environment
        self.logger = logger
    }

    /// Delivers until the service is to stop; what is being sent then is sent to its end.
    package func run() async throws {
        while !Task.isShuttingDownGracefully, !Task.isCancelled {
            var pause = Duration.seconds(1)
            do {
                _ = try await deliver()
            } catch is CancellationError {
                return
            } catch {
                // The store may be busy or full: messages wait, and the rest of the worker is not to die of it.
                logger.warning("messages could not be delivered", metadata: ["error": "\(error)"])
                pause = .seconds(10)
            }
            try? await cancelWhenGracefulShutdown { [environment, pause] in try await environment.sleep(pause) }
        }
    }

    /// Sends everything that is due.
    package func deliver() async throws -> Report {
        var report = Report()
        while !Task.isShuttingDownGracefully, try await outbox.hasDue(in: tenant, at: environment.now()) {
            let start = environment.now()
            let lease = max(policy.lease, sender.timeout * 2)
            let leaseEnd = start.addingTimeInterval(lease / .seconds(1))
            let claimed = try await outbox.claim(
                in: tenant,
                at: start,
                until: leaseEnd,
                as: environment.makeClaim(),
                policy
            )
            for (index, one) in claimed.enumerated() {
                let worstEnd = environment.now().addingTimeInterval(sender.timeout / .seconds(1))
                guard worstEnd <= leaseEnd, !Task.isShuttingDownGracefully, !Task.isCancelled else {
                    try await outbox.giveBack(Array(claimed[index...]), at: environment.now())
                    break
                }
                try await send(one, &report)
            }
            try Task.checkCancellation()
        }
        return report
    }

    private func send(_ claimed: SQLOutbox.Claimed, _ report: inout Report) async throws {
        let notification = claimed.notification
        do {
            try await sender.send(notification)
        } catch {
            let known = error as? NotificationSendError
            let words = (known?.description ?? "the sender failed: \(type(of: error))").clipped(to: 300)
            let isLast = known?.isPermanent == true || notification.attempt >= policy.mostAttempts
            let pause = policy.pause(after: notification.attempt)
            let now = environment.now()
            let retry = isLast ? nil : now.addingTimeInterval(pause / .seconds(1))
            try await outbox.noteFailure(claimed, words, retry: retry, at: now)
            if isLast { report.failed += 1 } else { report.postponed += 1 }
            logger.warning(
                "a message was not sent",
                metadata: [
                    "message": "\(notification.id)", "attempt": "\(notification.attempt)", "error": "\(words)",
                    "isGivenUp": "\(isLast)",
                ]
            )
            return
        }
        try await outbox.noteSent(claimed, at: environment.now())
        report.sent += 1
    }
}
