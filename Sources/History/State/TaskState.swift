package import WorkflowAPI

/// Where a task stands between being asked for and being closed.
package enum TaskPhase: Int64, Sendable {
    /// Waits for its time: a retry, a start delay.
    case backingOff = 0
    /// A worker may take it.
    case ready = 1
    /// A worker has it.
    case started = 2
    /// Its process died under it too often; waits for an operator.
    case quarantined = 3
}

/// Who has a task, or had it last. Primary state: history does not hold it.
package struct TaskClaim: Hashable, Sendable {
    /// The number of the claim within the run, so that two claims of one attempt differ.
    package var number: Int64 = 0
    /// The session of the worker, 0 if it keeps none.
    package var session: Int64 = 0
    /// The worker, for people.
    package var identity: String = ""
}

/// Workflow task state: columns of the execution row.
package struct WorkflowTaskState: Hashable, Sendable {
    /// The event that scheduled it; of a transient attempt the id it will get once an attempt succeeds.
    package var scheduledEventID: Int64
    /// The event that started it, 0 while nobody has it.
    package var startedEventID: Int64 = 0
    /// Which attempt, from 1. Attempts from 2 on are transient: their events are written when one succeeds.
    package var attempt: Int32 = 1
    /// Where it stands.
    package var phase: TaskPhase = .ready
    /// When it came to be.
    package var scheduledTime: Timestamp
    /// Since when it may be taken, or when it may be.
    package var visibleTime: Timestamp
    /// When it was taken.
    package var startedTime: Timestamp = .zero
    /// Who has it.
    package var claim = TaskClaim()
    /// It waits in the sticky queue until then, or in the normal queue if nil.
    package var stickyDeadline: Timestamp?
    /// How the attempt before ended.
    package var lastFailure: Failure?
    /// What kind of trouble that was.
    package var lastFailureCause: WorkflowTaskFailedCause?
    /// How many processes died while running it.
    package var crashes: Int32 = 0
    /// The claim that was last blamed, so that it is blamed once.
    package var blamedClaim: Int64 = 0

    /// Its events are not in history yet.
    package var isTransient: Bool { attempt > 1 }
}
