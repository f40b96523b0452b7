import WorkflowAPI

/// Repeats an answer to the service while the store cannot be used, so that finished work is not thrown away.
///
/// Safe for everything that carries a task token: if an earlier try did arrive, the next one is `staleTask`.
package struct ServiceRetry: Sendable {
    /// How often an answer is tried: with the waits between, about three quarters of a minute.
    package static let maximumTries = 10

    private let clock: WorkerClock
    private let maximum: Duration
    private let random: @Sendable () -> Double

    /// A policy with waits up to a maximum.
    package init(clock: WorkerClock, maximum: Duration, random: @escaping @Sendable () -> Double) {
        self.clock = clock
        self.maximum = maximum
        self.random = random
    }

    /// Calls until it succeeds, is refused for good, or has failed ``maximumTries`` times.
    package func callAsFunction<Value: Sendable>(_ call: @Sendable () async throws -> Value) async throws -> Value {
        var backoff = PollBackoff(maximum: maximum, random: random)
        for _ in 1..<Self.maximumTries {
            do {
                return try await call()
            } catch let refusal as WorkflowServiceError
                where refusal.code == .unavailable || refusal.code == .outcomeUnknown
            {
                try await clock.sleep(for: backoff.next())
            }
        }
        return try await call()
    }
}
