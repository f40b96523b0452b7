import WorkflowAPI
import WorkflowRuntime

/// How a workflow stands, for people.
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
        if let text = summary.problemText(isDescribed: true) {
            lines.append("             \(text.what); \(text.nextStep)")
        }
        if description.cancelRequested { lines.append("cancel     requested") }
        if description.bufferedEvents > 0 {
            lines.append("buffered   \(Output.count(description.bufferedEvents, "event"))")
        }
        if description.skippedSignals > 0 {
            lines.append(
                "skipped    \(Output.count(description.skippedSignals, "signal")) that could not be read; 'show' names them"
            )
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
        guard let failure = task.lastFailure else { return lines }
        if let report = failure.nondeterminismReport {
            lines += ReportText.lines(report)
        } else if let report = failure.escapeReport {
            lines += ReportText.lines(report)
        } else {
            lines.append("             last failure: \(failure.message)")
        }
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
}
