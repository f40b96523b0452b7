extension HistoryEvent {
    /// A fact of the runtime's own: a patch, a side effect.
    public struct MarkerRecorded: Hashable, Sendable {
        /// What kind of fact.
        public var markerName: String
        /// The fact.
        public var details: [String: [Payload]]
        /// The task that asked for this.
        public var workflowTaskCompletedEventID: Int64
        /// Context that travels with the call.
        public var header: PayloadMap
        /// What went wrong, for kinds that can.
        public var failure: Failure?

        /// All parts by name.
        public init(
            markerName: String,
            details: [String: [Payload]] = [:],
            workflowTaskCompletedEventID: Int64,
            header: PayloadMap = [:],
            failure: Failure? = nil
        ) {
            self.markerName = markerName
            self.details = details
            self.workflowTaskCompletedEventID = workflowTaskCompletedEventID
            self.header = header
            self.failure = failure
        }
    }
}
