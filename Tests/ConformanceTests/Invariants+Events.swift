import History
import WorkflowAPI

extension RunInvariants {
    /// Scheduled, started, closed, in turn; and nothing but the closing follows a started event, since what arrives
    /// meanwhile is buffered.
    func checkWorkflowTaskGrammar() throws {
        var scheduled: Int64?
        var started: Int64?
        for event in events {
            if started != nil {
                let closes = [.taskCompleted, .taskFailed, .taskTimedOut].contains(event.type)
                try require(closes, "event \(event.id) stands between the start of a task and its closing")
            }
            switch event.attributes {
            case .workflowTaskScheduled:
                try require(scheduled == nil, "event \(event.id) schedules a second task")
                scheduled = event.id
            case .workflowTaskStarted(let attributes):
                try require(attributes.scheduledEventID == scheduled, "event \(event.id) starts another task")
                started = event.id
            case .workflowTaskCompleted(let attributes):
                try closeTask(&scheduled, &started, attributes.scheduledEventID, attributes.startedEventID)
            case .workflowTaskFailed(let attributes):
                try closeTask(&scheduled, &started, attributes.scheduledEventID, attributes.startedEventID)
            case .workflowTaskTimedOut(let attributes):
                try closeTask(&scheduled, &started, attributes.scheduledEventID, attributes.startedEventID)
            default: break
            }
        }
        guard state.execution.status == .running else { return }
        let task = state.execution.workflowTask
        if let started {
            try require(task?.phase == .started && task?.startedEventID == started, "nobody has the started task")
        } else if let scheduled {
            try require(task?.phase == .ready && task?.scheduledEventID == scheduled, "the scheduled task is missing")
        } else if let task, task.scheduledEventID != 0 {
            try require(task.attempt > 1, "a first attempt without its events")
        }
    }

    private func closeTask(
        _ scheduled: inout Int64?,
        _ started: inout Int64?,
        _ namedScheduled: Int64,
        _ namedStarted: Int64
    ) throws {
        try require(
            scheduled == namedScheduled && started == namedStarted && started != nil,
            "a closing names task \(namedScheduled)/\(namedStarted), which is not the one that is open"
        )
        scheduled = nil
        started = nil
    }

    /// An activity has one closing, after its scheduling, and a started event of its own if it had one.
    func checkActivityClosings() throws {
        var open: [Int64: Int64] = [:]
        var timers: Set<Int64> = []
        for event in events {
            switch event.attributes {
            case .activityTaskScheduled: open[event.id] = 0
            case .activityTaskStarted(let started):
                try require(open[started.scheduledEventID] == 0, "event \(event.id) starts no open activity")
                open[started.scheduledEventID] = event.id
            case .activityTaskCompleted(let closing):
                try close(&open, closing.scheduledEventID, closing.startedEventID)
            case .activityTaskFailed(let closing):
                try close(&open, closing.scheduledEventID, closing.startedEventID)
            case .activityTaskTimedOut(let closing):
                try close(&open, closing.scheduledEventID, closing.startedEventID)
            case .activityTaskCanceled(let closing):
                try close(&open, closing.scheduledEventID, closing.startedEventID)
            case .timerStarted: timers.insert(event.id)
            case .timerFired(let fired):
                try require(timers.remove(fired.startedEventID) != nil, "event \(event.id) fires no open timer")
            case .timerCanceled(let canceled):
                try require(timers.remove(canceled.startedEventID) != nil, "event \(event.id) cancels no open timer")
            default: break
            }
        }
    }

    private func close(_ open: inout [Int64: Int64], _ scheduled: Int64, _ started: Int64) throws {
        guard let known = open.removeValue(forKey: scheduled) else {
            throw BrokenInvariant("activity \(scheduled) is closed twice, or was never scheduled")
        }
        try require(known == started, "the closing of activity \(scheduled) names start \(started), not \(known)")
    }
}

extension HistoryEvent.Attributes {
    /// The scheduled event of the activity that this closes.
    var closedActivityOfCase: Int64? {
        switch self {
        case .activityTaskCompleted(let attributes): attributes.scheduledEventID
        case .activityTaskFailed(let attributes): attributes.scheduledEventID
        case .activityTaskTimedOut(let attributes): attributes.scheduledEventID
        case .activityTaskCanceled(let attributes): attributes.scheduledEventID
        default: nil
        }
    }

    /// It came from outside the run's code, which has to see it.
    var isArrival: Bool {
        switch self {
        case .workflowExecutionSignaled, .workflowExecutionCancelRequested, .timerFired: true
        default: closedActivityOfCase != nil
        }
    }
}

/// The columns of an execution row that are a function of its history.
struct DerivedColumns: Hashable {
    let columns: ExecutionRow

    init(_ row: ExecutionRow) {
        var columns = row
        columns.runKey = 0
        columns.stateVersion = 0
        columns.workflowTask = nil
        columns.stickyQueue = nil
        columns.stickyScheduleToStart = .zero
        columns.stickySession = 0
        columns.lastClaim = 0
        columns.bufferedEventCount = 0
        columns.chainHead = []
        columns.historySize = 0
        self.columns = columns
    }
}

/// The columns of an activity that are a function of the run's history.
struct DerivedActivity: Hashable {
    let columns: PendingActivity

    init(_ activity: PendingActivity) {
        var columns = activity
        columns.phase = .ready
        columns.attempt = 1
        columns.visibleTime = .zero
        columns.startedTime = .zero
        columns.claim.number = 0
        columns.claim.session = 0
        columns.claim.identity = ""
        columns.lastFailure = nil
        columns.heartbeatDetails = []
        columns.lastHeartbeatTime = nil
        columns.crashes = 0
        columns.blamedClaim = 0
        self.columns = columns
    }
}
