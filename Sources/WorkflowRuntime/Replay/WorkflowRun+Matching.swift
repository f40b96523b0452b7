import WorkflowAPI

extension WorkflowRun {
    /// Compares an event that a command made with the next command of the code: kind, type and id, never payload bytes.
    func match(_ event: HistoryEvent) throws(WorkflowTaskFailure) {
        guard let issued = unmatched.first, issued.command.matches(event.attributes) else {
            if case .markerRecorded(let marker) = event.attributes, marker.isDeprecatedPatch { return }
            throw mismatch(event)
        }
        unmatched = unmatched.dropFirst()
        cursor.lastMatched = event
        if case .activityTaskScheduled(let attributes) = event.attributes {
            context?.noteScheduled(attributes, eventID: event.id, slot: issued.slot)
        }
    }

    /// The code asked for something that history does not have.
    func requireAllMatched(before eventID: Int64) throws(WorkflowTaskFailure) {
        guard let surplus = unmatched.first else { return }
        throw WorkflowTaskFailure(
            report(eventID, expected: "nothing more", actual: "wants to \(surplus.command.wish)", surplus.location)
        )
    }

    private func mismatch(_ event: HistoryEvent) -> WorkflowTaskFailure {
        let issued = unmatched.first
        return WorkflowTaskFailure(
            report(
                event.id,
                expected: event.attributes.commandDescription,
                actual: issued.map { "wants to \($0.command.wish)" } ?? "asks for nothing more",
                issued?.location
            )
        )
    }

    private func report(
        _ eventID: Int64,
        expected: String,
        actual: String,
        _ location: SourceLocation?
    ) -> NondeterminismReport {
        NondeterminismReport(
            workflowID: execution.workflowID.rawValue,
            runID: execution.runID.rawValue,
            workflowType: workflowType,
            eventID: eventID,
            expected: expected,
            actual: actual,
            location: location,
            lastMatch: cursor.lastMatched.map { "event \($0.id), \($0.attributes.commandDescription)" }
        )
    }
}

extension RunContext {
    fileprivate func noteScheduled(_ event: HistoryEvent.ActivityTaskScheduled, eventID: Int64, slot: Int?) {
        openActivities[eventID] = OpenActivity(
            activityID: event.activityID,
            activityType: event.activityType,
            slot: slot
        )
        guard let slot, case .activity(var parked)? = slots[slot] else { return }
        parked.scheduledEventID = eventID
        slots[slot] = .activity(parked)
    }
}

extension HistoryEvent.MarkerRecorded {
    fileprivate var isDeprecatedPatch: Bool {
        guard PatchMarker.id(self) != nil, let flag = details[PatchMarker.deprecatedKey]?.first else { return false }
        return (try? PayloadConverter.value(flag, as: Bool.self)) ?? false
    }
}

extension HistoryEvent.Attributes {
    /// A command made it.
    var isFromCommand: Bool {
        switch self {
        case .activityTaskScheduled, .activityTaskCancelRequested, .timerStarted, .timerCanceled, .markerRecorded,
            .workflowExecutionCompleted, .workflowExecutionFailed, .workflowExecutionCanceled:
            true
        default: false
        }
    }

    fileprivate var commandDescription: String {
        switch self {
        case .activityTaskScheduled(let attributes): "activity \(attributes.activityID) '\(attributes.activityType)'"
        case .activityTaskCancelRequested(let attributes):
            "a cancel request for the activity of event \(attributes.scheduledEventID)"
        case .timerStarted(let attributes): "timer \(attributes.timerID)"
        case .timerCanceled(let attributes): "the cancelling of timer \(attributes.timerID)"
        case .markerRecorded(let attributes):
            PatchMarker.id(attributes).map { "patch '\($0)'" } ?? "marker '\(attributes.markerName)'"
        case .workflowExecutionCompleted: "the completion of the run"
        case .workflowExecutionFailed: "the failure of the run"
        case .workflowExecutionCanceled: "the cancelling of the run"
        default: "event type \(type.rawValue)"
        }
    }
}

extension Command {
    fileprivate var wish: String {
        switch self {
        case .scheduleActivity(let command): "schedule activity \(command.activityID) '\(command.activityType)'"
        case .requestCancelActivity(let command): "cancel the activity of event \(command.scheduledEventID)"
        case .startTimer(let command): "start timer \(command.timerID)"
        case .cancelTimer(let command): "cancel timer \(command.timerID)"
        case .completeWorkflow: "complete the run"
        case .failWorkflow(let command): "fail the run (\(command.failure.message))"
        case .cancelWorkflow: "end the run as canceled"
        case .recordMarker(let command): "record marker '\(command.markerName)'"
        }
    }

    fileprivate func matches(_ attributes: HistoryEvent.Attributes) -> Bool {
        switch (self, attributes) {
        case (.scheduleActivity(let command), .activityTaskScheduled(let event)):
            command.activityID == event.activityID && command.activityType == event.activityType
        case (.requestCancelActivity(let command), .activityTaskCancelRequested(let event)):
            command.scheduledEventID == event.scheduledEventID
        case (.startTimer(let command), .timerStarted(let event)): command.timerID == event.timerID
        case (.cancelTimer(let command), .timerCanceled(let event)): command.timerID == event.timerID
        case (.recordMarker(let command), .markerRecorded(let event)):
            command.markerName == event.markerName
                && command.details[PatchMarker.idKey] == event.details[PatchMarker.idKey]
        case (.completeWorkflow, .workflowExecutionCompleted), (.failWorkflow, .workflowExecutionFailed),
            (.cancelWorkflow, .workflowExecutionCanceled):
            true
        default: false
        }
    }
}
