/// How often to try again, and after how long. Defaults and meaning are Temporal's.
public struct RetryPolicy: Hashable, Sendable {
    /// The wait before the second attempt.
    public var initialInterval: Duration
    /// What each wait is multiplied by to give the next; at least 1.
    public var backoffCoefficient: Double
    /// The longest wait; nil means 100 times the initial interval.
    public var maximumInterval: Duration?
    /// All attempts, the first one included; 0 means no limit, 1 means no retry.
    public var maximumAttempts: Int
    /// Application failures with one of these types are not retried (exact text).
    /// `TemporalTimeout:StartToClose` and `TemporalTimeout:Heartbeat` name the two timeouts that otherwise are.
    public var nonRetryableErrorTypes: [String]

    /// A policy; what is not given has Temporal's default.
    public init(
        initialInterval: Duration = .seconds(1),
        backoffCoefficient: Double = 2,
        maximumInterval: Duration? = nil,
        maximumAttempts: Int = 0,
        nonRetryableErrorTypes: [String] = []
    ) {
        self.initialInterval = initialInterval
        self.backoffCoefficient = backoffCoefficient
        self.maximumInterval = maximumInterval
        self.maximumAttempts = maximumAttempts
        self.nonRetryableErrorTypes = nonRetryableErrorTypes
    }
}

/// The four time limits of an activity. Zero or nil means not set.
public struct ActivityTimeouts: Hashable, Sendable {
    /// The whole activity over all attempts.
    public var scheduleToClose: Duration?
    /// The time in the queue, per attempt.
    public var scheduleToStart: Duration?
    /// One attempt.
    public var startToClose: Duration?
    /// The longest gap between heartbeats.
    public var heartbeat: Duration?

    /// The limits by name.
    public init(
        scheduleToClose: Duration? = nil,
        scheduleToStart: Duration? = nil,
        startToClose: Duration? = nil,
        heartbeat: Duration? = nil
    ) {
        self.scheduleToClose = scheduleToClose
        self.scheduleToStart = scheduleToStart
        self.startToClose = startToClose
        self.heartbeat = heartbeat
    }
}
