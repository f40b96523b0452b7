import WorkflowAPI

/// The columns of `execution` in every database: one list, written and read in the same order.
enum ExecutionColumns {
    static let names = [
        "state_version", "namespace_id", "workflow_id", "run_id", "workflow_type", "task_queue", "original_run_id",
        "status", "start_time", "close_time", "execution_timeout", "run_timeout", "task_timeout", "deadline",
        "next_event_id", "last_event_time", "last_started_event_id", "cancel_requested", "pending_activities",
        "pending_timers", "signals", "skipped_signals", "memo", "search_attributes", "sticky_queue", "sticky_timeout",
        "sticky_session", "last_claim", "buffered_events", "chain_head", "history_size", "task_scheduled_event_id",
        "task_started_event_id", "task_attempt", "task_phase", "task_scheduled_time", "task_visible_time",
        "task_started_time", "task_claim", "task_session", "task_identity", "task_sticky_deadline", "task_failure",
        "task_failure_cause", "task_crashes", "task_blamed_claim", "dispatch_queue", "due", "problem",
    ]

    /// What never changes in the life of a run is not written again: SQLite touches every index on a column that an
    /// update names, whether its value changes or not.
    static let fixed: Set = [
        "namespace_id", "workflow_id", "run_id", "workflow_type", "task_queue", "original_run_id", "start_time",
    ]
    /// The places of those that do change.
    static let changing = names.indices.filter { !fixed.contains(names[$0]) }

    /// What few transitions change, large values among it: written only with a change of one of them.
    static let seldom: Set = [
        "execution_timeout", "run_timeout", "task_timeout", "deadline", "cancel_requested", "pending_timers", "signals",
        "skipped_signals", "memo", "search_attributes", "buffered_events", "task_failure", "task_failure_cause",
    ]
    /// The places of the others that do change.
    static let frequent = changing.filter { !seldom.contains(names[$0]) }

    /// Whether two rows of a run are the same in every column of ``seldom``. What this does not name counts as such a column.
    static func keptSeldom(_ old: ExecutionRow, _ new: ExecutionRow) -> Bool {
        guard old.workflowTask?.lastFailure == new.workflowTask?.lastFailure,
            old.workflowTask?.lastFailureCause == new.workflowTask?.lastFailureCause
        else { return false }
        var row = old
        row.stateVersion = new.stateVersion
        row.status = new.status
        row.closeTime = new.closeTime
        row.nextEventID = new.nextEventID
        row.lastEventTime = new.lastEventTime
        row.lastStartedEventID = new.lastStartedEventID
        row.pendingActivityCount = new.pendingActivityCount
        row.workflowTask = new.workflowTask
        row.stickyQueue = new.stickyQueue
        row.stickyScheduleToStart = new.stickyScheduleToStart
        row.stickySession = new.stickySession
        row.lastClaim = new.lastClaim
        row.chainHead = new.chainHead
        row.historySize = new.historySize
        return row == new
    }

    /// The values of a row, in the order of ``names``.
    static func values(_ row: ExecutionRow, _ namespaceID: Int64) -> [StoreValue] {
        let task = row.workflowTask
        let identity: [StoreValue] = [
            .integer(row.stateVersion), .integer(namespaceID), .text(row.execution.workflowID.rawValue),
            .text(row.execution.runID.rawValue), .text(row.workflowType), .text(row.taskQueue.rawValue),
            .text(row.originalRunID.rawValue), .integer(Int64(row.status.rawValue)),
        ]
        let times: [StoreValue] = [
            .integer(row.startTime.nanoseconds), StoreValue(row.closeTime?.nanoseconds),
            StoreValue(row.executionTimeout?.clampedNanoseconds), StoreValue(row.runTimeout?.clampedNanoseconds),
            .integer(row.taskTimeout.clampedNanoseconds), StoreValue(row.deadline?.nanoseconds),
            .integer(row.nextEventID), .integer(row.lastEventTime.nanoseconds), .integer(row.lastStartedEventID),
        ]
        let counts: [StoreValue] = [
            .integer(row.cancelRequested ? 1 : 0), .integer(row.pendingActivityCount), .integer(row.pendingTimerCount),
            .integer(row.signalCount), .integer(row.skippedSignalCount), .fields(row.memo),
            .fields(row.searchAttributes), StoreValue(row.stickyQueue?.rawValue),
            .integer(row.stickyScheduleToStart.clampedNanoseconds), .integer(row.stickySession),
            .integer(row.lastClaim), .integer(row.bufferedEventCount), .blob(row.chainHead), .integer(row.historySize),
        ]
        let taskColumns: [StoreValue] = [
            StoreValue(task?.scheduledEventID), StoreValue(task?.startedEventID),
            StoreValue(task.map { Int64($0.attempt) }),
            StoreValue(task?.phase.rawValue), StoreValue(task?.scheduledTime.nanoseconds),
            StoreValue(task?.visibleTime.nanoseconds), StoreValue(task?.startedTime.nanoseconds),
            StoreValue(task?.claim.number), StoreValue(task?.claim.session), StoreValue(task?.claim.identity),
            StoreValue(task?.stickyDeadline?.nanoseconds), StoreValue(task?.lastFailure?.protobuf),
            StoreValue((task?.lastFailureCause?.rawValue).map(Int64.init)), StoreValue(task.map { Int64($0.crashes) }),
            StoreValue(task?.blamedClaim),
        ]
        return identity + times + counts + taskColumns + [
            StoreValue(task == nil ? nil : row.dispatchQueue.rawValue), StoreValue(row.due?.nanoseconds),
            StoreValue(row.problem?.rawValue),
        ]
    }

