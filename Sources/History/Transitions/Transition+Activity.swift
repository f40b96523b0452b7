package import WorkflowAPI

extension Transition {
    /// A worker takes an activity task: the attempt lives on its row, nothing goes into history.
    package mutating func startActivity(_ scheduledEventID: Int64, by worker: WorkerIdentity) throws -> ActivityTask {
        guard var activity = state.activities[scheduledEventID], activity.phase == .ready else {
            throw BrokenInvariant("\(state.execution.execution) has no activity to take at event \(scheduledEventID)")
        }
        activity.phase = .started
        activity.claim = makeClaim(by: worker)
        activity.startedTime = now
        activity.lastHeartbeatTime = nil
        state.activities[scheduledEventID] = activity
        return ActivityTask(
            token: TaskToken(
                namespace: state.execution.namespace,
                execution: state.execution.execution,
                runKey: state.execution.runKey,
                scheduledEventID: scheduledEventID,
                startedEventID: 0,
                attempt: activity.attempt,
                claim: activity.claim.number,
                activityID: activity.activityID
            ),
            namespace: state.execution.namespace,
            execution: state.execution.execution,
            workflowType: state.execution.workflowType,
            activityID: activity.activityID,
            activityType: activity.activityType,
            taskQueue: activity.taskQueue,
            input: activity.input,
            header: activity.header,
            heartbeatDetails: activity.heartbeatDetails,
            attempt: activity.attempt,
            scheduledTime: activity.scheduledTime,
            currentAttemptScheduledTime: activity.visibleTime,
            startedTime: now,
            timeouts: activity.timeouts,
            retryPolicy: activity.retryPolicy
        )
    }

    /// Refuses an answer to anything but the current attempt.
    func requireCurrentActivity(_ token: TaskToken) throws -> PendingActivity {
        guard state.execution.status == .running, let activity = state.activities[token.scheduledEventID],
            activity.phase == .started, activity.attempt == token.attempt, activity.claim.number == token.claim
        else {
            throw WorkflowServiceError(
                .staleTask,
                "attempt \(token.attempt) of activity \(token.activityID) of \(token.execution) is over",
                execution: token.execution
            )
        }
        return activity
    }

    /// Whether the answer to an attempt may wait for more than its own commit: if both are lost with the process, the activity
    /// is tried again, and the answer to that attempt does not wait.
    func bearsLoss(of token: TaskToken) -> Bool {
        guard let activity = state.activities[token.scheduledEventID], activity.attempt == 1 else { return false }
        // Whichever is noticed first: that its worker is gone, or that its time is over.
        var losses = [activity.loss]
        if activity.timeouts.startToClose.positive != nil {
            losses.append(
                Failure(message: "", source: "engine", info: .timeout(type: .startToClose, lastHeartbeatDetails: []))
            )
        }
        return losses.allSatisfy { loss in
            let decision = RetrySchedule.decide(
                policy: activity.retryPolicy,
                failedAttempt: activity.attempt,
                failure: loss,
                now: now + Transition.longestLoss,
                deadline: activity.timeouts.scheduleToClose.positive.map { activity.scheduledTime + $0 },
                cancelRequested: activity.cancelRequestedEventID != 0
            )
            if case .retry = decision { return true } else { return false }
        }
    }

    /// Until a dead process is missed, and with it what it had: more than any lease.
    private static let longestLoss = Duration.seconds(60)

    /// An attempt succeeded.
    package mutating func completeActivity(_ request: CompleteActivityTaskRequest) throws {
        let activity = try requireCurrentActivity(request.token)
        for payload in request.result { try payload.checkSize("the result of activity \(activity.activityID)") }
        try closeActivity(
            activity,
            started: true,
            with: .activityTaskCompleted(
                .init(
                    result: request.result,
                    scheduledEventID: activity.scheduledEventID,
                    startedEventID: 0,
                    identity: request.worker.identity
                )
            )
        )
    }

    /// An attempt failed: another one after a pause, or the end, as the retry policy says.
    package mutating func failActivity(_ request: FailActivityTaskRequest) throws {
        var activity = try requireCurrentActivity(request.token)
        // Too large to keep: the attempt that follows gets what was said before.
        if let details = request.lastHeartbeatDetails, (try? details.forEach { try $0.checkSize("") }) != nil {
            activity.heartbeatDetails = details
        }
        let failure = request.failure.limited(to: PayloadLimits.maxBytes)
        try settleFailedAttempt(of: activity, failure: failure, identity: request.worker.identity)
    }

