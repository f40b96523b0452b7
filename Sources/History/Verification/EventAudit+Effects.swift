import WorkflowAPI

extension EventAudit {
    /// What an event says of activities, timers and signals; `id` is nil while it is buffered.
    mutating func readEffect(_ attributes: HistoryEvent.Attributes, _ id: Int64?, _ time: Timestamp) {
        switch attributes {
        case .activityTaskScheduled(let event):
            requireTask(id, event.workflowTaskCompletedEventID)
            guard let id else { return }
            activities[id] = OpenActivity(maximumAttempts: event.retryPolicy?.maximumAttempts ?? 0)
        case .activityTaskCancelRequested(let event):
            requireTask(id, event.workflowTaskCompletedEventID)
            requireActivity(event.scheduledEventID, id, "asks to cancel")
            activities[event.scheduledEventID]?.cancelRequestedEventID = id ?? 0
        case .activityTaskStarted(let event): start(event, id)
        case .activityTaskCompleted(let event): close(event.scheduledEventID, event.startedEventID, id)
        case .activityTaskFailed(let event): close(event.scheduledEventID, event.startedEventID, id)
        case .activityTaskTimedOut(let event): close(event.scheduledEventID, event.startedEventID, id)
        case .activityTaskCanceled(let event):
            let asked = activities[event.scheduledEventID]?.cancelRequestedEventID ?? 0
            if asked == 0 || asked != event.latestCancelRequestedEventID {
                note(
                    .reference,
                    id,
                    "names event \(event.latestCancelRequestedEventID) as the request, which it is not"
                )
            }
            close(event.scheduledEventID, event.startedEventID, id)
        case .timerStarted(let event):
            requireTask(id, event.workflowTaskCompletedEventID)
            guard let id else { return }
            timers[id] = OpenTimer(timerID: event.timerID, fireTime: time + event.startToFireTimeout)
        case .timerFired(let event):
            if let timer = closeTimer(event.startedEventID, event.timerID, id), time < timer.fireTime {
                note(.timer, id, "fires timer \(event.timerID) before its time")
            }
        case .timerCanceled(let event):
            requireTask(id, event.workflowTaskCompletedEventID)
            _ = closeTimer(event.startedEventID, event.timerID, id)
        case .workflowExecutionSignaled(let event):
            if !event.requestID.isEmpty, !signals.insert(event.requestID).inserted {
                note(.signal, id, "is the signal '\(event.signalName)' with request id '\(event.requestID)' once more")
            }
        case .markerRecorded(let event): requireTask(id, event.workflowTaskCompletedEventID)
        case .workflowExecutionCompleted(let event): requireTask(id, event.workflowTaskCompletedEventID)
        case .workflowExecutionFailed(let event): requireTask(id, event.workflowTaskCompletedEventID)
        case .workflowExecutionCanceled(let event): requireTask(id, event.workflowTaskCompletedEventID)
        case .workflowExecutionStarted, .workflowExecutionTimedOut, .workflowExecutionTerminated,
            .workflowExecutionCancelRequested, .workflowTaskScheduled, .workflowTaskStarted, .workflowTaskCompleted,
            .workflowTaskFailed, .workflowTaskTimedOut, .unknown:
            break
        }
    }

    private mutating func requireActivity(_ scheduled: Int64, _ id: Int64?, _ verb: String) {
        guard activities[scheduled] == nil else { return }
        note(.reference, id, "\(verb) the activity of event \(scheduled), which is not open")
    }

    private mutating func start(_ event: HistoryEvent.ActivityTaskStarted, _ id: Int64?) {
        requireActivity(event.scheduledEventID, id, "starts")
        guard let activity = activities[event.scheduledEventID] else { return }
        if activity.startedEventID != 0 {
            note(.reference, id, "starts the activity of event \(event.scheduledEventID) a second time")
        }
        if event.attempt < 1 || activity.maximumAttempts > 0 && Int(event.attempt) > activity.maximumAttempts {
            note(
                .attempts,
                id,
                "is attempt \(event.attempt) of the activity of event \(event.scheduledEventID), whose policy allows "
                    + "\(activity.maximumAttempts)"
            )
        }
        // A buffered start has no id yet; any number but zero says that there is one.
        activities[event.scheduledEventID]?.startedEventID = id ?? -1
    }

    private mutating func close(_ scheduled: Int64, _ started: Int64, _ id: Int64?) {
        requireActivity(scheduled, id, "closes")
        guard let activity = activities.removeValue(forKey: scheduled), id != nil else { return }
        if activity.startedEventID != started {
            note(.reference, id, "names event \(started) as the start of the activity, which it is not")
        }
    }

    private mutating func closeTimer(_ started: Int64, _ timerID: String, _ id: Int64?) -> OpenTimer? {
        guard let timer = timers.removeValue(forKey: started), timer.timerID == timerID else {
            note(.reference, id, "ends timer '\(timerID)' of event \(started), which does not run")
            return nil
        }
        return timer
    }
}
