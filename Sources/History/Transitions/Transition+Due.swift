import WorkflowAPI

extension Transition {
    /// Does what the passing of time asks of the row of the run: closes it, ends an attempt, hands a task out again.
    package mutating func executionIsDue() throws {
        guard state.execution.status == .running else { return }
        if let deadline = state.execution.deadline, deadline <= now {
            try closeFromOutside(.workflowExecutionTimedOut(.init(retryState: .retryPolicyNotSet)))
            return
        }
        guard var task = state.execution.workflowTask else { return }
        switch task.phase {
        case .backingOff:
            guard task.visibleTime <= now else { return }
            if task.scheduledEventID == 0 {
                try scheduleWorkflowTask()
            } else {
                task.phase = .ready
                state.execution.workflowTask = task
                wakeWorkflowPollers()
            }
        case .ready:
            guard let sticky = task.stickyDeadline, sticky <= now else { return }
            leaveStickyQueue()
        case .started:
            let limit = task.startedTime + state.execution.workflowTaskTimeout(attempt: task.attempt)
            if limit <= now { try timeOutWorkflowTask(task) }
        case .quarantined: break
        }
    }

    /// Nobody took the task from the sticky queue: it goes to the normal one. Stickiness is no part of history.
    mutating func leaveStickyQueue() {
        state.execution.stickyQueue = nil
        state.execution.workflowTask?.stickyDeadline = nil
        wakeWorkflowPollers()
    }

    /// Does what the passing of time asks of an activity.
    package mutating func activityIsDue(_ scheduledEventID: Int64) throws {
        guard var activity = state.activities[scheduledEventID] else { return }
        if let deadline = activity.nextDeadline, deadline.time <= now {
            try timeOut(activity, deadline.type)
        } else if activity.phase == .backingOff, activity.visibleTime <= now {
            activity.phase = .ready
            state.activities[scheduledEventID] = activity
            wakes.insert(TaskWake(.activity, state.execution.namespace, activity.taskQueue))
        }
    }

    private mutating func timeOut(_ activity: PendingActivity, _ type: TimeoutType) throws {
        let failure = Failure(
            message: "activity \(activity.activityType) timed out (\(type))",
            source: "engine",
            info: .timeout(type: type, lastHeartbeatDetails: activity.heartbeatDetails),
            cause: activity.lastFailure
        )
        try settleFailedAttempt(of: activity, failure: failure, identity: "")
    }

    /// A timer's time has come.
    package mutating func timerIsDue(_ startedEventID: Int64) throws {
        guard let timer = state.timers[startedEventID], timer.fireTime <= now else { return }
        try recordArrival(.timerFired(.init(timerID: timer.timerID, startedEventID: startedEventID)))
        state.closeTimer(startedEventID)
        try scheduleWorkflowTask()
    }
}
