import WorkflowAPI

extension HistoryEvent.Attributes {
    /// Temporal's name of the event's type.
    var typeName: String {
        switch self {
        case .activityTaskScheduled: "ActivityTaskScheduled"
        case .activityTaskCancelRequested: "ActivityTaskCancelRequested"
        case .timerStarted: "TimerStarted"
        case .timerCanceled: "TimerCanceled"
        case .markerRecorded: "MarkerRecorded"
        case .workflowExecutionCompleted: "WorkflowExecutionCompleted"
        case .workflowExecutionFailed: "WorkflowExecutionFailed"
        case .workflowExecutionCanceled: "WorkflowExecutionCanceled"
        default: "event type \(type.rawValue)"
        }
    }

    /// What code asked for to make this event; nil for one that code does not make.
    var call: NondeterminismReport.Call? {
        switch self {
        case .activityTaskScheduled(let event): .init(.activity, id: event.activityID, name: event.activityType)
        case .activityTaskCancelRequested(let event): .init(.cancelActivity, id: String(event.scheduledEventID))
        case .timerStarted(let event): .init(.timer, id: event.timerID)
        case .timerCanceled(let event): .init(.cancelTimer, id: event.timerID)
        case .markerRecorded(let event):
            PatchMarker.id(event).map { .init(.patch, id: $0) } ?? LocalActivityMarker(event)?.call
                ?? .init(.marker, name: event.markerName)
        case .workflowExecutionCompleted: .init(.complete)
        case .workflowExecutionFailed: .init(.fail)
        case .workflowExecutionCanceled: .init(.cancel)
        default: nil
        }
    }

    /// The same in words.
    var commandDescription: String {
        switch self {
        case .activityTaskScheduled(let attributes): "activity \(attributes.activityID) '\(attributes.activityType)'"
        case .activityTaskCancelRequested(let attributes):
            "a cancel request for the activity of event \(attributes.scheduledEventID)"
        case .timerStarted(let attributes): "timer \(attributes.timerID)"
        case .timerCanceled(let attributes): "the cancelling of timer \(attributes.timerID)"
        case .markerRecorded(let attributes):
            PatchMarker.id(attributes).map { "patch '\($0)'" } ?? LocalActivityMarker(attributes)?.description
                ?? "marker '\(attributes.markerName)'"
        case .workflowExecutionCompleted: "the completion of the run"
        case .workflowExecutionFailed: "the failure of the run"
        case .workflowExecutionCanceled: "the cancelling of the run"
        default: "event type \(type.rawValue)"
        }
    }
}

extension Command {
    /// The call as data.
    var call: NondeterminismReport.Call {
        switch self {
        case .scheduleActivity(let command): .init(.activity, id: command.activityID, name: command.activityType)
        case .requestCancelActivity(let command): .init(.cancelActivity, id: String(command.scheduledEventID))
        case .startTimer(let command): .init(.timer, id: command.timerID)
        case .cancelTimer(let command): .init(.cancelTimer, id: command.timerID)
        case .completeWorkflow: .init(.complete)
        case .failWorkflow: .init(.fail)
        case .cancelWorkflow: .init(.cancel)
        case .recordMarker(let command):
            PatchMarker.id(command).map { .init(.patch, id: $0) } ?? LocalActivityMarker(command)?.call
                ?? .init(.marker, name: command.markerName)
        }
    }
}

extension LocalActivityTask {
    /// In words.
    var description: String { "local activity \(activityID) '\(activityType)'" }

    /// The call as data.
    var call: NondeterminismReport.Call { .init(.localActivity, id: activityID, name: activityType) }
}

extension LocalActivityMarker {
    fileprivate init?(_ command: Command.RecordMarker) {
        self.init(
            HistoryEvent.MarkerRecorded(
                markerName: command.markerName,
                details: command.details,
                workflowTaskCompletedEventID: 0,
                failure: command.failure
            )
        )
    }

    /// In words.
    package var description: String { "local activity \(activityID) '\(activityType)'" }

    /// The call as data.
    var call: NondeterminismReport.Call { .init(.localActivity, id: activityID, name: activityType) }
}

extension Command.RecordMarker {
    /// The local activity whose end it records, in words; nil for another marker.
    var localActivity: String? { LocalActivityMarker(self)?.description }
}
