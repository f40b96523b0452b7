import WorkflowAPI

extension Transition {
    /// What arrives now has to wait for its id.
    var isBuffering: Bool { isRecordingCommands || state.execution.workflowTask?.phase == .started }

    /// Records what came from outside: at once, or, while a workflow task is taken or its commands are being recorded,
    /// into the buffer, so that the events of a task's commands follow its completion directly.
    mutating func recordArrival(_ attributes: HistoryEvent.Attributes) throws {
        guard isBuffering else {
            try append(attributes)
            return
        }
        if isRecordingCommands { arrivalsOfCommands += 1 }
        state.buffered.append(.init(time: now, attributes: attributes))
        state.execution.bufferedEventCount += 1
        bufferChanged = true
    }

    /// Gives buffered events their ids: in order of arrival, closings of activities last (Temporal's `event_store.go`). None
    /// is older than its arrival, though the clock was set back since: a timer does not fire before its time.
    /// - Returns: whether there were any.
    @discardableResult
    mutating func flushBufferedEvents() throws -> Bool {
        guard !state.buffered.isEmpty else { return false }
        let waiting = state.buffered
        state.buffered = []
        state.execution.bufferedEventCount = 0
        bufferChanged = true
        var startedEventIDs: [Int64: Int64] = [:]
        for event in waiting where !event.attributes.closesActivity {
            let written = try append(event.attributes, at: max(now, event.time))
            if case .activityTaskStarted(let started) = written.attributes {
                startedEventIDs[started.scheduledEventID] = written.id
            }
        }
        for event in waiting where event.attributes.closesActivity {
            try append(event.attributes.startedAt(startedEventIDs), at: max(now, event.time))
        }
        return true
    }

    /// The buffer holds the closing of an activity.
    func hasBufferedClosing(ofActivity scheduledEventID: Int64) -> Bool {
        state.buffered.contains { $0.attributes.closedActivity == scheduledEventID }
    }

    /// Takes back a firing that nobody has seen; answers the timer's started event.
    mutating func removeBufferedFiring(ofTimer timerID: String) -> Int64? {
        for (index, event) in state.buffered.enumerated() {
            guard case .timerFired(let fired) = event.attributes, fired.timerID == timerID else { continue }
            state.buffered.remove(at: index)
            state.execution.bufferedEventCount -= 1
            bufferChanged = true
            return fired.startedEventID
        }
        return nil
    }
}

extension HistoryEvent.Attributes {
    /// The scheduled event of the activity that this closes.
    var closedActivity: Int64? {
        switch self {
        case .activityTaskCompleted(let attributes): attributes.scheduledEventID
        case .activityTaskFailed(let attributes): attributes.scheduledEventID
        case .activityTaskTimedOut(let attributes): attributes.scheduledEventID
        case .activityTaskCanceled(let attributes): attributes.scheduledEventID
        default: nil
        }
    }

    /// It closes an activity.
    var closesActivity: Bool { closedActivity != nil }

    /// The same closing with the id of the started event that was written for it, where there is one.
    func startedAt(_ ids: [Int64: Int64]) -> HistoryEvent.Attributes {
        guard let scheduled = closedActivity, let started = ids[scheduled] else { return self }
        switch self {
        case .activityTaskCompleted(var attributes):
            attributes.startedEventID = started
            return .activityTaskCompleted(attributes)
        case .activityTaskFailed(var attributes):
            attributes.startedEventID = started
            attributes.failure.noteStarted(started)
            return .activityTaskFailed(attributes)
        case .activityTaskTimedOut(var attributes):
            attributes.startedEventID = started
            return .activityTaskTimedOut(attributes)
        case .activityTaskCanceled(var attributes):
            attributes.startedEventID = started
            return .activityTaskCanceled(attributes)
        default: return self
        }
    }
}

extension Failure {
    fileprivate mutating func noteStarted(_ startedEventID: Int64) {
        guard case .activity(var activity) = info else { return }
        activity.startedEventID = startedEventID
        info = .activity(activity)
    }
}
