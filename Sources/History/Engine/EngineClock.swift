public import WorkflowAPI

#if canImport(Glibc)
import Glibc
#else
import Darwin
#endif

/// The clock of an engine: what its store stamps events with and what its loops sleep on. Tests own it.
public protocol EngineClock: Sendable {
    /// The time now, by which deadlines pass.
    func now() -> Timestamp

    /// Returns at `deadline` or later; throws `CancellationError` when the task is cancelled.
    func sleep(until deadline: Timestamp) async throws
}

/// The clock of the machine.
public struct SystemEngineClock: EngineClock {
    /// The one there is.
    public init() {}

    /// Wall-clock time.
    public func now() -> Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// Sleeps on the monotonic clock for the time that is left; looks again, so that a clock that was set back is noticed.
    public func sleep(until deadline: Timestamp) async throws {
        while true {
            let left = deadline - now()
            guard left > .zero else { return }
            try await ContinuousClock().sleep(for: min(left, .seconds(60)))
        }
    }
}
