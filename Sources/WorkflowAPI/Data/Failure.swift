/// A recorded failure: a tree of causes that is stored in history and crosses process borders.
///
/// Field names and meaning are those of `temporal.api.failure.v1.Failure`.
public struct Failure: Hashable, Sendable {
    /// What went wrong, for people.
    public var message: String
    /// The code base that made it (`SwiftWorkflow`), or empty.
    public var source: String
    /// Where it was thrown, if known.
    public var stackTrace: String
    /// What kind of failure it is, with the fields of that kind.
    public var info: Info
    private var causes: [Failure]

    /// A failure of its parts.
    public init(message: String, source: String = "", stackTrace: String = "", info: Info, cause: Failure? = nil) {
        self.message = message
        self.source = source
        self.stackTrace = stackTrace
        self.info = info
        self.causes = cause.map { [$0] } ?? []
    }

    /// The failure behind this one.
    public var cause: Failure? {
        get { causes.first }
        set { causes = newValue.map { [$0] } ?? [] }
    }

    /// The kinds of failure.
    public enum Info: Hashable, Sendable {
        /// Thrown by application code.
        case application(Application)
        /// A time limit passed.
        case timeout(type: TimeoutType, lastHeartbeatDetails: [Payload])
        /// Cancelled on request.
        case canceled(details: [Payload])
        /// Terminated from outside.
        case terminated
        /// The engine itself failed.
        case server(nonRetryable: Bool)
        /// The last word on an activity; the reason is the cause.
        case activity(Activity)
        /// The last word on a child workflow; the reason is the cause.
        case childWorkflow(ChildWorkflow)
        /// A kind this version does not know, or none.
        case unknown
    }

    /// What application code said about its error.
    public struct Application: Hashable, Sendable {
        /// The name by which retry policies recognise it.
        public var type: String
        /// Trying again is pointless.
        public var nonRetryable: Bool
        /// Values for the caller.
        public var details: [Payload]
        /// Replaces the interval that the retry policy computes.
        public var nextRetryDelay: Duration?

        /// An application failure of its parts.
        public init(type: String, nonRetryable: Bool = false, details: [Payload] = [], nextRetryDelay: Duration? = nil)
        {
            self.type = type
            self.nonRetryable = nonRetryable
            self.details = details
            self.nextRetryDelay = nextRetryDelay
        }
    }

    /// Which activity failed, and why it was not tried again.
    public struct Activity: Hashable, Sendable {
        /// The event that scheduled it.
        public var scheduledEventID: Int64
        /// The event that recorded its start, 0 if none.
        public var startedEventID: Int64
        /// The worker of the last attempt.
        public var identity: String
        /// The activity's type.
        public var activityType: String
        /// The activity's id within the run.
        public var activityID: String
        /// Why there is no further attempt.
        public var retryState: RetryState

        /// An activity failure of its parts.
        public init(
            scheduledEventID: Int64,
            startedEventID: Int64,
            identity: String,
            activityType: String,
            activityID: String,
            retryState: RetryState
        ) {
            self.scheduledEventID = scheduledEventID
            self.startedEventID = startedEventID
            self.identity = identity
            self.activityType = activityType
            self.activityID = activityID
            self.retryState = retryState
        }
    }

    /// Which child workflow failed.
    public struct ChildWorkflow: Hashable, Sendable {
        /// The child's run.
        public var execution: WorkflowExecution
        /// The child's type.
        public var workflowType: String
        /// Why there is no further attempt.
        public var retryState: RetryState

        /// A child workflow failure of its parts.
        public init(execution: WorkflowExecution, workflowType: String, retryState: RetryState) {
            self.execution = execution
            self.workflowType = workflowType
            self.retryState = retryState
        }
    }
}

extension Failure.Info {
    /// The same kind without any payload.
    package var withoutDetails: Failure.Info {
        switch self {
        case .application(var application):
            application.details = []
            return .application(application)
        case .timeout(let type, _): return .timeout(type: type, lastHeartbeatDetails: [])
        case .canceled: return .canceled(details: [])
        case .terminated, .server, .activity, .childWorkflow, .unknown: return self
        }
    }
}

/// Which time limit passed; raw values are `temporal.api.enums.v1.TimeoutType`.
public enum TimeoutType: Int32, Hashable, Sendable, CaseIterable {
    /// One attempt took too long.
    case startToClose = 1
    /// No worker took the task in time.
    case scheduleToStart = 2
    /// All attempts together took too long.
    case scheduleToClose = 3
    /// No sign of life for too long.
    case heartbeat = 4
}

/// Why there is or is not another attempt; raw values are `temporal.api.enums.v1.RetryState`.
public enum RetryState: Int32, Hashable, Sendable, CaseIterable {
    /// Not said.
    case unspecified = 0
    /// There will be another attempt.
    case inProgress = 1
    /// The failure may not be retried.
    case nonRetryableFailure = 2
    /// The next attempt would begin after the deadline.
    case timeout = 3
    /// All attempts are used up.
    case maximumAttemptsReached = 4
    /// Nothing said to retry.
    case retryPolicyNotSet = 5
    /// The engine failed.
    case internalServerError = 6
    /// Cancellation was requested.
    case cancelRequested = 7
}
