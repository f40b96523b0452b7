package import WorkflowAPI

extension Transition {
    /// The session that had the workflow task is gone: the attempt ends at once and its cache is forgotten.
    package mutating func loseSession(_ session: Int64) throws {
        if state.execution.stickySession == session, state.execution.stickyQueue != nil {
            let waits = state.execution.workflowTask?.stickyDeadline != nil
            state.execution.stickyQueue = nil
            if waits { leaveStickyQueue() }
        }
        guard let task = state.execution.workflowTask, task.phase == .started, task.claim.session == session else {
            return
        }
        try timeOutWorkflowTask(task)
    }

    /// The session that had an activity is gone: TimedOut(HEARTBEAT) "worker lost", and the retry policy decides.
    package mutating func loseActivity(_ scheduledEventID: Int64, session: Int64) throws {
        guard let activity = state.activities[scheduledEventID], activity.phase == .started,
            activity.claim.session == session
        else { return }
        try settleFailedAttempt(of: activity, failure: activity.loss, identity: activity.claim.identity)
    }

    /// A process died while it ran the workflow task of this token. The attempt counts, if it has not been counted yet;
    /// after ``crashesUntilQuarantine`` deaths the task is not handed out until an operator releases it. A task that was
    /// completed before its process died is not to blame, and a worker that has the task by now keeps it.
    package mutating func blameWorkflowTask(_ token: TaskToken, message: String) throws {
        guard state.execution.status == .running, var task = state.execution.workflowTask,
            task.blamedClaim < token.claim, token.startedEventID > state.execution.lastStartedEventID
        else { return }
        let failure = Failure(message: message, source: "engine", info: .server(nonRetryable: false))
        // It died before its claim was committed: the number must not come again, or the next death would count as this one. Who
        // took the task before this was told has the same number, and is taken for the dead: that attempt is tried again.
        state.execution.lastClaim = max(state.execution.lastClaim, token.claim)
        if task.phase == .started, task.claim.number == token.claim {
            try failWorkflowTask(
                task,
                cause: .workflowWorkerUnhandledFailure,
                failure: failure,
                by: WorkerIdentity(identity: task.claim.identity, session: task.claim.session)
            )
            guard let next = state.execution.workflowTask else { return }
            task = next
        }
        task.crashes += 1
        task.blamedClaim = token.claim
        task.lastFailure = failure
        task.lastFailureCause = .workflowWorkerUnhandledFailure
        if task.isToQuarantine, task.phase != .started { task.phase = .quarantined }
        state.execution.workflowTask = task
    }

    /// The same for an activity.
    package mutating func blameActivity(_ token: TaskToken, message: String) throws {
        guard state.execution.status == .running, var activity = state.activities[token.scheduledEventID],
            activity.blamedClaim < token.claim
        else { return }
        let failure = Failure(message: message, source: "engine", info: .server(nonRetryable: false))
        activity.crashes += 1
        activity.blamedClaim = token.claim
        state.activities[token.scheduledEventID] = activity
        if activity.phase == .started, activity.claim.number == token.claim {
            try settleFailedAttempt(of: activity, failure: failure, identity: activity.claim.identity)
        }
        guard var next = state.activities[token.scheduledEventID] else { return }
        if next.isToQuarantine, next.phase != .started {
            next.phase = .quarantined
            state.activities[token.scheduledEventID] = next
        }
    }
}

extension WorkflowTaskState {
    /// Its process died under it too often to hand it out again.
    var isToQuarantine: Bool { crashes >= crashesUntilQuarantine }
}

extension PendingActivity {
    /// How its attempt fails when its worker is gone.
    var loss: Failure {
        Failure(
            message: "worker lost: \(claim.identity) ended while running \(activityType)",
            source: "engine",
            info: .timeout(type: .heartbeat, lastHeartbeatDetails: heartbeatDetails),
            cause: lastFailure
        )
    }

    /// Its process died under it too often to hand it out again.
    var isToQuarantine: Bool { crashes >= crashesUntilQuarantine }
}
