import WorkflowAPI

/// How a workflow stands, for people and as JSON.
enum DescriptionText {
    static func lines(_ description: WorkflowDescription) -> [String] {
        let summary = description.summary
        var lines = [
            "workflow   \(summary.execution.workflowID)", "run        \(summary.execution.runID)",
            "type       \(summary.workflowType)", "queue      \(summary.taskQueue)",
            "status     \(summary.status.name)",
            "started    \(summary.startTime.text)",
        ]
        if let time = summary.closeTime { lines.append("closed     \(time.text)") }
        lines.append("events     \(summary.historyLength)")
        if let problem = summary.problem { lines.append("problem    \(problem.rawValue)") }
        if description.cancelRequested { lines.append("cancel     requested") }
        if description.bufferedEvents > 0 { lines.append("buffered   \(description.bufferedEvents) events") }
        if description.skippedSignals > 0 {
            lines.append("skipped    \(description.skippedSignals) signals that could not be read; 'show' names them")
        }
        if let task = description.workflowTask { lines += taskLines(task) }
        for activity in description.pendingActivities { lines += activityLines(activity) }
        for timer in description.pendingTimers {
            lines.append("timer      \(timer.timerID) fires \(timer.fireTime.text)")
        }
        return lines
    }

    private static func taskLines(_ task: WorkflowTaskDescription) -> [String] {
        let state = task.quarantined ? "quarantined" : task.started ? "started by \(task.worker)" : "waits for a worker"
        var lines = ["task       \(state), attempt \(task.attempt)"]
        if let time = task.nextAttemptTime { lines.append("             next attempt \(time.text)") }
        if let failure = task.lastFailure { lines.append("             last failure: \(failure.message)") }
        return lines
    }

    private static func activityLines(_ activity: PendingActivityDescription) -> [String] {
        let state = activity.quarantined ? "quarantined" : activity.state.rawValue
        let limit = activity.maximumAttempts > 0 ? " of \(activity.maximumAttempts)" : ""
        var lines = [
            "activity   \(activity.activityID) \(activity.activityType): \(state), attempt \(activity.attempt)\(limit)"
        ]
        if let time = activity.nextAttemptTime { lines.append("             next attempt \(time.text)") }
        if let failure = activity.lastFailure { lines.append("             last failure: \(failure.message)") }
        return lines
    }

    static func json(_ description: WorkflowDescription) -> [String: any Sendable] {
        var object = description.summary.json
        object["cancelRequested"] = description.cancelRequested
        object["bufferedEvents"] = description.bufferedEvents
        object["skippedSignals"] = description.skippedSignals
        object["pendingActivities"] = description.pendingActivities.map { activity in
            var entry: [String: any Sendable] = [
                "activityId": activity.activityID, "activityType": activity.activityType,
                "state": activity.quarantined ? "quarantined" : activity.state.rawValue,
                "attempt": Int(activity.attempt),
            ]
            entry["lastFailure"] = activity.lastFailure?.message
            entry["nextAttemptTime"] = activity.nextAttemptTime?.text
            return entry
        }
        object["pendingTimers"] = description.pendingTimers.map { timer in
            ["timerId": timer.timerID, "fireTime": timer.fireTime.text]
        }
        if let task = description.workflowTask {
            var entry: [String: any Sendable] = [
                "attempt": Int(task.attempt), "started": task.started, "quarantined": task.quarantined,
            ]
            entry["lastFailure"] = task.lastFailure?.message
            entry["nextAttemptTime"] = task.nextAttemptTime?.text
            object["workflowTask"] = entry
        }
        return object
    }
}
