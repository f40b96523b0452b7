/// Time as a client sees it, over any clock: how long ago it was made, and sleep.
struct ServiceTime: Sendable {
    private let elapsedTime: @Sendable () -> Duration
    private let sleepFor: @Sendable (Duration) async throws -> Void

    init(_ clock: some Clock<Duration>) {
        let start = clock.now
        elapsedTime = { start.duration(to: clock.now) }
        sleepFor = { try await clock.sleep(until: clock.now.advanced(by: $0), tolerance: nil) }
    }

    var elapsed: Duration { elapsedTime() }

    func sleep(for duration: Duration) async throws { try await sleepFor(duration) }
}
