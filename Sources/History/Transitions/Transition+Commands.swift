import WorkflowAPI

/// Why a command cannot become an event; fails the workflow task.
struct CommandRefused: Error {
    var cause: WorkflowTaskFailedCause
    var message: String
}

extension Transition {
    /// Turns one command into its event.
    mutating func record(_ command: Command, completedEventID: Int64) throws {
        let unseen = state.buffered.count - arrivalsOfCommands
        if command.closesRun, unseen > 0 {
            throw CommandRefused(
                cause: .unhandledCommand,
                message: "the run would close although \(unseen) event(s) arrived that it has not seen"
            )
        }
        switch command {
        case .scheduleActivity(let command): try record(command, completedEventID)
        case .requestCancelActivity(let command): try record(command, completedEventID)
        case .startTimer(let command): try record(command, completedEventID)
        case .cancelTimer(let command): try record(command, completedEventID)
        case .recordMarker(let command): try record(command, completedEventID)
        case .completeWorkflow(let command):
            try checkSize(command.result, "the result")
            try append(
                .workflowExecutionCompleted(
                    .init(result: command.result, workflowTaskCompletedEventID: completedEventID)
                )
            )
        case .failWorkflow(let command):
            try append(
                .workflowExecutionFailed(
                    .init(
                        failure: command.failure.limited(to: PayloadLimits.maxBytes),
                        retryState: .retryPolicyNotSet,
                        workflowTaskCompletedEventID: completedEventID
                    )
                )
            )
        case .cancelWorkflow(let command):
            try checkSize(command.details, "the details of the cancellation")
            try append(
                .workflowExecutionCanceled(
                    .init(details: command.details, workflowTaskCompletedEventID: completedEventID)
                )
            )
        }
    }

    private mutating func record(_ command: Command.ScheduleActivity, _ completedEventID: Int64) throws {
        let timeouts = try validated(command)
        guard state.execution.pendingActivityCount < HistoryLimits.pendingActivities else {
            throw CommandRefused(
                cause: .pendingActivitiesLimitExceeded,
                message: "\(state.execution.pendingActivityCount) activities are pending; that is the limit"
            )
        }
        guard !state.activities.contains(where: { $0.activityID == command.activityID }) else {
            throw CommandRefused(
                cause: .scheduleActivityDuplicateID,
                message: "an activity with the id '\(command.activityID)' is pending"
            )
        }
        let queue = command.taskQueue ?? state.execution.taskQueue
        try append(
            .activityTaskScheduled(
                .init(
                    activityID: command.activityID,
                    activityType: command.activityType,
                    taskQueue: queue,
                    header: command.header,
                    input: command.input,
                    timeouts: timeouts,
                    workflowTaskCompletedEventID: completedEventID,
                    retryPolicy: command.retryPolicy ?? RetryPolicy()
                )
            )
        )
        wakes.insert(TaskWake(.activity, state.execution.namespace, queue))
    }

    private func validated(_ command: Command.ScheduleActivity) throws -> ActivityTimeouts {
        func refuse(_ why: String) -> CommandRefused {
            CommandRefused(
                cause: .badScheduleActivityAttributes,
                message: "activity \(command.activityID) of type '\(command.activityType)': \(why)"
            )
        }
        guard !command.activityID.isEmpty, !command.activityType.isEmpty else { throw refuse("id or type is empty") }
        guard command.activityType.utf8.count <= IdentifierLimits.maxLength else {
            throw refuse("the type is too long")
        }
        try checkSize(command.input, "the input of activity \(command.activityID)")
        try checkSize(Array(command.header.values), "the header of activity \(command.activityID)")
        do {
            if let queue = command.taskQueue { try checkIdentifier(queue.rawValue, "task queue") }
            try (command.retryPolicy ?? RetryPolicy()).validate()
            return try TimeoutSchedule.validate(command.timeouts, runTimeout: state.execution.runTimeout)
        } catch let refusal as WorkflowServiceError {
            throw refuse(refusal.message)
        }
    }

    private mutating func record(_ command: Command.RequestCancelActivity, _ completedEventID: Int64) throws {
        let scheduled = command.scheduledEventID
        let pending = state.activities[scheduled]
        guard pending != nil || hasBufferedClosing(ofActivity: scheduled) else {
            throw CommandRefused(
                cause: .badRequestCancelActivityAttributes,
                message: "no activity was scheduled at event \(scheduled), or it is closed"
            )
        }
        let request = try append(
            .activityTaskCancelRequested(
                .init(scheduledEventID: scheduled, workflowTaskCompletedEventID: completedEventID)
            )
        )
        guard let pending, pending.phase != .started else { return }
        try closeActivity(
            pending,
            started: false,
            with: .activityTaskCanceled(
                .init(
                    latestCancelRequestedEventID: request.id,
                    scheduledEventID: scheduled,
                    startedEventID: 0
                )
            )
        )
    }

    private mutating func record(_ command: Command.StartTimer, _ completedEventID: Int64) throws {
        guard !command.timerID.isEmpty, command.startToFireTimeout >= .zero else {
            throw CommandRefused(
                cause: .badStartTimerAttributes,
                message: "timer '\(command.timerID)' has no id or a negative time"
            )
        }
        guard state.execution.pendingTimerCount < HistoryLimits.pendingTimers else {
            throw CommandRefused(
                cause: .badStartTimerAttributes,
                message: "\(state.execution.pendingTimerCount) timers run; that is the limit"
            )
        }
        guard !state.timers.contains(where: { $0.timerID == command.timerID }) else {
            throw CommandRefused(
                cause: .startTimerDuplicateID,
                message: "a timer with the id '\(command.timerID)' runs"
            )
        }
        try append(
            .timerStarted(
                .init(
                    timerID: command.timerID,
                    startToFireTimeout: command.startToFireTimeout.roundedUpToMilliseconds,
                    workflowTaskCompletedEventID: completedEventID
                )
            )
        )
    }

    private mutating func record(_ command: Command.CancelTimer, _ completedEventID: Int64) throws {
        let startedEventID: Int64
        if let timer = try state.timers.all().first(where: { $0.timerID == command.timerID }) {
            startedEventID = timer.startedEventID
        } else if let fired = removeBufferedFiring(ofTimer: command.timerID) {
            startedEventID = fired
        } else {
            throw CommandRefused(cause: .badCancelTimerAttributes, message: "no timer '\(command.timerID)' runs")
        }
        try append(
            .timerCanceled(
                .init(
                    timerID: command.timerID,
                    startedEventID: startedEventID,
                    workflowTaskCompletedEventID: completedEventID
                )
            )
        )
    }

    private mutating func record(_ command: Command.RecordMarker, _ completedEventID: Int64) throws {
        guard !command.markerName.isEmpty else {
            throw CommandRefused(cause: .badRecordMarkerAttributes, message: "a marker has no name")
        }
        try checkSize(command.details.values.flatMap { $0 }, "a detail of marker '\(command.markerName)'")
        try append(
            .markerRecorded(
                .init(
                    markerName: command.markerName,
                    details: command.details,
                    workflowTaskCompletedEventID: completedEventID,
                    header: command.header,
                    failure: command.failure?.limited(to: PayloadLimits.maxBytes)
                )
            )
        )
    }

    private func checkSize(_ payloads: [Payload], _ what: String) throws {
        do {
            for payload in payloads { try payload.checkSize(what) }
        } catch let refusal as WorkflowServiceError {
            throw CommandRefused(cause: .payloadsTooLarge, message: refusal.message)
        }
    }
}
