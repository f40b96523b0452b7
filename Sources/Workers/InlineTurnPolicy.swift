import Synchronization

/// Whether a worker runs workflow code inside of the transactions that hand its tasks out.
///
/// Only where a crash is blamed on its run: what such code does to its process is not known to the store, since nothing was
/// committed. So a worker that finds that another died of what it ran does everything in its own transactions for the rest of
/// its life, where each attempt counts.
package final class InlineTurnPolicy: Sendable {
    /// For how long nothing is offered after code that was not done in time: others wait for such transactions.
    private static let pause = Duration.seconds(1)

    private struct State {
        var isAllowed: Bool
        var pausedUntil = Duration.zero
    }

    private let state: Mutex<State>
    private let clock: WorkerClock

    /// - Parameter isAllowed: The service takes offers up, and crashes are blamed.
    package init(isAllowed: Bool, clock: WorkerClock) {
        state = Mutex(State(isAllowed: isAllowed))
        self.clock = clock
    }

    /// Whether code may be run so now.
    package var allowsNow: Bool {
        let now = clock.elapsed
        return state.withLock { $0.isAllowed && $0.pausedUntil <= now }
    }

    /// Whether it may be at all.
    package var isAllowed: Bool { state.withLock { $0.isAllowed } }

    /// A process has died of what it ran.
    package func forbid() { state.withLock { $0.isAllowed = false } }

    /// Code was not done in time.
    package func noteLate() {
        let until = clock.elapsed + InlineTurnPolicy.pause
        state.withLock { $0.pausedUntil = until }
    }
}
