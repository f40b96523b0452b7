/// A moment: nanoseconds since 1970 in UTC. What both databases store and what workflow code sees as event time.
public struct Timestamp: Hashable, Sendable, Comparable {
    /// Nanoseconds since 1970-01-01T00:00:00Z.
    public var nanoseconds: Int64

    /// A moment from nanoseconds since 1970.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Before everything that can be recorded.
    public static let zero = Timestamp(nanoseconds: 0)
    /// After everything that can be recorded (the year 2262).
    public static let distantFuture = Timestamp(nanoseconds: .max)

    /// Orders by time.
    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }

    /// The moment `duration` later; stops at the ends of the range rather than trap.
    public static func + (time: Timestamp, duration: Duration) -> Timestamp {
        let (sum, overflow) = time.nanoseconds.addingReportingOverflow(duration.clampedNanoseconds)
        guard overflow else { return Timestamp(nanoseconds: sum) }
        return duration < .zero ? Timestamp(nanoseconds: .min) : .distantFuture
    }

    /// The time from the second moment to the first.
    public static func - (later: Timestamp, earlier: Timestamp) -> Duration {
        let (difference, overflow) = later.nanoseconds.subtractingReportingOverflow(earlier.nanoseconds)
        return .nanoseconds(overflow ? .max : difference)
    }
}

extension Duration {
    /// Nanoseconds, held to the range of Int64 (292 years).
    public var clampedNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        if overflow { return seconds < 0 ? .min : .max }
        let (sum, overflow2) = scaled.addingReportingOverflow(attoseconds / 1_000_000_000)
        return overflow2 ? (seconds < 0 ? .min : .max) : sum
    }

    /// Rounded up to a whole millisecond, the resolution of timers.
    public var roundedUpToMilliseconds: Duration {
        let nanoseconds = clampedNanoseconds
        let remainder = nanoseconds % 1_000_000
        guard remainder > 0 else { return .nanoseconds(nanoseconds - remainder) }
        let (sum, overflow) = nanoseconds.addingReportingOverflow(1_000_000 - remainder)
        return .nanoseconds(overflow ? nanoseconds - remainder : sum)
    }
}
