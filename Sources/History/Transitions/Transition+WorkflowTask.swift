package import WorkflowAPI

/// How long a run waits after a failed workflow task: doubling from a tenth of a second to ten, because the next worker
/// may have corrected code and nobody should wait long for it.
private func workflowTaskBackoff(failedAttempt: Int32) -> Duration {
    min(.milliseconds(100 << min(failedAttempt - 1, 10)), .seconds(10))
}

/// After how many deaths of its process a task is no longer handed out.
package let crashesUntilQuarantine: Int32 = 3

extension Transition {
    /// Sees to it that the run gets a turn: writes the scheduled event unless a task is pending.
    package mutating func scheduleWorkflowTask() throws {
        guard state.execution.status == .running else { return }
        if let pending = state.execution.workflowTask, pending.scheduledEventID != 0 { return }
        let event = try append(
            .workflowTaskScheduled(
                .init(taskQueue: state.execution.taskQueue, startToCloseTimeout: state.execution.taskTimeout)
            )
        )
        var task = WorkflowTaskState(scheduledEventID: event.id, scheduledTime: now, visibleTime: now)
        if state.execution.stickyQueue != nil {
            task.stickyDeadline = now + state.execution.stickyScheduleToStart
        }
        state.execution.workflowTask = task
        wakeWorkflowPollers()
    }

    /// A start with a delay: a task without an event, which becomes a real one when its time comes or a signal arrives.
    mutating func delayFirstWorkflowTask(by delay: Duration) {
        state.execution.workflowTask = WorkflowTaskState(
            scheduledEventID: 0,
            phase: .backingOff,
            scheduledTime: now,
            visibleTime: now + delay
        )
    }

    /// A worker takes the workflow task. Attempt 1 is written as a started event; later ones are transient.
    /// - Returns: the events that stand for the attempt but are not in history: scheduled and started of a transient one.
    package mutating func startWorkflowTask(by worker: WorkerIdentity, requestID: String) throws -> [HistoryEvent] {
        guard var task = state.execution.workflowTask, task.phase == .ready else {
            throw BrokenInvariant("\(state.execution.execution) has no workflow task to take")
        }
        task.claim = makeClaim(by: worker)
        task.phase = .started
        task.startedTime = now
        task.stickyDeadline = nil
        var transient: [HistoryEvent] = []
        if task.isTransient {
            task.scheduledEventID = state.execution.nextEventID
            task.startedEventID = state.execution.nextEventID + 1
            transient = transientEvents(of: task, requestID: requestID)
        } else {
            task.startedEventID = try append(.workflowTaskStarted(startedAttributes(of: task, requestID: requestID))).id
        }
        state.execution.workflowTask = task
        return transient
    }

    private func startedAttributes(of task: WorkflowTaskState, requestID: String) -> HistoryEvent.WorkflowTaskStarted {
        HistoryEvent.WorkflowTaskStarted(
            scheduledEventID: task.scheduledEventID,
            identity: task.claim.identity,
            requestID: requestID,
            historySizeBytes: state.execution.historySize,
            suggestContinueAsNew: state.execution.nextEventID > HistoryLimits.suggestContinueAsNewEvents
        )
    }

    private func transientEvents(of task: WorkflowTaskState, requestID: String) -> [HistoryEvent] {
        let scheduled = HistoryEvent.WorkflowTaskScheduled(
            taskQueue: state.execution.taskQueue,
            startToCloseTimeout: state.execution.taskTimeout,
            attempt: task.attempt
        )
        return [
            HistoryEvent(
                id: task.scheduledEventID,
                time: task.startedTime,
                attributes: .workflowTaskScheduled(scheduled)
            ),
            HistoryEvent(
                id: task.startedEventID,
                time: task.startedTime,
                attributes: .workflowTaskStarted(startedAttributes(of: task, requestID: requestID))
            ),
        ]
    }

    /// The token that the worker of the current attempt answers with.
    package func workflowTaskToken() throws -> TaskToken {
        guard let task = state.execution.workflowTask, task.phase == .started else {
            throw BrokenInvariant("\(state.execution.execution) has no started workflow task")
        }
        return TaskToken(
            namespace: state.execution.namespace,
            execution: state.execution.execution,
            runKey: state.execution.runKey,
            scheduledEventID: task.scheduledEventID,
            startedEventID: task.startedEventID,
            attempt: task.attempt,
            claim: task.claim.number
        )
    }

    /// Refuses an answer to anything but the current attempt.
    func requireCurrent(_ token: TaskToken) throws -> WorkflowTaskState {
        guard state.execution.status == .running, let task = state.execution.workflowTask, task.phase == .started,
            task.startedEventID == token.startedEventID, task.attempt == token.attempt,
            task.claim.number == token.claim
        else {
            throw WorkflowServiceError(
                .staleTask,
                "the workflow task of \(token.execution) that started at event \(token.startedEventID) is over",
                execution: token.execution
            )
        }
        return task
    }

