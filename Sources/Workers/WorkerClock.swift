/// Time as a worker uses it, over any clock: how long ago it was made, and sleep.
package struct WorkerClock: Sendable {
    private let elapsedTime: @Sendable () -> Duration
    private let sleepFor: @Sendable (Duration) async throws -> Void

    /// Starts at zero now, by the clock given.
    package init(_ clock: any Clock<Duration>) {
        self.init(opening: clock)
    }

    private init<C: Clock<Duration>>(opening clock: C) {
        let start = clock.now
        elapsedTime = { start.duration(to: clock.now) }
        sleepFor = { try await clock.sleep(until: clock.now.advanced(by: $0), tolerance: nil) }
    }

    /// The time since this value was made.
    package var elapsed: Duration { elapsedTime() }

    /// Waits.
    /// - Throws: `CancellationError` when the task is cancelled; nothing else.
    package func sleep(for duration: Duration) async throws {
        try await sleepFor(duration)
    }
}
