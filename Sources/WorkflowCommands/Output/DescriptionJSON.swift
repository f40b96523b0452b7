import WorkflowAPI
import WorkflowRuntime

extension WorkflowDescription {
    /// How a workflow stands, as one JSON object.
    var json: [String: any JSONRepresentable] {
        var object = summary.json(isDescribed: true)
        object["cancelRequested"] = cancelRequested
        object["bufferedEvents"] = bufferedEvents
        object["skippedSignals"] = skippedSignals
        object["pendingActivities"] = pendingActivities.map(\.json)
        object["pendingTimers"] = pendingTimers.map { timer in
            JSONTree.object(["timerId": timer.timerID.json, "fireTime": timer.fireTime.json])
        }
        object["workflowTask"] = workflowTask?.json
        return object
    }
}

extension PendingActivityDescription {
    fileprivate var json: JSONTree {
        var object: [String: any JSONRepresentable] = [
            "activityId": activityID, "activityType": activityType,
            "state": quarantined ? "quarantined" : state.rawValue, "attempt": attempt,
        ]
        object["lastFailure"] = lastFailure?.message
        object["nextAttemptTime"] = nextAttemptTime
        return object.json
    }
}

extension WorkflowTaskDescription {
    fileprivate var json: JSONTree {
        var object: [String: any JSONRepresentable] = [
            "attempt": attempt, "started": started, "quarantined": quarantined,
        ]
        object["lastFailure"] = lastFailure?.message
        object["nondeterminism"] = lastFailure?.nondeterminismReport.map(ReportText.json)
        object["escape"] = lastFailure?.escapeReport.map(ReportText.json)
        object["nextAttemptTime"] = nextAttemptTime
        return object.json
    }
}