    /// A worker answered: its commands become events, what was buffered follows, and another task if anything is new.
    /// A command that cannot be accepted fails the task instead, and nothing else of the answer counts.
    package mutating func completeWorkflowTask(_ request: CompleteWorkflowTaskRequest) throws {
        let task = try requireCurrent(request.token)
        let before = self
        do {
            try recordTransientEvents(of: task)
            let completed = try append(
                .workflowTaskCompleted(
                    .init(
                        scheduledEventID: task.scheduledEventID,
                        startedEventID: task.startedEventID,
                        identity: request.worker.identity,
                        sdkMetadata: request.sdkMetadata
                    )
                )
            )
            state.execution.workflowTask = nil
            state.execution.stickyQueue = request.stickyQueue
            state.execution.stickyScheduleToStart = request.stickyScheduleToStart
            state.execution.stickySession = request.worker.session
            isRecordingCommands = true
            for command in request.commands where state.execution.status == .running {
                try record(command, completedEventID: completed.id)
            }
            isRecordingCommands = false
        } catch let refusal as CommandRefused {
            self = before
            areCommandsRefused = true
            try failWorkflowTask(
                task,
                cause: refusal.cause,
                failure: Failure(message: refusal.message, source: "engine", info: .server(nonRetryable: false)),
                by: request.worker
            )
            return
        }
        guard state.execution.status == .running else { return }
        let arrived = try flushBufferedEvents()
        if arrived || request.forceNewTask { try scheduleWorkflowTask() }
        // A task that only makes way for signals is not done: what has ended processes in it may go on in the next.
        if request.forceNewTask, task.crashes > 0 {
            state.execution.workflowTask?.crashes = task.crashes
            state.execution.workflowTask?.blamedClaim = task.blamedClaim
        }
    }

    private mutating func recordTransientEvents(of task: WorkflowTaskState) throws {
        guard task.isTransient else { return }
        for event in transientEvents(of: task, requestID: "") { try append(event.attributes, at: event.time) }
    }

    /// A worker could not advance the run. The first failure in a row is written, later ones only counted, so that bad
    /// code does not make histories grow.
    package mutating func failWorkflowTask(_ request: FailWorkflowTaskRequest) throws {
        let task = try requireCurrent(request.token)
        let failure = request.failure.limited(to: PayloadLimits.maxBytes)
        try failWorkflowTask(task, cause: request.cause, failure: failure, by: request.worker)
    }

    mutating func failWorkflowTask(
        _ task: WorkflowTaskState,
        cause: WorkflowTaskFailedCause,
        failure: Failure,
        by worker: WorkerIdentity
    ) throws {
        if !task.isTransient || cause == .unhandledCommand {
            try recordTransientEvents(of: task)
            try append(
                .workflowTaskFailed(
                    .init(
                        scheduledEventID: task.scheduledEventID,
                        startedEventID: task.startedEventID,
                        cause: cause,
                        failure: failure,
                        identity: worker.identity
                    )
                )
            )
        }
        state.execution.stickyQueue = nil
        if cause == .unhandledCommand {
            state.execution.workflowTask = nil
            try flushBufferedEvents()
            try scheduleWorkflowTask()
        } else {
            try retryWorkflowTask(task, failure: failure, cause: cause)
        }
    }

    /// The next attempt, after a pause; what was buffered meanwhile gets its ids now.
    mutating func retryWorkflowTask(_ task: WorkflowTaskState, failure: Failure?, cause: WorkflowTaskFailedCause?)
        throws
    {
        var next = task
        next.phase = next.isToQuarantine ? .quarantined : .backingOff
        next.attempt = task.attempt == .max ? .max : task.attempt + 1
        next.startedEventID = 0
        next.visibleTime = now + workflowTaskBackoff(failedAttempt: task.attempt)
        next.lastFailure = failure
        next.lastFailureCause = cause
        state.execution.workflowTask = next
        try flushBufferedEvents()
    }

    /// The limit on the current attempt passed.
    mutating func timeOutWorkflowTask(_ task: WorkflowTaskState) throws {
        if !task.isTransient {
            try append(
                .workflowTaskTimedOut(
                    .init(
                        scheduledEventID: task.scheduledEventID,
                        startedEventID: task.startedEventID,
                        timeoutType: .startToClose
                    )
                )
            )
        }
        state.execution.stickyQueue = nil
        let failure = Failure(
            message: "the worker did not answer within \(state.execution.workflowTaskTimeout(attempt: task.attempt))",
            source: "engine",
            info: .timeout(type: .startToClose, lastHeartbeatDetails: [])
        )
        try retryWorkflowTask(task, failure: failure, cause: nil)
    }

    /// A stopping worker hands the task back untouched: no attempt is counted. Its started event stands in history, so
    /// the attempt that follows is transient.
    package mutating func releaseWorkflowTask(_ token: TaskToken) throws {
        var task = try requireCurrent(token)
        state.execution.stickyQueue = nil
        task.phase = .ready
        task.visibleTime = now
        if !task.isTransient {
            try append(
                .workflowTaskTimedOut(
                    .init(
                        scheduledEventID: task.scheduledEventID,
                        startedEventID: task.startedEventID,
                        timeoutType: .startToClose
                    )
                )
            )
            task.attempt += 1
        }
        task.startedEventID = 0
        state.execution.workflowTask = task
        try flushBufferedEvents()
        wakeWorkflowPollers()
    }

    /// Wakes pollers of the queue where the workflow task waits.
    mutating func wakeWorkflowPollers() {
        wakes.insert(TaskWake(.workflow, state.execution.namespace, state.execution.dispatchQueue))
    }
}

/// Limits on histories (Temporal: `limit.historyCount.*`).
package enum HistoryLimits {
    /// From here on a run is told to continue as new.
    package static let suggestContinueAsNewEvents: Int64 = 4096
    /// Pending activities of one run (Temporal: `limit.numPendingActivities.error`).
    package static let pendingActivities: Int64 = 2000
    /// Timers of one run.
    package static let pendingTimers: Int64 = 2000
    /// What is kept of the failure of an attempt that is tried again (Temporal: truncated at 4 KiB).
    package static let keptFailureBytes = 4096
    /// Signals of one run (Temporal: `history.maximumSignalsPerExecution`).
    package static let signals: Int64 = 10_000
}
