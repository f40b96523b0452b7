import Synchronization
import WorkflowAPI

/// Activity code in work that a stopping worker has to reach.
package protocol RunningActivity: AnyObject, Sendable {
    /// Tells it to stop.
    func cancel(_ reason: ActivityAttempt.CancelReason)
    /// Stops waiting for it.
    func abandon()
}

extension ActivityAttempt: RunningActivity {}

/// The attempts in work, so that a stopping worker reaches them all.
package final class RunningActivities: Sendable {
    private let attempts = Mutex<[ObjectIdentifier: any RunningActivity]>([:])

    /// Nothing runs.
    package init() {}

    /// How many are in work.
    package var count: Int { attempts.withLock { $0.count } }

    /// Takes note of an attempt.
    package func insert(_ attempt: any RunningActivity) {
        attempts.withLock { $0[ObjectIdentifier(attempt)] = attempt }
    }

    /// Forgets an attempt.
    package func remove(_ attempt: any RunningActivity) {
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

    private var all: [any RunningActivity] { attempts.withLock { Array($0.values) } }
}
