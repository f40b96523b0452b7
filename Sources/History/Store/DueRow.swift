package import WorkflowAPI

/// A row that the passing of time has something to do with.
package enum DueRow: Hashable, Sendable {
    case execution
    case activity(Int64)
    case timer(Int64)

    /// The rows to read for it.
    package var readSet: ReadSet {
        switch self {
        case .execution: .execution
        case .activity(let id): ReadSet(activities: .one(id))
        case .timer(let id): ReadSet(timers: .one(id))
        }
    }
}

extension MutableState {
    /// The row that is due was read.
    func holds(_ due: DueRow) -> Bool {
        switch due {
        case .execution: true
        case .activity(let id): activities[id] != nil
        case .timer(let id): timers[id] != nil
        }
    }
}

extension Transition {
    /// Does what is due.
    package mutating func perform(_ due: DueRow) throws {
        switch due {
        case .execution: try executionIsDue()
        case .activity(let id): try activityIsDue(id)
        case .timer(let id): try timerIsDue(id)
        }
    }
}

extension ExecutionRow {
    /// What is wrong with the run, judged by its row alone.
    package var problem: WorkflowProblem? {
        guard status == .running, let task = workflowTask else { return nil }
        if task.phase == .quarantined { return .quarantined }
        guard task.attempt > 1, let failure = task.lastFailure else { return nil }
        if task.lastFailureCause == .nonDeterministicError { return .nondeterminism }
        guard task.attempt > 2 else { return nil }
        if case .timeout = failure.info { return .workflowTaskTimingOut }
        return .workflowTaskFailing
    }

    /// The line of a listing.
    package func summary(problem: WorkflowProblem?) -> WorkflowSummary {
        WorkflowSummary(
            namespace: namespace,
            execution: execution,
            workflowType: workflowType,
            taskQueue: taskQueue,
            status: status,
            startTime: startTime,
            closeTime: closeTime,
            historyLength: nextEventID - 1,
            problem: problem,
            pageKey: runKey
        )
    }
}

extension PendingActivity {
    /// What is wrong with the activity: quarantined, or failing for the third time in a row.
    package var problem: WorkflowProblem? {
        if phase == .quarantined { return .quarantined }
        return attempt > 2 && lastFailure != nil ? .activityFailing : nil
    }
}
