import Synchronization

/// Which local activities take too long to be run while a transaction waits for them: those that have, a short while ago.
package final class LocalActivityPace: Sendable {
    /// What takes longer is not waited for.
    static let limit = Duration.milliseconds(5)
    /// For how long that is remembered.
    private static let memory = Duration.seconds(60)

    private let slow = Mutex<[String: Duration]>([:])
    private let clock: WorkerClock

    /// Nothing is known yet.
    package init(clock: WorkerClock) { self.clock = clock }

    /// An attempt has taken so long.
    package func note(_ activityType: String, _ duration: Duration) {
        guard duration > Self.limit else { return }
        let until = clock.elapsed + Self.memory
        slow.withLock { $0[activityType] = until }
    }

    /// Whether it is likely to take long.
    package func isSlow(_ activityType: String) -> Bool {
        let now = clock.elapsed
        return slow.withLock { slow in
            guard !slow.isEmpty, let until = slow[activityType] else { return false }
            if until <= now { slow[activityType] = nil }
            return until > now
        }
    }
}
