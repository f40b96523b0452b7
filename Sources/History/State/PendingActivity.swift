package import WorkflowAPI

/// An activity without a closing event.
package struct PendingActivity: Hashable, Sendable {
    // Derived from history.
    package var scheduledEventID: Int64
    package var activityID: String
    package var activityType: String
    package var taskQueue: TaskQueue
    package var input: [Payload]
    package var header: PayloadMap
    package var timeouts: ActivityTimeouts
    package var retryPolicy: RetryPolicy?
    package var scheduledTime: Timestamp
    /// The event that asked for its cancellation, 0 if none did.
    package var cancelRequestedEventID: Int64 = 0

    // Primary: history does not hold it.
    package var phase: TaskPhase = .ready
    package var attempt: Int32 = 1
    /// Since when the current attempt may be taken, or when it may be.
    package var visibleTime: Timestamp
    package var startedTime: Timestamp = .zero
    package var claim = TaskClaim()
    package var lastFailure: Failure?
    package var heartbeatDetails: [Payload] = []
    package var lastHeartbeatTime: Timestamp?
    /// How many processes died while running it.
    package var crashes: Int32 = 0
    /// The claim that was last blamed, so that it is blamed once.
    package var blamedClaim: Int64 = 0
}

extension PendingActivity {
    /// A time limit that passes unless something happens first.
    package struct Deadline: Hashable, Sendable {
        package var type: TimeoutType
        package var time: Timestamp
    }

    /// The time limit that passes first, or nil when none runs.
    package var nextDeadline: Deadline? {
        var first: Deadline?
        func consider(_ type: TimeoutType, _ start: Timestamp, _ limit: Duration?) {
            guard let limit, limit > .zero else { return }
            let time = start + limit
            if first.map({ time < $0.time }) ?? true { first = Deadline(type: type, time: time) }
        }
        consider(.scheduleToClose, scheduledTime, timeouts.scheduleToClose)
        switch phase {
        case .backingOff, .quarantined: break
        case .ready: consider(.scheduleToStart, visibleTime, timeouts.scheduleToStart)
        case .started:
            consider(.startToClose, startedTime, timeouts.startToClose)
            consider(.heartbeat, lastHeartbeatTime ?? startedTime, timeouts.heartbeat)
        }
        return first
    }

    /// When the engine has to look at the row again without being asked; nil for never.
    package var due: Timestamp? {
        let deadline = nextDeadline?.time
        guard phase == .backingOff else { return deadline }
        return min(visibleTime, deadline ?? visibleTime)
    }
}
