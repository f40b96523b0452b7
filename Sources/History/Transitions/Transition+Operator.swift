package import WorkflowAPI

extension Transition {
    /// Releases a quarantine and tries waiting attempts now.
    /// - Returns: what was released, a line for each.
    package mutating func retryNow(activityID: String?) throws -> [String] {
        try requireOpen()
        var released: [String] = []
        if activityID == nil, var task = state.execution.workflowTask,
            task.phase == .quarantined || task.phase == .backingOff, task.scheduledEventID != 0
        {
            released.append("workflow task, attempt \(task.attempt)\(task.phase == .quarantined ? ", quarantine" : "")")
            task.phase = .ready
            task.crashes = 0
            task.visibleTime = now
            state.execution.workflowTask = task
            wakeWorkflowPollers()
        }
        for var activity in try state.activities.all() where activityID == nil || activity.activityID == activityID {
            guard activity.phase == .quarantined || activity.phase == .backingOff else { continue }
            let quarantine = activity.phase == .quarantined ? ", quarantine" : ""
            released.append(
                "activity \(activity.activityID) \(activity.activityType), attempt \(activity.attempt)\(quarantine)"
            )
            activity.phase = .ready
            activity.crashes = 0
            activity.visibleTime = now
            state.activities[activity.scheduledEventID] = activity
            wakes.insert(TaskWake(.activity, state.execution.namespace, activity.taskQueue))
        }
        return released
    }

    /// Closes an activity by hand, whoever has it; an answer of its worker is stale from then on.
    package mutating func resolveActivity(
        _ activityID: String,
        as resolution: ActivityResolution,
        identity: String
    ) throws {
        try requireOpen()
        guard let activity = try state.activities.all().first(where: { $0.activityID == activityID }) else {
            throw WorkflowServiceError(
                .notFound,
                "workflow \(state.execution.execution.workflowID) has no pending activity \(activityID); "
                    + "'describe' lists those it has",
                execution: state.execution.execution
            )
        }
        var taken = activity
        if activity.phase != .started { taken.claim = TaskClaim(number: 0, session: 0, identity: identity) }
        let closing: HistoryEvent.Attributes =
            switch resolution {
            case .completed(let result):
                .activityTaskCompleted(
                    .init(
                        result: result,
                        scheduledEventID: activity.scheduledEventID,
                        startedEventID: 0,
                        identity: identity
                    )
                )
            case .failed(let failure):
                .activityTaskFailed(
                    .init(
                        failure: failure,
                        scheduledEventID: activity.scheduledEventID,
                        startedEventID: 0,
                        identity: identity,
                        retryState: .nonRetryableFailure
                    )
                )
            }
        try closeActivity(taken, started: true, with: closing)
    }
}