    /// An attempt followed a cancel request. Without a request it is a failure of the worker's making.
    package mutating func cancelActivity(_ request: CancelActivityTaskRequest) throws {
        let activity = try requireCurrentActivity(request.token)
        for payload in request.details {
            try payload.checkSize("a detail of the cancellation of activity \(activity.activityID)")
        }
        guard activity.cancelRequestedEventID != 0 else {
            throw WorkflowServiceError(
                .invalidArgument,
                "activity \(activity.activityID) of \(request.token.execution) was not asked to cancel",
                execution: request.token.execution
            )
        }
        try closeActivity(
            activity,
            started: true,
            with: .activityTaskCanceled(
                .init(
                    details: request.details,
                    latestCancelRequestedEventID: activity.cancelRequestedEventID,
                    scheduledEventID: activity.scheduledEventID,
                    startedEventID: 0,
                    identity: request.worker.identity
                )
            )
        )
    }

    /// A sign of life; details are handed to the next attempt.
    package mutating func heartbeat(_ request: HeartbeatRequest) throws -> HeartbeatResponse {
        var activity = try requireCurrentActivity(request.token)
        for payload in request.details {
            try payload.checkSize("a heartbeat detail of activity \(activity.activityID)")
        }
        activity.lastHeartbeatTime = now
        activity.heartbeatDetails = request.details
        state.activities[activity.scheduledEventID] = activity
        return HeartbeatResponse(cancelRequested: activity.cancelRequestedEventID != 0)
    }

    /// A stopping worker hands the attempt back untouched.
    package mutating func releaseActivity(_ token: TaskToken) throws {
        var activity = try requireCurrentActivity(token)
        activity.phase = .ready
        activity.visibleTime = now
        state.activities[activity.scheduledEventID] = activity
        wakes.insert(TaskWake(.activity, state.execution.namespace, activity.taskQueue))
    }

    /// Decides over a failed attempt.
    mutating func settleFailedAttempt(of activity: PendingActivity, failure: Failure, identity: String) throws {
        let decision = RetrySchedule.decide(
            policy: activity.retryPolicy,
            failedAttempt: activity.attempt,
            failure: failure,
            now: now,
            deadline: activity.timeouts.scheduleToClose.positive.map { activity.scheduledTime + $0 },
            cancelRequested: activity.cancelRequestedEventID != 0
        )
        switch decision {
        case .retry(let time):
            var next = activity
            next.attempt += 1
            next.phase = next.isToQuarantine ? .quarantined : .backingOff
            next.visibleTime = time
            next.lastFailure = failure.limited(to: HistoryLimits.keptFailureBytes)
            state.activities[activity.scheduledEventID] = next
        case .stop(let retryState):
            let failure = retryState == .timeout ? failure.asEndOfAllAttempts : failure
            try closeFailedActivity(activity, failure: failure, retryState: retryState, identity: identity)
        }
    }

    private mutating func closeFailedActivity(
        _ activity: PendingActivity,
        failure: Failure,
        retryState: RetryState,
        identity: String
    ) throws {
        let closing: HistoryEvent.Attributes
        if case .timeout = failure.info {
            closing = .activityTaskTimedOut(
                .init(
                    failure: failure,
                    scheduledEventID: activity.scheduledEventID,
                    startedEventID: 0,
                    retryState: retryState
                )
            )
        } else {
            closing = .activityTaskFailed(
                .init(
                    failure: failure,
                    scheduledEventID: activity.scheduledEventID,
                    startedEventID: 0,
                    identity: identity,
                    retryState: retryState
                )
            )
        }
        try closeActivity(activity, started: activity.phase == .started, with: closing)
    }

    /// Writes an activity's last two events, the start of its last attempt and its closing, and gives the run a turn.
    mutating func closeActivity(
        _ activity: PendingActivity,
        started: Bool,
        with closing: HistoryEvent.Attributes
    ) throws {
        var startedIDs: [Int64: Int64] = [:]
        let isBuffering = isBuffering
        if started {
            let id = state.execution.nextEventID
            try recordArrival(
                .activityTaskStarted(
                    .init(
                        scheduledEventID: activity.scheduledEventID,
                        identity: activity.claim.identity,
                        requestID: String(activity.claim.number),
                        attempt: activity.attempt,
                        lastFailure: activity.lastFailure
                    )
                )
            )
            if !isBuffering { startedIDs[activity.scheduledEventID] = id }
        }
        try recordArrival(closing.startedAt(startedIDs))
        state.closeActivity(activity.scheduledEventID)
        try scheduleWorkflowTaskIfIdle()
    }

    /// A turn for the run, unless its code has one at the moment.
    mutating func scheduleWorkflowTaskIfIdle() throws {
        guard !isRecordingCommands else { return }
        try scheduleWorkflowTask()
    }
}

extension Failure {
    /// A time limit of one attempt after which no other fits in: what has run out is the time for all attempts (Temporal:
    /// `timer_queue_active_task_executor.go`). Any other failure stays what it is.
    fileprivate var asEndOfAllAttempts: Failure {
        guard case .timeout(let type, let details) = info, type == .startToClose || type == .heartbeat else {
            return self
        }
        return Failure(
            message: "not enough time for another attempt before the schedule-to-close timeout",
            source: source,
            info: .timeout(type: .scheduleToClose, lastHeartbeatDetails: details),
            cause: self
        )
    }
}
