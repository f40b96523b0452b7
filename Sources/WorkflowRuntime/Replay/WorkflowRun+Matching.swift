import WorkflowAPI

extension WorkflowRun {
    /// Compares an event that a command made with the next command of the code: kind, type and id, never payload bytes.
    func match(_ event: HistoryEvent) throws(WorkflowTaskFailure) {
        if unmatched.isEmpty, case .markerRecorded(let marker) = event.attributes { try endLocalActivity(marker) }
        guard let issued = unmatched.first, issued.command.matches(event.attributes) else {
            if case .markerRecorded(let marker) = event.attributes, marker.isDeprecatedPatch { return }
            throw mismatch(event)
        }
        unmatched = unmatched.dropFirst()
        cursor.noteMatch(event, issued.location)
        if case .activityTaskScheduled(let attributes) = event.attributes {
            context?.noteScheduled(attributes, eventID: event.id, slot: issued.slot)
        }
    }

    /// The code asked for something that history does not have.
    func requireAllMatched(before eventID: Int64) throws(WorkflowTaskFailure) {
        guard let surplus = unmatched.first else { return }
        throw WorkflowTaskFailure(report(eventID, nil, expected: "nothing more", surplus))
    }

    private func mismatch(_ event: HistoryEvent) -> WorkflowTaskFailure {
        WorkflowTaskFailure(
            report(event.id, event.attributes, expected: event.attributes.commandDescription, unmatched.first)
        )
    }

    private func report(
        _ eventID: Int64,
        _ recorded: HistoryEvent.Attributes?,
        expected: String,
        _ issued: IssuedCommand?
    ) -> NondeterminismReport {
        let last = cursor.lastMatched
        let lastPlace = cursor.lastMatchedLocation
        // Where history has something else, the code may wait for a local activity that history does not have.
        let awaited = issued == nil ? context?.openLocalActivities.first : nil
        return NondeterminismReport(
            workflowID: execution.workflowID.rawValue,
            runID: execution.runID.rawValue,
            workflowType: workflowType,
            eventID: eventID,
            expected: expected,
            actual: issued.map { "wants to \($0.command.wish)" } ?? awaited.map { "waits for \($0.description)" }
                ?? "asks for nothing more",
            location: issued?.location ?? awaited?.location,
            lastMatch: last.map { "event \($0.id), \($0.attributes.commandDescription)" },
            eventType: recorded?.typeName,
            recorded: recorded?.call,
            wanted: issued?.command.call ?? awaited?.call,
            lastMatchingCall: last.flatMap { event in
                event.attributes.call.map { .init(eventID: event.id, call: $0, location: lastPlace) }
            },
            patchPlace: (issued?.location ?? awaited?.location).map { .init(position: .before, location: $0) }
                ?? lastPlace.map { .init(position: .after, location: $0) }
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
        if let slot { newlyScheduled.append((eventID, slot)) }
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
    package var isFromCommand: Bool {
        switch self {
        case .activityTaskScheduled, .activityTaskCancelRequested, .timerStarted, .timerCanceled, .markerRecorded,
            .workflowExecutionCompleted, .workflowExecutionFailed, .workflowExecutionCanceled:
            true
        default: false
        }
    }
}

extension Command {
    /// What it asks for, in words.
    var wish: String {
        switch self {
        case .scheduleActivity(let command): "schedule activity \(command.activityID) '\(command.activityType)'"
        case .requestCancelActivity(let command): "cancel the activity of event \(command.scheduledEventID)"
        case .startTimer(let command): "start timer \(command.timerID)"
        case .cancelTimer(let command): "cancel timer \(command.timerID)"
        case .completeWorkflow: "complete the run"
        case .failWorkflow(let command): "fail the run (\(command.failure.message))"
        case .cancelWorkflow: "end the run as canceled"
        case .recordMarker(let command):
            PatchMarker.id(command).map { "take the new branch of patch '\($0)'" }
                ?? command.localActivity.map { "record the end of \($0)" } ?? "record marker '\(command.markerName)'"
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
                && command.details[LocalActivityMarker.dataKey] == event.details[LocalActivityMarker.dataKey]
        case (.completeWorkflow, .workflowExecutionCompleted), (.failWorkflow, .workflowExecutionFailed),
            (.cancelWorkflow, .workflowExecutionCanceled):
            true
        default: false
        }
    }
}
