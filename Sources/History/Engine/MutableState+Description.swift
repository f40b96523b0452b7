package import WorkflowAPI

extension MutableState {
    /// All there is to know about a run without reading its history.
    package func description() -> WorkflowDescription {
        let pending = activities.loaded
        return WorkflowDescription(
            summary: execution.summary(problem: execution.problem ?? pending.compactMap(\.problem).first),
            executionTimeout: execution.executionTimeout,
            runTimeout: execution.runTimeout,
            taskTimeout: execution.taskTimeout,
            cancelRequested: execution.cancelRequested,
            pendingActivities: pending.map(\.described),
            pendingTimers: timers.loaded.map {
                PendingTimerDescription(timerID: $0.timerID, startedEventID: $0.startedEventID, fireTime: $0.fireTime)
            },
            workflowTask: execution.workflowTask.map(\.described),
            bufferedEvents: buffered.count,
            skippedSignals: Int(execution.skippedSignalCount)
        )
    }
}

extension PendingActivity {
    fileprivate var described: PendingActivityDescription {
        PendingActivityDescription(
            activityID: activityID,
            activityType: activityType,
            taskQueue: taskQueue,
            state: cancelRequestedEventID != 0 ? .cancelRequested : phase == .started ? .started : .scheduled,
            scheduledEventID: scheduledEventID,
            attempt: attempt,
            maximumAttempts: retryPolicy?.maximumAttempts ?? 1,
            lastFailure: lastFailure,
            nextAttemptTime: phase == .backingOff ? visibleTime : nil,
            startedTime: phase == .started ? startedTime : nil,
            lastHeartbeatTime: lastHeartbeatTime,
            worker: claim.identity,
            quarantined: phase == .quarantined
        )
    }
}

extension WorkflowTaskState {
    fileprivate var described: WorkflowTaskDescription {
        WorkflowTaskDescription(
            started: phase == .started,
            scheduledTime: scheduledTime,
            startedTime: phase == .started ? startedTime : nil,
            nextAttemptTime: phase == .backingOff ? visibleTime : nil,
            attempt: attempt,
            worker: claim.identity,
            lastFailure: lastFailure,
            lastFailureCause: lastFailureCause,
            quarantined: phase == .quarantined
        )
    }
}
