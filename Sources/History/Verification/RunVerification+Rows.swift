import WorkflowAPI

extension RunVerification {
    /// Derived rows are the fold of the history.
    mutating func checkFold(_ events: [HistoryEvent], _ state: MutableState) {
        // Without what is buffered nobody knows which rows have gone already.
        guard record.unreadable[.buffer] == nil else { return }
        // What keeps the history from being folded was found by the audit.
        guard let fold = try? RunFold.state(of: events, buffered: state.buffered, record.name) else { return }
        for column in ExecutionRow.derived {
            if let difference = column.difference(state.execution, fold.execution) { note(.derived, nil, difference) }
        }
        if record.unreadable[.activities] == nil { compareActivities(state, fold) }
        if record.unreadable[.timers] == nil { compareTimers(state, fold) }
    }

    private mutating func compareActivities(_ state: MutableState, _ fold: MutableState) {
        for activity in fold.activities.loaded {
            let id = activity.scheduledEventID
            guard let row = state.activities[id] else {
                note(.derived, id, "activity '\(activity.activityID)' is open, but has no row")
                continue
            }
            for column in PendingActivity.derived {
                guard let difference = column.difference(row, activity) else { continue }
                note(.derived, id, "activity '\(activity.activityID)': \(difference)")
            }
        }
        for row in state.activities.loaded where fold.activities[row.scheduledEventID] == nil {
            note(.derived, row.scheduledEventID, "activity '\(row.activityID)' has a row, but is not open")
        }
    }

    private mutating func compareTimers(_ state: MutableState, _ fold: MutableState) {
        for timer in fold.timers.loaded where state.timers[timer.startedEventID] != timer {
            let isThere = state.timers[timer.startedEventID] != nil
            let what = isThere ? "differs from the history" : "runs, but has no row"
            note(.derived, timer.startedEventID, "timer '\(timer.timerID)' \(what)")
        }
        for row in state.timers.loaded where fold.timers[row.startedEventID] == nil {
            note(.derived, row.startedEventID, "timer '\(row.timerID)' has a row, but does not run")
        }
    }

    /// What is looked up and listed is what the run shows.
    mutating func checkListing(_ state: MutableState) {
        let problem = state.execution.problem ?? state.activities.loaded.compactMap(\.problem).first
        let expected = state.execution.summary(problem: problem)
        if record.unreadable[.activities] == nil, record.listing != expected {
            note(.listing, nil, "a listing shows something else than the run's rows")
        }
        guard let lookups = record.lookups else { return }
        let wanted = RunLookups(of: state)
        if lookups.dispatchQueue != wanted.dispatchQueue {
            note(.derived, nil, "the queue where the workflow task is looked for is not the one where it waits")
        }
        if lookups.due != wanted.due { note(.derived, nil, "the time at which the run is looked at next is wrong") }
        if lookups.problem != wanted.problem { note(.derived, nil, "the problem that is listed is not the run's") }
        guard record.unreadable[.activities] == nil else { return }
        for activity in state.activities.loaded {
            let id = activity.scheduledEventID
            if lookups.activityDue[id] != wanted.activityDue[id] {
                note(.derived, id, "activity '\(activity.activityID)': the time at which it is looked at next is wrong")
            }
            if lookups.activityProblem[id] != wanted.activityProblem[id] {
                note(.derived, id, "activity '\(activity.activityID)': the problem that is listed is not its own")
            }
        }
    }

    /// Rows that history does not hold keep their own rules.
    mutating func checkPrimaryRows(_ state: MutableState) {
        let row = state.execution
        if record.unreadable[.buffer] == nil, Int(row.bufferedEventCount) != state.buffered.count {
            note(.derived, nil, "\(state.buffered.count) events are buffered, its row says \(row.bufferedEventCount)")
        }
        if row.status.isClosed, row.workflowTask != nil || !state.buffered.isEmpty {
            note(.derived, nil, "it is closed, but has a workflow task or buffered events")
        }
        if !row.status.isClosed, !state.buffered.isEmpty, row.workflowTask?.phase != .started {
            note(.primary, nil, "events are buffered, though nobody has the workflow task")
        }
        if let task = row.workflowTask, task.attempt < 1 || task.claim.number > row.lastClaim {
            note(.primary, nil, "the workflow task has an attempt or a claim that cannot be")
        }
        guard record.unreadable[.activities] == nil else { return }
        for activity in state.activities.loaded {
            let id = activity.scheduledEventID
            if activity.attempt < 1 || activity.claim.number > row.lastClaim {
                note(.primary, id, "activity '\(activity.activityID)' has an attempt or a claim that cannot be")
            }
            if let limit = activity.retryPolicy?.maximumAttempts, limit > 0, Int(activity.attempt) > limit {
                note(
                    .attempts,
                    id,
                    "activity '\(activity.activityID)' is at attempt \(activity.attempt), its policy allows \(limit)"
                )
            }
        }
    }

    /// Whatever came since the code last looked gives it a turn.
    mutating func checkIsCarriedOn(_ events: [HistoryEvent], _ state: MutableState) {
        guard state.execution.status == .running, state.execution.workflowTask == nil else { return }
        if state.execution.lastStartedEventID == 0 {
            return note(.stranded, nil, "its code never had a turn, and none is coming")
        }
        let unseen = events.first { $0.id > state.execution.lastStartedEventID && $0.attributes.isArrival }
        if let unseen { note(.stranded, unseen.id, "its code has not seen this, and no turn is coming") }
    }
}

extension HistoryEvent.Attributes {
    /// It came from outside the run's code, which has to see it.
    fileprivate var isArrival: Bool {
        switch self {
        case .workflowExecutionSignaled, .workflowExecutionCancelRequested, .timerFired: true
        default: closesActivity
        }
    }
}
