public import Logging
public import ServiceLifecycle
public import UnixSignals

/// Makes a second signal end everything at once.
///
/// A `ServiceGroup` listens to the first SIGTERM or SIGINT and then waits for its services. Put this first among them: it
/// counts the same signals and, at the second, fails, upon which the group cancels the others. Workers then cancel their
/// activities, hand them back and return within ``WorkerConfiguration/cancellationGracePeriod``.
///
/// The same signal again within 100 ms of the first is the same request: `timeout` of coreutils, for one, sends it to the
/// process and then to its group.
///
/// ```swift
/// ServiceGroup(
///     services: [WorkerShutdown(logger: logger), engine, worker],
///     gracefulShutdownSignals: [.sigterm, .sigint],
///     logger: logger
/// )
/// ```
///
/// For the last resort, a hung store say, set `maximumCancellationDuration` of the group's configuration as well.
public struct WorkerShutdown: Service {
    /// What ``run()`` throws at the second signal.
    public struct SecondSignal: Error, CustomStringConvertible {
        /// One line for people.
        public var description: String { "stopped at once, by a second signal" }
    }

    private let signals: [UnixSignal]
    private let logger: Logger
    private let clock: any Clock<Duration>

    /// Listens to signals.
    /// - Parameters:
    ///   - signals: The ones that the group takes for a graceful shutdown.
    ///   - logger: Where the second one is logged.
    ///   - clock: Tells a repeat from a second signal.
    public init(
        signals: [UnixSignal] = [.sigterm, .sigint],
        logger: Logger,
        clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.signals = signals
        self.logger = logger
        self.clock = clock
    }

    /// Counts signals.
    /// - Throws: ``SecondSignal`` at the second one.
    public func run() async throws {
        try await cancelWhenGracefulShutdown { try await count() }
    }

    private func count() async throws {
        let clock = WorkerClock(clock)
        var requests = ShutdownRequests()
        for await signal in await UnixSignalsSequence(trapping: signals) {
            guard requests.isSecond(signal, at: clock.elapsed) else { continue }
            logger.warning("a second signal: everything ends at once", metadata: ["signal": "\(signal)"])
            throw SecondSignal()
        }
    }
}

/// Tells a second request to end from the first one that comes twice.
package struct ShutdownRequests {
    /// How long after the first signal the same one is the same request.
    package static let repeatTime = Duration.milliseconds(100)

    private var first: (signal: UnixSignal, time: Duration)?

    /// No request yet.
    package init() {}

    /// Takes a signal: whether it is a second request.
    package mutating func isSecond(_ signal: UnixSignal, at time: Duration) -> Bool {
        guard let first else {
            first = (signal, time)
            return false
        }
        return signal != first.signal || time - first.time >= Self.repeatTime
    }
}
