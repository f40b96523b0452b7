import WorkflowAPI

/// The rows that follow from a history, and from what waits in the buffer.
enum RunFold {
    /// The fold of a history. What the buffer has closed already has no row any more, though its event has no id yet.
    /// Throws ``BrokenInvariant`` when an event cannot follow.
    static func state(
        of events: [HistoryEvent],
        buffered: [MutableState.BufferedEvent],
        _ name: RunName
    ) throws -> MutableState {
        guard let first = events.first, case .workflowExecutionStarted(let started) = first.attributes else {
            throw BrokenInvariant("a history begins with its started event")
        }
        var fold = MutableState(
            beginning: started,
            runID: name.execution.runID,
            in: name.namespace,
            at: first.time
        )
        for event in events { try fold.apply(event) }
        for arrived in buffered {
            if let closed = arrived.attributes.closedActivity { fold.closeActivity(closed) }
            if case .timerFired(let fired) = arrived.attributes { fold.closeTimer(fired.startedEventID) }
        }
        return fold
    }
}

/// A column that is a function of the history.
struct DerivedColumn<Row>: Sendable {
    let name: String
    let isEqual: @Sendable (Row, Row) -> Bool
    /// The value for people; nil for what may be secret.
    let text: (@Sendable (Row) -> String)?

    static func shown<Value: Equatable & SendableMetatype>(
        _ name: String,
        _ value: @escaping @Sendable (Row) -> Value
    ) -> DerivedColumn {
        DerivedColumn(name: name, isEqual: { value($0) == value($1) }, text: { "\(value($0))" })
    }

    static func hidden<Value: Equatable & SendableMetatype>(
        _ name: String,
        _ value: @escaping @Sendable (Row) -> Value
    ) -> DerivedColumn {
        DerivedColumn(name: name, isEqual: { value($0) == value($1) }, text: nil)
    }

    /// What differs, in words; nil when nothing does.
    func difference(_ row: Row, _ fold: Row) -> String? {
        guard !isEqual(row, fold) else { return nil }
        guard let text else { return "\(name) differs from the history" }
        return "\(name) is \(text(row)), by the history \(text(fold))"
    }
}

extension ExecutionRow {
    /// The columns that follow from the history.
    static let derived: [DerivedColumn<ExecutionRow>] = [
        .shown("the workflow id") { $0.execution.workflowID.rawValue }, .shown("the type") { $0.workflowType },
        .shown("the task queue") { $0.taskQueue.rawValue },
        .shown("the original run id") { $0.originalRunID.rawValue }, .shown("the status") { $0.status.name },
        .shown("the start time") { TimeText.rfc3339($0.startTime) },
        .shown("the close time") { $0.closeTime.map(TimeText.rfc3339) ?? "none" },
        .shown("the execution timeout") { $0.executionTimeout.map { "\($0)" } ?? "none" },
        .shown("the run timeout") { $0.runTimeout.map { "\($0)" } ?? "none" },
        .shown("the task timeout") { $0.taskTimeout },
        .shown("the deadline") { $0.deadline.map(TimeText.rfc3339) ?? "none" },
        .shown("the next event id") { $0.nextEventID },
        .shown("the time of the last event") { TimeText.rfc3339($0.lastEventTime) },
        .shown("the last started workflow task") { $0.lastStartedEventID },
        .shown("the cancel request") { $0.cancelRequested },
        .shown("the number of pending activities") { $0.pendingActivityCount },
        .shown("the number of timers") { $0.pendingTimerCount }, .shown("the number of signals") { $0.signalCount },
        .shown("the number of skipped signals") { $0.skippedSignalCount }, .hidden("the memo") { $0.memo },
        .hidden("the search attributes") { $0.searchAttributes },
    ]

    /// This row with the derived columns of another.
    func with(derivedOf fold: ExecutionRow) -> ExecutionRow {
        var row = fold
        row.runKey = runKey
        row.stateVersion = stateVersion
        row.lastClaim = lastClaim
        guard fold.status == .running else { return row }
        row.workflowTask = workflowTask
        row.stickyQueue = stickyQueue
        row.stickyScheduleToStart = stickyScheduleToStart
        row.stickySession = stickySession
        return row
    }
}

extension PendingActivity {
    /// The columns that follow from the history.
    static let derived: [DerivedColumn<PendingActivity>] = [
        .shown("the id") { $0.activityID }, .shown("the type") { $0.activityType },
        .shown("the task queue") { $0.taskQueue.rawValue }, .hidden("the input") { $0.input },
        .hidden("the header") { $0.header }, .hidden("the timeouts") { $0.timeouts },
        .hidden("the retry policy") { $0.retryPolicy }, .shown("the time") { $0.scheduledTime.nanoseconds },
        .shown("the cancel request") { $0.cancelRequestedEventID },
    ]

    /// This row with the derived columns of another.
    func with(derivedOf fold: PendingActivity) -> PendingActivity {
        var row = self
        row.activityID = fold.activityID
        row.activityType = fold.activityType
        row.taskQueue = fold.taskQueue
        row.input = fold.input
        row.header = fold.header
        row.timeouts = fold.timeouts
        row.retryPolicy = fold.retryPolicy
        row.scheduledTime = fold.scheduledTime
        row.cancelRequestedEventID = fold.cancelRequestedEventID
        return row
    }
}
