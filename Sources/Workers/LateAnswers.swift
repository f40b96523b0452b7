import Synchronization

/// Counts answers that the service refused because the task had gone to somebody else, or was over.
package final class LateAnswers: Sendable {
    private let number = Mutex(0)

    package init() {}

    /// How many there were.
    package var count: Int { number.withLock { $0 } }

    /// One more.
    package func add() { number.withLock { $0 += 1 } }
}
