/// How long to wait after a failure: 100 ms, then twice as long each time up to a limit, of which a random half is
/// dropped so that many workers do not come back at the same moment. A success starts it anew.
package struct PollBackoff: Sendable {
    /// The wait after the first failure, before jitter.
    package static let initial = Duration.milliseconds(100)

    private let maximum: Duration
    private let random: @Sendable () -> Double
    private var base = PollBackoff.initial

    /// A backoff that has not failed yet.
    /// - Parameters:
    ///   - maximum: The longest wait.
    ///   - random: Numbers from 0 up to but not including 1.
    package init(maximum: Duration, random: @escaping @Sendable () -> Double) {
        self.maximum = maximum
        self.random = random
    }

    /// The wait after one more failure: between half of the current step and the whole of it.
    package mutating func next() -> Duration {
        let step = min(base, maximum)
        base = min(step * 2, maximum)
        return step * (0.5 + 0.5 * min(1, max(0, random())))
    }

    /// Forgets the failures.
    package mutating func reset() {
        base = PollBackoff.initial
    }
}
