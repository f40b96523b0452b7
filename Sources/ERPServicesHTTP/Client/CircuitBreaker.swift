/// Stops asking a service that does not answer, and asks again now and then.
///
/// ```
/// closed    --(failures in a row reach the threshold)--> open
/// open      --(the cool-down is over, a request comes)--> half-open: that one request goes through
/// half-open --(it succeeds)--> closed
/// half-open --(it fails)--> open
/// half-open --(it is given up)--> half-open: the next request goes through
/// ```
/// Data only: time is handed in, as the duration since any fixed moment.
struct CircuitBreaker: Hashable, Sendable {
    /// What a request that went through is known by, so that one from before the last change of state changes nothing.
    struct Ticket: Hashable, Sendable {
        fileprivate let generation: Int
    }

    /// Whether a request may go out.
    enum Admission: Hashable, Sendable {
        case admitted(Ticket)
        /// Not now; the next one may after this time.
        case refused(Duration)
    }

    /// What became of a request.
    enum Outcome: Hashable, Sendable {
        /// The service answered, with whatever.
        case answered
        /// It did not, or said that it is broken.
        case failed
        /// Nobody knows: the caller gave up, or was told to come later.
        case abandoned
    }

    /// What it does now.
    enum State: Hashable, Sendable {
        case closed(failures: Int)
        case open(until: Duration)
        case halfOpen(isProbing: Bool)
    }

    private(set) var state = State.closed(failures: 0)
    private let threshold: Int
    private let coolDown: Duration
    private var generation = 0

    /// Opens after `threshold` failures in a row, for `coolDown`.
    init(threshold: Int, coolDown: Duration) {
        self.threshold = max(1, threshold)
        self.coolDown = coolDown
    }

    /// Asks for a request. Whoever is admitted has to say with ``record(_:of:at:)`` what became of it.
    mutating func admit(at now: Duration) -> Admission {
        switch state {
        case .closed: break
        case .open(let end):
            guard now >= end else { return .refused(end - now) }
            enter(.halfOpen(isProbing: true))
        case .halfOpen(isProbing: true): return .refused(coolDown)
        case .halfOpen(isProbing: false): state = .halfOpen(isProbing: true)
        }
        return .admitted(Ticket(generation: generation))
    }

    /// Says what became of a request. True when that opened the circuit.
    @discardableResult
    mutating func record(_ outcome: Outcome, of ticket: Ticket, at now: Duration) -> Bool {
        guard ticket.generation == generation else { return false }
        switch (state, outcome) {
        case (.closed(let failures), .failed):
            guard failures + 1 >= threshold else {
                state = .closed(failures: failures + 1)
                return false
            }
            enter(.open(until: now + coolDown))
            return true
        case (.closed, .answered): state = .closed(failures: 0)
        case (.closed, .abandoned), (.open, _): break
        case (.halfOpen, .failed):
            enter(.open(until: now + coolDown))
            return true
        case (.halfOpen, .answered): enter(.closed(failures: 0))
        case (.halfOpen, .abandoned): state = .halfOpen(isProbing: false)
        }
        return false
    }

    private mutating func enter(_ next: State) {
        state = next
        generation += 1
    }
}
