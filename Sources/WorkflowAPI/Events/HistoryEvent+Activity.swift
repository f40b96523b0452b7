extension HistoryEvent {
    /// The run asked for an activity.
    public struct ActivityTaskScheduled: Hashable, Sendable {
        /// Its id within the run: a decimal sequence.
        public var activityID: String
        /// The registered name.
        public var activityType: String
        /// Where its tasks go.
        public var taskQueue: TaskQueue
        /// Context that travels with the call.
        public var header: PayloadMap
        /// Its argument.
        public var input: [Payload]
        /// Its four time limits, as validated.
        public var timeouts: ActivityTimeouts
        /// The task that asked for this.
        public var workflowTaskCompletedEventID: Int64
        /// How often to try again.
        public var retryPolicy: RetryPolicy?

        /// All parts by name.
        public init(
            activityID: String,
            activityType: String,
            taskQueue: TaskQueue,
            header: PayloadMap = [:],
            input: [Payload] = [],
            timeouts: ActivityTimeouts,
            workflowTaskCompletedEventID: Int64,
            retryPolicy: RetryPolicy? = nil
        ) {
            self.activityID = activityID
            self.activityType = activityType
            self.taskQueue = taskQueue
            self.header = header
            self.input = input
            self.timeouts = timeouts
            self.workflowTaskCompletedEventID = workflowTaskCompletedEventID
            self.retryPolicy = retryPolicy
        }
    }

    /// The attempt that closed the activity began; written together with the closing event.
    public struct ActivityTaskStarted: Hashable, Sendable {
        /// The event that scheduled it.
        public var scheduledEventID: Int64
        /// The worker.
        public var identity: String
        /// The poll that took it.
        public var requestID: String
        /// Which attempt it was.
        public var attempt: Int32
        /// How the attempt before ended.
        public var lastFailure: Failure?

        /// All parts by name.
        public init(
            scheduledEventID: Int64,
            identity: String = "",
            requestID: String = "",
            attempt: Int32,
            lastFailure: Failure? = nil
        ) {
            self.scheduledEventID = scheduledEventID
            self.identity = identity
            self.requestID = requestID
            self.attempt = attempt
            self.lastFailure = lastFailure
        }
    }

    /// The activity returned.
    public struct ActivityTaskCompleted: Hashable, Sendable {
        /// What it returned.
        public var result: [Payload]
        /// The event that scheduled it.
        public var scheduledEventID: Int64
        /// The event that started it.
        public var startedEventID: Int64
        /// The worker.
        public var identity: String

        /// All parts by name.
        public init(result: [Payload], scheduledEventID: Int64, startedEventID: Int64, identity: String = "") {
            self.result = result
            self.scheduledEventID = scheduledEventID
            self.startedEventID = startedEventID
            self.identity = identity
        }
    }

    /// The activity failed for good.
    public struct ActivityTaskFailed: Hashable, Sendable {
        /// How.
        public var failure: Failure
        /// The event that scheduled it.
        public var scheduledEventID: Int64
        /// The event that started it.
        public var startedEventID: Int64
        /// The worker.
        public var identity: String
        /// Why there is no further attempt.
        public var retryState: RetryState

        /// All parts by name.
        public init(
            failure: Failure,
            scheduledEventID: Int64,
            startedEventID: Int64,
            identity: String = "",
            retryState: RetryState
        ) {
            self.failure = failure
            self.scheduledEventID = scheduledEventID
            self.startedEventID = startedEventID
            self.identity = identity
            self.retryState = retryState
        }
    }

    /// A time limit passed for good.
    public struct ActivityTaskTimedOut: Hashable, Sendable {
        /// Which limit, and what was last heard.
        public var failure: Failure
        /// The event that scheduled it.
        public var scheduledEventID: Int64
        /// The event that started it, 0 if none.
        public var startedEventID: Int64
        /// Why there is no further attempt.
        public var retryState: RetryState

        /// All parts by name.
        public init(failure: Failure, scheduledEventID: Int64, startedEventID: Int64, retryState: RetryState) {
            self.failure = failure
            self.scheduledEventID = scheduledEventID
            self.startedEventID = startedEventID
            self.retryState = retryState
        }
    }

    /// The run no longer wants the activity.
    public struct ActivityTaskCancelRequested: Hashable, Sendable {
        /// The event that scheduled it.
        public var scheduledEventID: Int64
        /// The task that asked for this.
        public var workflowTaskCompletedEventID: Int64

        /// All parts by name.
        public init(scheduledEventID: Int64, workflowTaskCompletedEventID: Int64) {
            self.scheduledEventID = scheduledEventID
            self.workflowTaskCompletedEventID = workflowTaskCompletedEventID
        }
    }

    /// The activity followed the request, or had not begun.
    public struct ActivityTaskCanceled: Hashable, Sendable {
        /// What it had to say.
        public var details: [Payload]
        /// The request.
        public var latestCancelRequestedEventID: Int64
        /// The event that scheduled it.
        public var scheduledEventID: Int64
        /// The event that started it, 0 if none.
        public var startedEventID: Int64
        /// The worker.
        public var identity: String

        /// All parts by name.
        public init(
            details: [Payload] = [],
            latestCancelRequestedEventID: Int64,
            scheduledEventID: Int64,
            startedEventID: Int64,
            identity: String = ""
        ) {
            self.details = details
            self.latestCancelRequestedEventID = latestCancelRequestedEventID
            self.scheduledEventID = scheduledEventID
            self.startedEventID = startedEventID
            self.identity = identity
        }
    }
}
