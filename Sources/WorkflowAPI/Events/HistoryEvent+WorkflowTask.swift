extension HistoryEvent {
    /// The run has something to react to.
    public struct WorkflowTaskScheduled: Hashable, Sendable {
        /// Where the task waits.
        public var taskQueue: TaskQueue
        /// The limit once taken.
        public var startToCloseTimeout: Duration
        /// Which attempt this is.
        public var attempt: Int32

        /// All parts by name.
        public init(taskQueue: TaskQueue, startToCloseTimeout: Duration, attempt: Int32 = 1) {
            self.taskQueue = taskQueue
            self.startToCloseTimeout = startToCloseTimeout
            self.attempt = attempt
        }
    }

    /// A worker took the task; the moment is `Workflow.now` for everything it runs.
    public struct WorkflowTaskStarted: Hashable, Sendable {
        /// The event that scheduled it.
        public var scheduledEventID: Int64
        /// The worker.
        public var identity: String
        /// The poll that took it.
        public var requestID: String
        /// The size of the history so far.
        public var historySizeBytes: Int64
        /// The history grows long.
        public var suggestContinueAsNew: Bool

        /// All parts by name.
        public init(
            scheduledEventID: Int64,
            identity: String = "",
            requestID: String = "",
            historySizeBytes: Int64 = 0,
            suggestContinueAsNew: Bool = false
        ) {
            self.scheduledEventID = scheduledEventID
            self.identity = identity
            self.requestID = requestID
            self.historySizeBytes = historySizeBytes
            self.suggestContinueAsNew = suggestContinueAsNew
        }
    }

    /// The worker answered; the events of its commands follow.
    public struct WorkflowTaskCompleted: Hashable, Sendable {
        /// The event that scheduled it.
        public var scheduledEventID: Int64
        /// The event that started it.
        public var startedEventID: Int64
        /// The worker.
        public var identity: String
        /// What the worker was made of.
        public var sdkMetadata: SDKMetadata?

        /// All parts by name.
        public init(
            scheduledEventID: Int64,
            startedEventID: Int64,
            identity: String = "",
            sdkMetadata: SDKMetadata? = nil
        ) {
            self.scheduledEventID = scheduledEventID
            self.startedEventID = startedEventID
            self.identity = identity
            self.sdkMetadata = sdkMetadata
        }
    }

    /// The worker did not answer in time.
    public struct WorkflowTaskTimedOut: Hashable, Sendable {
        /// The event that scheduled it.
        public var scheduledEventID: Int64
        /// The event that started it, 0 if none took it.
        public var startedEventID: Int64
        /// Which limit.
        public var timeoutType: TimeoutType

        /// All parts by name.
        public init(scheduledEventID: Int64, startedEventID: Int64, timeoutType: TimeoutType) {
            self.scheduledEventID = scheduledEventID
            self.startedEventID = startedEventID
            self.timeoutType = timeoutType
        }
    }

    /// The worker could not advance the run; it waits and is tried again.
    public struct WorkflowTaskFailed: Hashable, Sendable {
        /// The event that scheduled it.
        public var scheduledEventID: Int64
        /// The event that started it.
        public var startedEventID: Int64
        /// What kind of trouble.
        public var cause: WorkflowTaskFailedCause
        /// The report.
        public var failure: Failure?
        /// The worker.
        public var identity: String

        /// All parts by name.
        public init(
            scheduledEventID: Int64,
            startedEventID: Int64,
            cause: WorkflowTaskFailedCause,
            failure: Failure? = nil,
            identity: String = ""
        ) {
            self.scheduledEventID = scheduledEventID
            self.startedEventID = startedEventID
            self.cause = cause
            self.failure = failure
            self.identity = identity
        }
    }

    /// What code answered a workflow task: decides which language behaviours replay has to repeat.
    public struct SDKMetadata: Hashable, Sendable {
        /// Flags of the engine core first used here.
        public var coreUsedFlags: [UInt32]
        /// Flags of the language runtime first used here.
        public var langUsedFlags: [UInt32]
        /// The library, when it changed.
        public var sdkName: String
        /// Its version, when it changed.
        public var sdkVersion: String

        /// All parts by name.
        public init(
            coreUsedFlags: [UInt32] = [],
            langUsedFlags: [UInt32] = [],
            sdkName: String = "",
            sdkVersion: String = ""
        ) {
            self.coreUsedFlags = coreUsedFlags
            self.langUsedFlags = langUsedFlags
            self.sdkName = sdkName
            self.sdkVersion = sdkVersion
        }
    }
}