    /// A row from its key and the columns of ``names``.
    static func row(_ statement: some RowReader, in namespace: Namespace) throws -> ExecutionRow {
        guard let status = WorkflowStatus(rawValue: Int32(truncatingIfNeeded: statement.integer(8))) else {
            throw CodecError(offset: 0, reason: "workflow status \(statement.integer(8))")
        }
        var row = ExecutionRow(
            runKey: statement.integer(0),
            stateVersion: statement.integer(1),
            namespace: namespace,
            execution: WorkflowExecution(workflowID: WorkflowID(statement.text(3)), runID: RunID(statement.text(4))),
            workflowType: statement.text(5),
            taskQueue: TaskQueue(statement.text(6)),
            originalRunID: RunID(statement.text(7)),
            status: status,
            startTime: statement.timestamp(9),
            closeTime: statement.optionalTimestamp(10),
            executionTimeout: statement.optionalDuration(11),
            runTimeout: statement.optionalDuration(12),
            taskTimeout: .nanoseconds(statement.integer(13)),
            deadline: statement.optionalTimestamp(14),
            nextEventID: statement.integer(15),
            lastEventTime: statement.timestamp(16),
            lastStartedEventID: statement.integer(17),
            cancelRequested: statement.integer(18) != 0,
            pendingActivityCount: statement.integer(19),
            pendingTimerCount: statement.integer(20),
            signalCount: statement.integer(21),
            skippedSignalCount: statement.integer(22),
            memo: try statement.fields(23),
            searchAttributes: try statement.fields(24)
        )
        row.stickyQueue = statement.optionalText(25).map { TaskQueue($0) }
        row.stickyScheduleToStart = .nanoseconds(statement.integer(26))
        row.stickySession = statement.integer(27)
        row.lastClaim = statement.integer(28)
        row.bufferedEventCount = statement.integer(29)
        row.chainHead = statement.blob(30)
        row.historySize = statement.integer(31)
        row.workflowTask = try workflowTask(statement)
        return row
    }

    private static func workflowTask(_ statement: some RowReader) throws -> WorkflowTaskState? {
        guard let scheduled = statement.optionalInteger(32) else { return nil }
        guard let phase = TaskPhase(rawValue: statement.integer(35)) else {
            throw CodecError(offset: 0, reason: "task phase \(statement.integer(35))")
        }
        return WorkflowTaskState(
            scheduledEventID: scheduled,
            startedEventID: statement.integer(33),
            attempt: Int32(truncatingIfNeeded: statement.integer(34)),
            phase: phase,
            scheduledTime: statement.timestamp(36),
            visibleTime: statement.timestamp(37),
            startedTime: statement.timestamp(38),
            claim: TaskClaim(
                number: statement.integer(39),
                session: statement.integer(40),
                identity: statement.text(41)
            ),
            stickyDeadline: statement.optionalTimestamp(42),
            lastFailure: try statement.optionalBlob(43).map { try Failure(protobuf: $0) },
            lastFailureCause: statement.optionalInteger(44).map {
                WorkflowTaskFailedCause(rawValue: Int32(truncatingIfNeeded: $0))
            },
            crashes: Int32(truncatingIfNeeded: statement.integer(45)),
            blamedClaim: statement.integer(46)
        )
    }
}
