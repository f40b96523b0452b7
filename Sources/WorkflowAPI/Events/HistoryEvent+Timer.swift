extension HistoryEvent {
    /// The run asked to be woken.
    public struct TimerStarted: Hashable, Sendable {
        /// Its id within the run: a decimal sequence.
        public var timerID: String
        /// After how long.
        public var startToFireTimeout: Duration
        /// The task that asked for this.
        public var workflowTaskCompletedEventID: Int64

        /// All parts by name.
        public init(timerID: String, startToFireTimeout: Duration, workflowTaskCompletedEventID: Int64) {
            self.timerID = timerID
            self.startToFireTimeout = startToFireTimeout
            self.workflowTaskCompletedEventID = workflowTaskCompletedEventID
        }
    }

    /// The time has come.
    public struct TimerFired: Hashable, Sendable {
        /// Which timer.
        public var timerID: String
        /// The event that started it.
        public var startedEventID: Int64

        /// All parts by name.
        public init(timerID: String, startedEventID: Int64) {
            self.timerID = timerID
            self.startedEventID = startedEventID
        }
    }

    /// The run no longer wants to be woken.
    public struct TimerCanceled: Hashable, Sendable {
        /// Which timer.
        public var timerID: String
        /// The event that started it.
        public var startedEventID: Int64
        /// The task that asked for this.
        public var workflowTaskCompletedEventID: Int64
        /// The worker.
        public var identity: String

        /// All parts by name.
        public init(
            timerID: String,
            startedEventID: Int64,
            workflowTaskCompletedEventID: Int64,
            identity: String = ""
        ) {
            self.timerID = timerID
            self.startedEventID = startedEventID
            self.workflowTaskCompletedEventID = workflowTaskCompletedEventID
            self.identity = identity
        }
    }
}
