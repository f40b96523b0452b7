import WorkflowAPI

extension MemoryTables {
    struct WaitingTask {
        var runKey: Int64
        var scheduledEventID: Int64
        var time: Timestamp
    }

    struct Due {
        var runKey: Int64
        var row: DueRow
        var time: Timestamp
    }

    /// Tasks that a worker may take from a queue.
    func waitingTasks(_ kind: TaskWake.Kind, in namespace: Namespace, queue: TaskQueue) -> [WaitingTask] {
        var found: [WaitingTask] = []
        for (key, run) in runs where run.execution.namespace == namespace && run.execution.status == .running {
            switch kind {
            case .workflow:
                guard let task = run.execution.workflowTask, task.phase == .ready,
                    run.execution.dispatchQueue == queue
                else { continue }
                found.append(
                    WaitingTask(runKey: key, scheduledEventID: task.scheduledEventID, time: task.visibleTime)
                )
            case .activity:
                for activity in run.activities.loaded where activity.phase == .ready && activity.taskQueue == queue {
                    found.append(
                        WaitingTask(
                            runKey: key,
                            scheduledEventID: activity.scheduledEventID,
                            time: activity.visibleTime
                        )
                    )
                }
            }
        }
        return found
    }

    /// The task that has waited longest.
    func oldestTask(_ kind: TaskWake.Kind, in namespace: Namespace, queue: TaskQueue) -> WaitingTask? {
        waitingTasks(kind, in: namespace, queue: queue).min {
            ($0.time, $0.runKey, $0.scheduledEventID) < ($1.time, $1.runKey, $1.scheduledEventID)
        }
    }

    /// Every row that time has something to do with, earliest first.
    func dueRows() -> [Due] {
        var found: [Due] = []
        for (key, run) in runs where run.execution.status == .running {
            if let time = run.execution.due { found.append(Due(runKey: key, row: .execution, time: time)) }
            for activity in run.activities.loaded {
                guard let time = activity.due else { continue }
                found.append(Due(runKey: key, row: .activity(activity.scheduledEventID), time: time))
            }
            for timer in run.timers.loaded {
                found.append(Due(runKey: key, row: .timer(timer.startedEventID), time: timer.fireTime))
            }
        }
        return found.sorted { ($0.time, $0.runKey) < ($1.time, $1.runKey) }
    }

    /// The lines of a listing, newest start first.
    func summaries(_ request: ListWorkflowsRequest) -> [WorkflowSummary] {
        var found: [WorkflowSummary] = []
        for (key, run) in runs.sorted(by: { $0.key > $1.key }) where run.execution.namespace == request.namespace {
            let row = run.execution
            if let after = request.after, key >= after { continue }
            if !request.statuses.isEmpty, !request.statuses.contains(row.status) { continue }
            if let type = request.workflowType, type != row.workflowType { continue }
            if let id = request.workflowID, id != row.execution.workflowID { continue }
            let problem = row.problem ?? run.activities.loaded.compactMap(\.problem).first
            if request.onlyProblems, problem == nil { continue }
            found.append(row.summary(problem: problem))
        }
        return found
    }

    /// Ends what dead sessions had of a run; answers how many tasks that were.
    mutating func loseTasks(of key: Int64, at time: Timestamp, into notice: inout CommitNotice) throws -> Int {
        var transition = Transition(state: try state(key, reading: .all), at: time)
        let row = transition.state.execution
        func isDead(_ session: Int64) -> Bool { session != 0 && !sessions.contains(session) }
        var lost = 0
        for activity in try transition.state.activities.all()
        where activity.phase == .started && isDead(activity.claim.session) {
            try transition.loseActivity(activity.scheduledEventID, session: activity.claim.session)
            lost += 1
        }
        if let task = row.workflowTask, task.phase == .started, isDead(task.claim.session) {
            try transition.loseSession(task.claim.session)
            lost += 1
        }
        if row.stickyQueue != nil, isDead(row.stickySession) {
            try transition.loseSession(row.stickySession)
            lost += 1
        }
        if lost > 0 { try commit(transition, into: &notice) }
        return lost
    }
}
