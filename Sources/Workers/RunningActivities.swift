import Synchronization
import WorkflowAPI

/// The attempts in work, so that a stopping worker reaches them all.
package final class RunningActivities: Sendable {
    private let attempts = Mutex<[ObjectIdentifier: ActivityAttempt]>([:])

    /// Nothing runs.
    package init() {}

    /// How many are in work.
    package var count: Int { attempts.withLock { $0.count } }

    /// Takes note of an attempt.
    package func insert(_ attempt: ActivityAttempt) {
        attempts.withLock { $0[ObjectIdentifier(attempt)] = attempt }
    }

    /// Forgets an attempt.
    package func remove(_ attempt: ActivityAttempt) {
        attempts.withLock { _ = $0.removeValue(forKey: ObjectIdentifier(attempt)) }
    }

    /// Tells all of them to stop because the worker does.
    package func cancelAll() {
        for attempt in all { attempt.cancel(.shutdown) }
    }

    /// Stops waiting for all of them.
    package func abandonAll() {
        for attempt in all { attempt.abandon() }
    }

    private var all: [ActivityAttempt] { attempts.withLock { Array($0.values) } }
}
