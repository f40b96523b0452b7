package import WorkflowAPI

/// The row of one run: what every transition reads and compares.
package struct ExecutionRow: Hashable, Sendable {
    /// The store's key; 0 until the store gives one.
    package var runKey: Int64 = 0
    /// Raised by one by every transition, with or without events; the first guard against a lost update.
    package var stateVersion: Int64 = 0

    // Derived from history.
    package var namespace: Namespace
    package var execution: WorkflowExecution
    package var workflowType: String
    package var taskQueue: TaskQueue
    package var originalRunID: RunID
    package var status: WorkflowStatus = .running
    package var startTime: Timestamp
    package var closeTime: Timestamp?
    package var executionTimeout: Duration?
    package var runTimeout: Duration?
    package var taskTimeout: Duration
    /// When the run or execution timeout passes, whichever is first.
    package var deadline: Timestamp?
    package var nextEventID: Int64 = 1
    package var lastEventTime: Timestamp
    /// The started event of the last completed workflow task.
    package var lastStartedEventID: Int64 = 0
    package var cancelRequested = false
    package var pendingActivityCount: Int64 = 0
    package var pendingTimerCount: Int64 = 0
    package var signalCount: Int64 = 0
    package var skippedSignalCount: Int64 = 0
    package var memo: PayloadMap = [:]
    package var searchAttributes: PayloadMap = [:]

    // Primary: history does not hold it.
    package var workflowTask: WorkflowTaskState?
    /// The queue of the cache that holds the run.
    package var stickyQueue: TaskQueue?
    /// How long a task waits there.
    package var stickyScheduleToStart: Duration = .zero
    /// The session of the worker with that cache.
    package var stickySession: Int64 = 0
    /// The last claim number given in the run.
    package var lastClaim: Int64 = 0
    package var bufferedEventCount: Int64 = 0

    /// The head of the hash chain over the history rows; kept by the store.
    package var chainHead: [UInt8] = []
    /// Bytes of history so far; kept by the store.
    package var historySize: Int64 = 0
}

extension ExecutionRow {
    /// When the engine has to look at the row again without being asked; nil for never.
    package var due: Timestamp? {
        guard status == .running else { return nil }
        var earliest = deadline
        func consider(_ time: Timestamp) { earliest = min(earliest ?? time, time) }
        guard let task = workflowTask else { return earliest }
        switch task.phase {
        case .backingOff: consider(task.visibleTime)
        case .ready: if let sticky = task.stickyDeadline { consider(sticky) }
        case .started: consider(task.startedTime + workflowTaskTimeout(attempt: task.attempt))
        case .quarantined: break
        }
        return earliest
    }

    /// The time limit on an attempt at a workflow task: from the fourth on longer, up to ten minutes, so that a replay
    /// that needs the time gets it (Temporal: `workflow_task_state_machine.go`).
    package func workflowTaskTimeout(attempt: Int32) -> Duration {
        guard attempt > 3 else { return taskTimeout }
        let extra = Duration.seconds(5 << min(attempt - 4, 7))
        return min(taskTimeout + extra, max(taskTimeout, .seconds(600)))
    }

    /// The queue where the workflow task waits.
    package var dispatchQueue: TaskQueue {
        workflowTask?.stickyDeadline != nil ? stickyQueue ?? taskQueue : taskQueue
    }
}
