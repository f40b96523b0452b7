package import WorkflowAPI

/// All rows of one run as of one moment, as they stand: what `verify`, `rebuild` and `export` go by.
package struct RunRecord: Sendable {
    /// Whose rows they are.
    package var name: RunName
    /// The rows beside the history; nil when the row of the run cannot be read.
    package var state: MutableState?
    /// The rows of its history, in order.
    package var rows: [HistoryRow]
    /// The request ids that it has used.
    package var requests: Set<RequestKey>
    /// It is the run that its workflow id leads to.
    package var isCurrent: Bool
    /// The line that a listing shows.
    package var listing: WorkflowSummary?
    /// Columns that repeat others for the sake of an index; nil for a store without.
    package var lookups: RunLookups?
    /// The parts that cannot be read, and why.
    package var unreadable: [RunPart: String]

    /// A record of its parts.
    package init(
        name: RunName,
        state: MutableState?,
        rows: [HistoryRow],
        requests: Set<RequestKey>,
        isCurrent: Bool,
        listing: WorkflowSummary?,
        lookups: RunLookups? = nil,
        unreadable: [RunPart: String] = [:]
    ) {
        self.name = name
        self.state = state
        self.rows = rows
        self.requests = requests
        self.isCurrent = isCurrent
        self.listing = listing
        self.lookups = lookups
        self.unreadable = unreadable
    }

    /// The whole history. Throws ``WorkflowAPI/CodecError``.
    package func events() throws -> [HistoryEvent] {
        var events: [HistoryEvent] = []
        for row in rows { events += try row.events() }
        return events
    }
}

/// A part of a run that may be damaged by itself.
package enum RunPart: String, Hashable, Sendable {
    case row = "the row of the run"
    case activities = "its pending activities"
    case timers = "its timers"
    case buffer = "its buffered events"
}

/// Columns that repeat what others say, so that there is an index on it.
package struct RunLookups: Hashable, Sendable {
    /// Where the workflow task waits.
    package var dispatchQueue: String?
    /// When the row of the run is due.
    package var due: Timestamp?
    /// What is wrong with the run.
    package var problem: String?
    /// When each activity is due, by scheduled event.
    package var activityDue: [Int64: Timestamp]
    /// What is wrong with each activity, by scheduled event.
    package var activityProblem: [Int64: String]

    /// Columns as read.
    package init(
        dispatchQueue: String?,
        due: Timestamp?,
        problem: String?,
        activityDue: [Int64: Timestamp],
        activityProblem: [Int64: String]
    ) {
        self.dispatchQueue = dispatchQueue
        self.due = due
        self.problem = problem
        self.activityDue = activityDue
        self.activityProblem = activityProblem
    }

    /// What they have to be.
    init(of state: MutableState) {
        let row = state.execution
        dispatchQueue = row.workflowTask == nil ? nil : row.dispatchQueue.rawValue
        due = row.due
        problem = row.problem?.rawValue
        activityDue = [:]
        activityProblem = [:]
        for activity in state.activities.loaded {
            activityDue[activity.scheduledEventID] = activity.due
            activityProblem[activity.scheduledEventID] = activity.problem?.rawValue
        }
    }
}
