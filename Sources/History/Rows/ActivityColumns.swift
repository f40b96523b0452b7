import WorkflowAPI

/// The columns of `activity` in every database: one list, written and read in the same order.
enum ActivityColumns {
    static let names = [
        "run_key", "scheduled_event_id", "namespace_id", "activity_id", "activity_type", "task_queue", "input",
        "header",
        "schedule_to_close", "schedule_to_start", "start_to_close", "heartbeat", "retry_policy", "scheduled_time",
        "cancel_requested_event_id", "phase", "attempt", "visible_time", "started_time", "claim", "session", "identity",
        "last_failure", "heartbeat_details", "last_heartbeat_time", "crashes", "blamed_claim", "due", "problem",
    ]

    /// The values of a row, in the order of ``names``.
    static func values(_ row: PendingActivity, _ runKey: Int64, _ namespaceID: Int64) -> [StoreValue] {
        let derived: [StoreValue] = [
            .integer(runKey), .integer(row.scheduledEventID), .integer(namespaceID), .text(row.activityID),
            .text(row.activityType), .text(row.taskQueue.rawValue), .payloads(row.input), .fields(row.header),
            StoreValue(row.timeouts.scheduleToClose?.clampedNanoseconds),
            StoreValue(row.timeouts.scheduleToStart?.clampedNanoseconds),
            StoreValue(row.timeouts.startToClose?.clampedNanoseconds),
            StoreValue(row.timeouts.heartbeat?.clampedNanoseconds), StoreValue(row.retryPolicy?.protobuf),
            .integer(row.scheduledTime.nanoseconds), .integer(row.cancelRequestedEventID),
        ]
        let primary: [StoreValue] = [
            .integer(row.phase.rawValue), .integer(Int64(row.attempt)), .integer(row.visibleTime.nanoseconds),
            .integer(row.startedTime.nanoseconds), .integer(row.claim.number), .integer(row.claim.session),
            .text(row.claim.identity), StoreValue(row.lastFailure?.protobuf), .payloads(row.heartbeatDetails),
            StoreValue(row.lastHeartbeatTime?.nanoseconds), .integer(Int64(row.crashes)), .integer(row.blamedClaim),
            StoreValue(row.due?.nanoseconds), StoreValue(row.problem?.rawValue),
        ]
        return derived + primary
    }

    /// A row from the columns of ``names``.
    static func row(_ statement: some RowReader) throws -> PendingActivity {
        guard let phase = TaskPhase(rawValue: statement.integer(15)) else {
            throw CodecError(offset: 0, reason: "activity phase \(statement.integer(15))")
        }
        return PendingActivity(
            scheduledEventID: statement.integer(1),
            activityID: statement.text(3),
            activityType: statement.text(4),
            taskQueue: TaskQueue(statement.text(5)),
            input: try statement.payloads(6),
            header: try statement.fields(7),
            timeouts: ActivityTimeouts(
                scheduleToClose: statement.optionalDuration(8),
                scheduleToStart: statement.optionalDuration(9),
                startToClose: statement.optionalDuration(10),
                heartbeat: statement.optionalDuration(11)
            ),
            retryPolicy: try statement.optionalBlob(12).map { try RetryPolicy(protobuf: $0) },
            scheduledTime: statement.timestamp(13),
            cancelRequestedEventID: statement.integer(14),
            phase: phase,
            attempt: Int32(truncatingIfNeeded: statement.integer(16)),
            visibleTime: statement.timestamp(17),
            startedTime: statement.timestamp(18),
            claim: TaskClaim(
                number: statement.integer(19),
                session: statement.integer(20),
                identity: statement.text(21)
            ),
            lastFailure: try statement.optionalBlob(22).map { try Failure(protobuf: $0) },
            heartbeatDetails: try statement.payloads(23),
            lastHeartbeatTime: statement.optionalTimestamp(24),
            crashes: Int32(truncatingIfNeeded: statement.integer(25)),
            blamedClaim: statement.integer(26)
        )
    }
}
