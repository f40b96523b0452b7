package import WorkflowAPI

/// Decides which of an activity's heartbeats are sent: the first at once, then the newest of those made in an interval.
///
/// The interval is 80 % of the heartbeat timeout, or a default without one, and never more than a maximum (the rule of
/// Temporal's SDKs). Pure: times are measured from any fixed moment and come from outside.
package struct HeartbeatThrottle: Sendable {
    /// What to do now.
    package enum Step: Hashable, Sendable {
        /// There is nothing to send.
        case idle
        /// Send these details; they count as sent.
        case send([Payload])
        /// Ask again after so long.
        case wait(Duration)
    }

    /// The shortest gap between two heartbeats that are sent.
    package let interval: Duration
    private var lastSent: Duration?
    private var held: [Payload]?

    /// A throttle for one attempt.
    /// - Parameters:
    ///   - timeout: The activity's heartbeat timeout; nil or zero for none.
    ///   - defaultInterval: The interval without a timeout.
    ///   - maximumInterval: The longest interval.
    package init(timeout: Duration?, defaultInterval: Duration, maximumInterval: Duration) {
        let wanted = timeout.flatMap { $0 > .zero ? $0 * 0.8 : nil } ?? defaultInterval
        interval = min(wanted, maximumInterval)
    }

    /// The newest details, if they have not been sent.
    package var pending: [Payload]? { held }

    /// Takes note of a heartbeat; the details replace what was held back.
    /// - Returns: whether nothing was held back before, so that the sender has to be woken.
    package mutating func record(_ details: [Payload]) -> Bool {
        defer { held = details }
        return held == nil
    }

    /// What to do at a moment. Details that are to be sent count as sent; give them back by ``restore(_:)`` if that failed.
    package mutating func step(at now: Duration) -> Step {
        guard let details = held else { return .idle }
        if let lastSent, now - lastSent < interval { return .wait(interval - (now - lastSent)) }
        held = nil
        lastSent = now
        return .send(details)
    }

    /// Takes back details that could not be sent, unless newer ones have come; they wait for the next interval.
    package mutating func restore(_ details: [Payload]) {
        if held == nil { held = details }
    }
}
