package import WorkflowAPI

/// The rules that make four given time limits of an activity into four that hold (Temporal:
/// `chasm/lib/activity/validator.go`).
package enum TimeoutSchedule {
    /// Fills in and cuts the limits of an activity; refuses when neither schedule-to-close nor start-to-close is given.
    package static func validate(_ given: ActivityTimeouts, runTimeout: Duration?) throws -> ActivityTimeouts {
        for limit in [given.scheduleToClose, given.scheduleToStart, given.startToClose, given.heartbeat] {
            guard (limit ?? .zero) >= .zero else {
                throw WorkflowServiceError(.invalidArgument, "a time limit is negative")
            }
        }
        var limits = ActivityTimeouts(
            scheduleToClose: given.scheduleToClose.positive,
            scheduleToStart: given.scheduleToStart.positive,
            startToClose: given.startToClose.positive,
            heartbeat: given.heartbeat.positive
        )
        if let whole = limits.scheduleToClose {
            limits.scheduleToStart = min(limits.scheduleToStart ?? whole, whole)
            limits.startToClose = min(limits.startToClose ?? whole, whole)
        } else if limits.startToClose != nil {
            limits.scheduleToClose = runTimeout
            limits.scheduleToStart = limits.scheduleToStart ?? runTimeout
        } else {
            throw WorkflowServiceError(
                .invalidArgument,
                "give it a start-to-close or a schedule-to-close timeout"
            )
        }
        if let run = runTimeout.positive {
            limits.scheduleToClose = min(limits.scheduleToClose ?? run, run)
            limits.scheduleToStart = min(limits.scheduleToStart ?? run, run)
            limits.startToClose = min(limits.startToClose ?? run, run)
            limits.heartbeat = limits.heartbeat.map { min($0, run) }
        }
        if let heartbeat = limits.heartbeat, let attempt = limits.startToClose {
            limits.heartbeat = min(heartbeat, attempt)
        }
        return limits
    }
}
