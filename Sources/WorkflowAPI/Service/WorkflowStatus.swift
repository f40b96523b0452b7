/// How a run stands; raw values are `temporal.api.enums.v1.WorkflowExecutionStatus`.
public enum WorkflowStatus: Int32, Hashable, Sendable, CaseIterable {
    /// Open.
    case running = 1
    /// Its code returned.
    case completed = 2
    /// Its code threw.
    case failed = 3
    /// It followed a cancel request.
    case canceled = 4
    /// Ended from outside.
    case terminated = 5
    /// Another run goes on in its place.
    case continuedAsNew = 6
    /// A limit passed.
    case timedOut = 7

    /// Nothing more will happen to the run.
    public var isClosed: Bool { self != .running }

    /// The name as it stands on the command line and in JSON.
    public var name: String {
        switch self {
        case .running: "running"
        case .completed: "completed"
        case .failed: "failed"
        case .canceled: "canceled"
        case .terminated: "terminated"
        case .continuedAsNew: "continuedAsNew"
        case .timedOut: "timedOut"
        }
    }
}

/// What to do when an open run has the id that a start asks for; raw values are Temporal's.
public enum WorkflowIDConflictPolicy: Int32, Hashable, Sendable, CaseIterable {
    /// Refuse, naming the open run.
    case fail = 1
    /// Answer with the open run.
    case useExisting = 2
    /// Terminate the open run and start a new one, in one transaction.
    case terminateExisting = 3
}

/// What to do when only closed runs have the id that a start asks for; raw values are Temporal's.
public enum WorkflowIDReusePolicy: Int32, Hashable, Sendable, CaseIterable {
    /// Start.
    case allowDuplicate = 1
    /// Start only if the last run failed, timed out, was cancelled or terminated.
    case allowDuplicateFailedOnly = 2
    /// Refuse.
    case rejectDuplicate = 3
}

/// How a pending activity stands.
public enum PendingActivityState: String, Hashable, Sendable, CaseIterable {
    /// In the queue, or waiting for its next attempt.
    case scheduled
    /// A worker has it.
    case started
    /// Nobody wants it any more; its worker has not yet said so.
    case cancelRequested
}

/// What can be wrong with an open run, each with a next step for its operator.
public enum WorkflowProblem: String, Hashable, Sendable, CaseIterable {
    /// Its workflow task keeps failing.
    case workflowTaskFailing
    /// No worker answers for its workflow task in time, again and again.
    case workflowTaskTimingOut
    /// Its code no longer asks for what history holds.
    case nondeterminism
    /// Its process died under it too often.
    case quarantined
    /// One of its activities has failed several times in a row.
    case activityFailing
    /// Nobody has taken its task for a long time.
    case noWorker
}
