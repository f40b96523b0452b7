public import Logging
public import ServiceLifecycle
public import UnixSignals

/// Makes a second signal end everything at once.
///
/// A `ServiceGroup` listens to the first SIGTERM or SIGINT and then waits for its services. Put this first among them: it
/// counts the same signals and, at the second, fails, upon which the group cancels the others. Workers then cancel their
/// activities, hand them back and return within ``WorkerConfiguration/cancellationGracePeriod``.
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

    /// Listens to signals.
    /// - Parameters:
    ///   - signals: The ones that the group takes for a graceful shutdown.
    ///   - logger: Where the second one is logged.
    public init(signals: [UnixSignal] = [.sigterm, .sigint], logger: Logger) {
        self.signals = signals
        self.logger = logger
    }

    /// Counts signals.
    /// - Throws: ``SecondSignal`` at the second one.
    public func run() async throws {
        try await cancelWhenGracefulShutdown { try await count() }
    }

    private func count() async throws {
        var seen = 0
        for await signal in await UnixSignalsSequence(trapping: signals) {
            seen += 1
            guard seen > 1 else { continue }
            logger.warning("a second signal: everything ends at once", metadata: ["signal": "\(signal)"])
            throw SecondSignal()
        }
    }
}
