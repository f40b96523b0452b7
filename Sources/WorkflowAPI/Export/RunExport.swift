/// A whole run outside of a store: its history as Temporal has it, and beside it what a history does not hold.
///
/// As JSON it is one object whose `events` are those of Temporal's history JSON, so that its tools and
/// ``HistoryJSON`` read it and pass over the rest.
package struct RunExport: Hashable, Sendable {
    /// The history.
    package var events: [HistoryEvent]
    /// What it does not hold.
    package var run: Run

    /// An export of its parts.
    package init(events: [HistoryEvent], run: Run) {
        self.events = events
        self.run = run
    }

    /// The version of ``Run`` that this library writes.
    package static let format: Int32 = 1

    /// What a history does not hold. Who has which task is left out: with the worker that had it the attempt is lost.
    package struct Run: Hashable, Sendable {
        /// The version of this form.
        package var format: Int32 = RunExport.format
        package var namespace: Namespace
        package var execution: WorkflowExecution
        /// The workflow id leads to this run.
        package var isCurrent: Bool
        package var task: Task?
        package var activities: [Activity] = []
        /// What arrived while a worker had the workflow task; without ids.
        package var buffered: [HistoryEvent] = []
        package var requests: [Request] = []
        /// The last claim number given in the run.
        package var lastClaim: Int64 = 0

        package init(namespace: Namespace, execution: WorkflowExecution, isCurrent: Bool) {
            self.namespace = namespace
            self.execution = execution
            self.isCurrent = isCurrent
        }
    }

    /// The workflow task that waits or was taken.
    package struct Task: Hashable, Sendable {
        package var scheduledEventID: Int64 = 0
        package var startedEventID: Int64 = 0
        package var attempt: Int32 = 1
        /// 0 backing off, 1 ready, 2 started, 3 quarantined.
        package var phase: Int32 = 0
        package var scheduledTime: Timestamp = .zero
        package var visibleTime: Timestamp = .zero
        package var startedTime: Timestamp = .zero
        package var claim: Int64 = 0
        package var identity = ""
        package var lastFailure: Failure?
        /// 0 for none.
        package var lastFailureCause: Int32 = 0
        package var crashes: Int32 = 0
        package var blamedClaim: Int64 = 0

        package init() {}
    }

    /// How a pending activity stands.
    package struct Activity: Hashable, Sendable {
        package var scheduledEventID: Int64 = 0
        package var attempt: Int32 = 1
        /// 0 backing off, 1 ready, 2 started, 3 quarantined.
        package var phase: Int32 = 0
        package var visibleTime: Timestamp = .zero
        package var startedTime: Timestamp = .zero
        package var claim: Int64 = 0
        package var identity = ""
        package var lastFailure: Failure?
        package var heartbeatDetails: [Payload] = []
        package var lastHeartbeatTime: Timestamp?
        package var crashes: Int32 = 0
        package var blamedClaim: Int64 = 0

        package init() {}
    }

    /// A request id that the run has used.
    package struct Request: Hashable, Sendable {
        /// 0 start, 1 signal, 2 cancel.
        package var kind: Int32 = 0
        package var id = ""

        package init() {}
    }
}
