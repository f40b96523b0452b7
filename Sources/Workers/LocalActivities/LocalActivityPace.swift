import Synchronization

/// Which local activities take too long to be run while a transaction waits for them: those that have of late, on the average.
package final class LocalActivityPace: Sendable {
    /// What takes longer is not waited for.
    static let limit = Duration.milliseconds(5)
    /// For how long that is remembered.
    private static let memory = Duration.seconds(60)

    private struct Average {
        var duration: Duration
        var time: Duration
    }

    private let averages = Mutex<[String: Average]>([:])
    private let clock: WorkerClock

    /// Nothing is known yet.
    package init(clock: WorkerClock) { self.clock = clock }

    /// The code of an attempt has taken so long. One among many may, on a busy machine; the first counts for itself.
    package func note(_ activityType: String, _ duration: Duration) {
        let now = clock.elapsed
        averages.withLock { averages in
            guard let average = averages[activityType], now - average.time < Self.memory else {
                averages[activityType] = Average(duration: duration, time: now)
                return
            }
            averages[activityType] = Average(
                duration: average.duration + (duration - average.duration) / 8,
                time: now
            )
        }
    }

    /// Whether it is likely to take long.
    package func isSlow(_ activityType: String) -> Bool {
        let now = clock.elapsed
        return averages.withLock { averages in
            guard let average = averages[activityType] else { return false }
            return average.duration > Self.limit && now - average.time < Self.memory
        }
    }
}
