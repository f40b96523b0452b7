package import WorkflowAPI

/// The fold of a run's events, and beside it the primary rows that history does not hold: data, and ``apply(_:)``.
package struct MutableState: Sendable {
    /// The row of the run.
    package var execution: ExecutionRow
    /// Activities without a closing event, by scheduled event id.
    package var activities: RowSet<PendingActivity>
    /// Timers that run, by started event id.
    package var timers: RowSet<PendingTimer>
    /// What arrived while a workflow task was taken, in order of arrival; ids are given when the task closes.
    package var buffered: [BufferedEvent]

    /// A fact that has no id yet.
    package struct BufferedEvent: Hashable, Sendable {
        package var time: Timestamp
        package var attributes: HistoryEvent.Attributes
    }

    /// State as read.
    package init(
        execution: ExecutionRow,
        activities: RowSet<PendingActivity> = RowSet(),
        timers: RowSet<PendingTimer> = RowSet(),
        buffered: [BufferedEvent] = []
    ) {
        self.execution = execution
        self.activities = activities
        self.timers = timers
        self.buffered = buffered
    }

    /// State before the first event.
    package init(
        beginning started: HistoryEvent.WorkflowExecutionStarted,
        runID: RunID,
        in namespace: Namespace,
        at time: Timestamp
    ) {
        self.init(
            execution: ExecutionRow(
                namespace: namespace,
                execution: WorkflowExecution(workflowID: started.workflowID, runID: runID),
                workflowType: started.workflowType,
                taskQueue: started.taskQueue,
                originalRunID: started.originalRunID,
                startTime: time,
                executionTimeout: started.workflowExecutionTimeout,
                runTimeout: started.workflowRunTimeout,
                taskTimeout: started.workflowTaskTimeout,
                lastEventTime: time,
                memo: started.memo,
                searchAttributes: started.searchAttributes
            )
        )
    }

    /// Folds one event into the derived state. Throws ``BrokenInvariant`` when the event cannot follow.
    package mutating func apply(_ event: HistoryEvent) throws {
        guard event.id == execution.nextEventID else {
            throw BrokenInvariant(
                "event \(event.id) cannot follow event \(execution.nextEventID - 1) of \(execution.execution)"
            )
        }
        guard event.time >= execution.lastEventTime else {
            throw BrokenInvariant("event \(event.id) of \(execution.execution) is older than the event before it")
        }
        execution.nextEventID += 1
        execution.lastEventTime = event.time
        switch event.attributes {
        case .workflowExecutionStarted(let attributes): applyStarted(attributes, at: event.time)
        case .workflowTaskScheduled, .workflowTaskStarted, .workflowTaskTimedOut, .workflowTaskFailed: break
        case .workflowTaskCompleted(let attributes): execution.lastStartedEventID = attributes.startedEventID
        case .activityTaskScheduled(let attributes): applyScheduled(attributes, event: event)
        case .activityTaskCancelRequested(let attributes):
            activities[attributes.scheduledEventID]?.cancelRequestedEventID = event.id
        case .activityTaskStarted: break
        case .activityTaskCompleted(let attributes): closeActivity(attributes.scheduledEventID)
        case .activityTaskFailed(let attributes): closeActivity(attributes.scheduledEventID)
        case .activityTaskTimedOut(let attributes): closeActivity(attributes.scheduledEventID)
        case .activityTaskCanceled(let attributes): closeActivity(attributes.scheduledEventID)
        case .timerStarted(let attributes):
            let fireTime = event.time + attributes.startToFireTimeout
            timers[event.id] = PendingTimer(startedEventID: event.id, timerID: attributes.timerID, fireTime: fireTime)
            execution.pendingTimerCount += 1
        case .timerFired(let attributes): closeTimer(attributes.startedEventID)
        case .timerCanceled(let attributes): closeTimer(attributes.startedEventID)
        case .workflowExecutionSignaled: execution.signalCount += 1
        case .workflowExecutionCancelRequested: execution.cancelRequested = true
        case .markerRecorded(let attributes):
            if attributes.markerName == MarkerName.skippedSignal { execution.skippedSignalCount += 1 }
        case .workflowExecutionCompleted: close(.completed, at: event.time)
        case .workflowExecutionFailed: close(.failed, at: event.time)
        case .workflowExecutionTimedOut: close(.timedOut, at: event.time)
        case .workflowExecutionCanceled: close(.canceled, at: event.time)
        case .workflowExecutionTerminated: close(.terminated, at: event.time)
        case .unknown: break
        }
    }

    private mutating func applyStarted(_ attributes: HistoryEvent.WorkflowExecutionStarted, at time: Timestamp) {
        let runEnd = attributes.workflowRunTimeout.map { time + attributes.firstWorkflowTaskBackoff + $0 }
        execution.deadline = [runEnd, attributes.expirationTime].compactMap { $0 }.min()
    }

    private mutating func applyScheduled(_ attributes: HistoryEvent.ActivityTaskScheduled, event: HistoryEvent) {
        activities[event.id] = PendingActivity(
            scheduledEventID: event.id,
            activityID: attributes.activityID,
            activityType: attributes.activityType,
            taskQueue: attributes.taskQueue,
            input: attributes.input,
            header: attributes.header,
            timeouts: attributes.timeouts,
            retryPolicy: attributes.retryPolicy,
            scheduledTime: event.time,
            visibleTime: event.time
        )
        execution.pendingActivityCount += 1
    }

    /// An activity's row goes when its closing is known, which for a buffered closing is before the event has its id.
    package mutating func closeActivity(_ scheduledEventID: Int64) {
        guard activities[scheduledEventID] != nil else { return }
        activities[scheduledEventID] = nil
        execution.pendingActivityCount -= 1
    }

    /// The same for a timer.
    package mutating func closeTimer(_ startedEventID: Int64) {
        guard timers[startedEventID] != nil else { return }
        timers[startedEventID] = nil
        execution.pendingTimerCount -= 1
    }

    private mutating func close(_ status: WorkflowStatus, at time: Timestamp) {
        execution.status = status
        execution.closeTime = time
        execution.workflowTask = nil
        execution.stickyQueue = nil
        execution.pendingActivityCount = 0
        execution.pendingTimerCount = 0
        execution.bufferedEventCount = 0
        activities.removeAll()
        timers.removeAll()
        buffered.removeAll()
    }
}
