extension HistoryEvent {
    /// The run exists; always event 1.
    public struct WorkflowExecutionStarted: Hashable, Sendable {
        /// The registered name of the workflow.
        public var workflowType: String
        /// Where its tasks go.
        public var taskQueue: TaskQueue
        /// The argument.
        public var input: [Payload]
        /// The limit on the whole chain of runs; nil for none.
        public var workflowExecutionTimeout: Duration?
        /// The limit on this run; nil for none.
        public var workflowRunTimeout: Duration?
        /// The limit on one workflow task.
        public var workflowTaskTimeout: Duration
        /// The run id at the start of the chain; seeds the random numbers.
        public var originalRunID: RunID
        /// The first run of the chain.
        public var firstRunID: RunID
        /// The execution's id.
        public var workflowID: WorkflowID
        /// Who asked for the start.
        public var identity: String
        /// The attempt, when the run is retried as a whole.
        public var attempt: Int32
        /// How the run as a whole is retried; nil for not at all.
        public var retryPolicy: RetryPolicy?
        /// When the execution timeout passes.
        public var expirationTime: Timestamp?
        /// The cron expression, or empty.
        public var cronSchedule: String
        /// The delay before the first workflow task.
        public var firstWorkflowTaskBackoff: Duration
        /// The run that this one continues.
        public var continuedRunID: RunID?
        /// Untyped notes for listings.
        public var memo: PayloadMap
        /// Typed notes to find it by.
        public var searchAttributes: PayloadMap
        /// Context that travels with the call.
        public var header: PayloadMap

        /// All parts by name.
        public init(
            workflowType: String,
            taskQueue: TaskQueue,
            input: [Payload] = [],
            workflowExecutionTimeout: Duration? = nil,
            workflowRunTimeout: Duration? = nil,
            workflowTaskTimeout: Duration = .seconds(10),
            originalRunID: RunID,
            firstRunID: RunID,
            workflowID: WorkflowID,
            identity: String = "",
            attempt: Int32 = 1,
            retryPolicy: RetryPolicy? = nil,
            expirationTime: Timestamp? = nil,
            cronSchedule: String = "",
            firstWorkflowTaskBackoff: Duration = .zero,
            continuedRunID: RunID? = nil,
            memo: PayloadMap = [:],
            searchAttributes: PayloadMap = [:],
            header: PayloadMap = [:]
        ) {
            self.workflowType = workflowType
            self.taskQueue = taskQueue
            self.input = input
            self.workflowExecutionTimeout = workflowExecutionTimeout
            self.workflowRunTimeout = workflowRunTimeout
            self.workflowTaskTimeout = workflowTaskTimeout
            self.originalRunID = originalRunID
            self.firstRunID = firstRunID
            self.workflowID = workflowID
            self.identity = identity
            self.attempt = attempt
            self.retryPolicy = retryPolicy
            self.expirationTime = expirationTime
            self.cronSchedule = cronSchedule
            self.firstWorkflowTaskBackoff = firstWorkflowTaskBackoff
            self.continuedRunID = continuedRunID
            self.memo = memo
            self.searchAttributes = searchAttributes
            self.header = header
        }
    }

    /// The run returned.
    public struct WorkflowExecutionCompleted: Hashable, Sendable {
        /// What it returned.
        public var result: [Payload]
        /// The task that asked for this.
        public var workflowTaskCompletedEventID: Int64
        /// The run that follows.
        public var newRunID: RunID?

        /// All parts by name.
        public init(result: [Payload], workflowTaskCompletedEventID: Int64, newRunID: RunID? = nil) {
            self.result = result
            self.workflowTaskCompletedEventID = workflowTaskCompletedEventID
            self.newRunID = newRunID
        }
    }

    /// The run threw.
    public struct WorkflowExecutionFailed: Hashable, Sendable {
        /// What it threw.
        public var failure: Failure
        /// Why there is no further run.
        public var retryState: RetryState
        /// The task that asked for this.
        public var workflowTaskCompletedEventID: Int64
        /// The run that follows.
        public var newRunID: RunID?

        /// All parts by name.
        public init(
            failure: Failure,
            retryState: RetryState,
            workflowTaskCompletedEventID: Int64,
            newRunID: RunID? = nil
        ) {
            self.failure = failure
            self.retryState = retryState
            self.workflowTaskCompletedEventID = workflowTaskCompletedEventID
            self.newRunID = newRunID
        }
    }

    /// A limit of the run or the execution passed; its code had no say.
    public struct WorkflowExecutionTimedOut: Hashable, Sendable {
        /// Why there is no further run.
        public var retryState: RetryState
        /// The run that follows.
        public var newRunID: RunID?

        /// All parts by name.
        public init(retryState: RetryState, newRunID: RunID? = nil) {
            self.retryState = retryState
            self.newRunID = newRunID
        }
    }

    /// Somebody asked the run to stop in good order.
    public struct WorkflowExecutionCancelRequested: Hashable, Sendable {
        /// Why.
        public var cause: String
        /// Who.
        public var identity: String

        /// All parts by name.
        public init(cause: String = "", identity: String = "") {
            self.cause = cause
            self.identity = identity
        }
    }

    /// The run followed a cancel request.
    public struct WorkflowExecutionCanceled: Hashable, Sendable {
        /// What it had to say.
        public var details: [Payload]
        /// The task that asked for this.
        public var workflowTaskCompletedEventID: Int64

        /// All parts by name.
        public init(details: [Payload] = [], workflowTaskCompletedEventID: Int64) {
            self.details = details
            self.workflowTaskCompletedEventID = workflowTaskCompletedEventID
        }
    }

    /// The run was ended from outside; its code had no say.
    public struct WorkflowExecutionTerminated: Hashable, Sendable {
        /// Why.
        public var reason: String
        /// More about why.
        public var details: [Payload]
        /// Who.
        public var identity: String

        /// All parts by name.
        public init(reason: String, details: [Payload] = [], identity: String = "") {
            self.reason = reason
            self.details = details
            self.identity = identity
        }
    }

    /// A signal was accepted.
    public struct WorkflowExecutionSignaled: Hashable, Sendable {
        /// Which signal.
        public var signalName: String
        /// Its argument.
        public var input: [Payload]
        /// Who sent it.
        public var identity: String
        /// Context that travels with the call.
        public var header: PayloadMap
        /// The sender's id for this request, by which a repeat is known.
        public var requestID: String

        /// All parts by name.
        public init(
            signalName: String,
            input: [Payload] = [],
            identity: String = "",
            header: PayloadMap = [:],
            requestID: String = ""
        ) {
            self.signalName = signalName
            self.input = input
            self.identity = identity
            self.header = header
            self.requestID = requestID
        }
    }
}
