import Synchronization

/// Whether a worker runs workflow code inside of the transactions that hand its tasks out.
///
/// Only where a crash is blamed on its run: what such code does to its process is not known to the store, since nothing was
/// committed. So where a process has died of what it ran, all workers of this one that blame crashes at the same place do
/// everything in transactions of its own for the rest of its life, where each attempt counts.
package final class InlineTurnPolicy: Sendable {
    /// For how long nothing is offered after code that was not done in time: others wait for such transactions.
    private static let pauseAfterLate = Duration.seconds(1)
    /// And after a process was ended with tasks in work, perhaps by them: long enough for whoever comes back to take them in a
    /// transaction that counts the attempt.
    private static let pauseAfterLoss = Duration.seconds(2)

    /// What the workers of a process with one place for crash blame share.
    private final class Place: Sendable {
        let isForbidden = Atomic(false)
        /// How often a process was found to have been ended with tasks in work.
        let losses = Atomic(0)
    }

    private struct Pause {
        var until = Duration.zero
        /// Those that the pause is for.
        var losses = 0
    }

    private static let places = Mutex<[String: Place]>([:])

    private let isPossible: Bool
    private let place: Place
    private let pause = Mutex(Pause())
    private let clock: WorkerClock

    /// - Parameter crashBlamePrefix: Where crashes are blamed; nil if they are not, and then nothing is allowed.
    /// - Parameter isWanted: The service takes offers up, and nobody has switched them off.
    package init(crashBlamePrefix: String?, isWanted: Bool, clock: WorkerClock) {
        isPossible = isWanted && crashBlamePrefix != nil
        place = Self.places.withLock { places in
            let place = places[crashBlamePrefix ?? ""] ?? Place()
            places[crashBlamePrefix ?? ""] = place
            return place
        }
        self.clock = clock
        let losses = place.losses.load(ordering: .relaxed)
        pause.withLock { $0.losses = losses }
    }

    /// Whether code may be run so now.
    package var allowsNow: Bool {
        guard isAllowed else { return false }
        let (now, losses) = (clock.elapsed, place.losses.load(ordering: .relaxed))
        return pause.withLock { pause in
            if pause.losses != losses {
                pause.losses = losses
                pause.until = max(pause.until, now + Self.pauseAfterLoss)
            }
            return pause.until <= now
        }
    }

    /// Whether it may be at all.
    package var isAllowed: Bool { isPossible && !place.isForbidden.load(ordering: .relaxed) }

    /// A process has died of what it ran.
    package func forbid() { place.isForbidden.store(true, ordering: .relaxed) }

    /// A process was ended with tasks in work.
    package func noteLoss() { place.losses.add(1, ordering: .relaxed) }

    /// Code was not done in time.
    package func noteLate() {
        let until = clock.elapsed + Self.pauseAfterLate
        pause.withLock { $0.until = max($0.until, until) }
    }
}
