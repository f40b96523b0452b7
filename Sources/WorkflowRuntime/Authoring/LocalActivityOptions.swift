public import WorkflowAPI

/// How a local activity is run (``Workflow/executeLocal(_:_:options:fileID:line:)``).
public struct LocalActivityOptions: Sendable, Hashable {
    /// The limit on one attempt, from when its code begins; over zero. Default: 10 s.
    public var startToCloseTimeout: Duration
    /// The limit on all attempts together and on the waits before them, from when it was asked for; nil means none.
    public var scheduleToCloseTimeout: Duration?
    /// How often to try again; nil means without limit, after 1 s, 2 s, 4 s, and so on up to 100 s, each of the longer pauses
    /// with some six events.
    public var retryPolicy: RetryPolicy?
    /// Up to how long a pause between two attempts is waited for in the worker. A longer one is a timer of the run, and
    /// what has been tried so far is recorded. Default: 1 s.
    public var localRetryThreshold: Duration

    /// Options; what is not given has the default.
    public init(
        startToCloseTimeout: Duration = .seconds(10),
        scheduleToCloseTimeout: Duration? = nil,
        retryPolicy: RetryPolicy? = nil,
        localRetryThreshold: Duration = .seconds(1)
    ) {
        self.startToCloseTimeout = startToCloseTimeout
        self.scheduleToCloseTimeout = scheduleToCloseTimeout
        self.retryPolicy = retryPolicy
        self.localRetryThreshold = localRetryThreshold
    }
}

/// In which way the proxy of a group of activities runs them.
public enum ActivityCall: Sendable, Hashable {
    /// As activity tasks, by any worker that polls the queue.
    case task(ActivityOptions)
    /// In the worker that runs the workflow code, within its workflow task.
    case local(LocalActivityOptions)
}
