extension Command {
    /// Asks for an activity.
    public struct ScheduleActivity: Hashable, Sendable {
        /// Its id within the run: a decimal sequence.
        public var activityID: String
        /// The registered name.
        public var activityType: String
        /// Where its tasks go; nil means the run's own queue.
        public var taskQueue: TaskQueue?
        /// Context that travels with the call.
        public var header: PayloadMap
        /// Its argument.
        public var input: [Payload]
        /// Its time limits; schedule-to-close or start-to-close is needed.
        public var timeouts: ActivityTimeouts
        /// How often to try again; nil means the defaults.
        public var retryPolicy: RetryPolicy?
        /// The worker would take it at once if it has a free slot.
        public var requestEagerExecution: Bool

        /// All parts by name.
        public init(
            activityID: String,
            activityType: String,
            taskQueue: TaskQueue? = nil,
            header: PayloadMap = [:],
            input: [Payload] = [],
            timeouts: ActivityTimeouts,
            retryPolicy: RetryPolicy? = nil,
            requestEagerExecution: Bool = true
        ) {
            self.activityID = activityID
            self.activityType = activityType
            self.taskQueue = taskQueue
            self.header = header
            self.input = input
            self.timeouts = timeouts
            self.retryPolicy = retryPolicy
            self.requestEagerExecution = requestEagerExecution
        }
    }

    /// No longer wants an activity.
    public struct RequestCancelActivity: Hashable, Sendable {
        /// The event that scheduled it.
        public var scheduledEventID: Int64

        /// All parts by name.
        public init(scheduledEventID: Int64) {
            self.scheduledEventID = scheduledEventID
        }
    }

    /// Asks to be woken.
    public struct StartTimer: Hashable, Sendable {
        /// Its id within the run: a decimal sequence.
        public var timerID: String
        /// After how long; not negative.
        public var startToFireTimeout: Duration

        /// All parts by name.
        public init(timerID: String, startToFireTimeout: Duration) {
            self.timerID = timerID
            self.startToFireTimeout = startToFireTimeout
        }
    }

    /// No longer wants to be woken.
    public struct CancelTimer: Hashable, Sendable {
        /// Which timer.
        public var timerID: String

        /// All parts by name.
        public init(timerID: String) {
            self.timerID = timerID
        }
    }

    /// The run returned.
    public struct CompleteWorkflow: Hashable, Sendable {
        /// What it returned.
        public var result: [Payload]

        /// All parts by name.
        public init(result: [Payload]) {
            self.result = result
        }
    }

    /// The run threw.
    public struct FailWorkflow: Hashable, Sendable {
        /// What it threw.
        public var failure: Failure

        /// All parts by name.
        public init(failure: Failure) {
            self.failure = failure
        }
    }

    /// The run followed a cancel request.
    public struct CancelWorkflow: Hashable, Sendable {
        /// What it had to say.
        public var details: [Payload]

        /// All parts by name.
        public init(details: [Payload] = []) {
            self.details = details
        }
    }

    /// A fact of the runtime's own.
    public struct RecordMarker: Hashable, Sendable {
        /// What kind of fact.
        public var markerName: String
        /// The fact.
        public var details: [String: [Payload]]
        /// Context that travels with the call.
        public var header: PayloadMap
        /// What went wrong, for kinds that can.
        public var failure: Failure?

        /// All parts by name.
        public init(
            markerName: String,
            details: [String: [Payload]] = [:],
            header: PayloadMap = [:],
            failure: Failure? = nil
        ) {
            self.markerName = markerName
            self.details = details
            self.header = header
            self.failure = failure
        }
    }
}
