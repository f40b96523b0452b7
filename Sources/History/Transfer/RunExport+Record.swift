package import WorkflowAPI

extension RunExport {
    /// All of a run as it stands. Throws ``WorkflowAPI/WorkflowServiceError`` with `invalidArgument` when a part of it
    /// cannot be read.
    package init(_ record: RunRecord) throws {
        func refusal(_ why: String) -> WorkflowServiceError {
            let execution = record.name.execution
            return WorkflowServiceError(
                .invalidArgument,
                "workflow '\(execution.workflowID)' run \(execution.runID) cannot be exported: \(why)",
                execution: execution
            )
        }
        if let (part, why) = record.unreadable.min(by: { $0.key.rawValue < $1.key.rawValue }) {
            throw refusal("\(part.rawValue) cannot be read (\(why))")
        }
        guard let state = record.state else { throw refusal("its row cannot be read") }
        let events: [HistoryEvent]
        do {
            events = try record.events()
        } catch {
            throw refusal("its history cannot be read (\(error))")
        }
        self.init(
            events: events,
            run: Run(namespace: record.name.namespace, execution: record.name.execution, isCurrent: record.isCurrent)
        )
        run.lastClaim = state.execution.lastClaim
        run.task = state.execution.workflowTask.map(Task.init)
        run.activities = state.activities.loaded.map(Activity.init)
        run.buffered = state.buffered.map { HistoryEvent(id: 0, time: $0.time, attributes: $0.attributes) }
        run.requests = record.requests.map(Request.init).sorted { ($0.kind, $0.id) < ($1.kind, $1.id) }
    }
}

extension RunExport.Request {
    fileprivate init(_ key: RequestKey) {
        self.init()
        kind = Int32(truncatingIfNeeded: key.kind.rawValue)
        id = key.id
    }

    /// The key; nil for a kind that is not known here.
    var key: RequestKey? { RequestKey.Kind(rawValue: Int64(kind)).map { RequestKey($0, id) } }
}

extension RunExport.Task {
    fileprivate init(_ task: WorkflowTaskState) {
        self.init()
        scheduledEventID = task.scheduledEventID
        startedEventID = task.startedEventID
        attempt = task.attempt
        phase = Int32(truncatingIfNeeded: task.phase.rawValue)
        scheduledTime = task.scheduledTime
        visibleTime = task.visibleTime
        startedTime = task.startedTime
        claim = task.claim.number
        identity = task.claim.identity
        lastFailure = task.lastFailure
        lastFailureCause = task.lastFailureCause?.rawValue ?? 0
        crashes = task.crashes
        blamedClaim = task.blamedClaim
    }

    /// The row; nil for a phase that is not known here.
    var state: WorkflowTaskState? {
        guard let phase = TaskPhase(rawValue: Int64(phase)) else { return nil }
        return WorkflowTaskState(
            scheduledEventID: scheduledEventID,
            startedEventID: startedEventID,
            attempt: attempt,
            phase: phase,
            scheduledTime: scheduledTime,
            visibleTime: visibleTime,
            startedTime: startedTime,
            claim: TaskClaim(number: claim, session: phase == .started ? RunImport.lostSession : 0, identity: identity),
            lastFailure: lastFailure,
            lastFailureCause: lastFailureCause == 0 ? nil : WorkflowTaskFailedCause(rawValue: lastFailureCause),
            crashes: crashes,
            blamedClaim: blamedClaim
        )
    }
}

extension RunExport.Activity {
    fileprivate init(_ activity: PendingActivity) {
        self.init()
        scheduledEventID = activity.scheduledEventID
        attempt = activity.attempt
        phase = Int32(truncatingIfNeeded: activity.phase.rawValue)
        visibleTime = activity.visibleTime
        startedTime = activity.startedTime
        claim = activity.claim.number
        identity = activity.claim.identity
        lastFailure = activity.lastFailure
        heartbeatDetails = activity.heartbeatDetails
        lastHeartbeatTime = activity.lastHeartbeatTime
        crashes = activity.crashes
        blamedClaim = activity.blamedClaim
    }

    /// The row that follows from the history, with what this says of it; nil for a phase that is not known here.
    func state(of activity: PendingActivity) -> PendingActivity? {
        guard let phase = TaskPhase(rawValue: Int64(phase)) else { return nil }
        var row = activity
        row.phase = phase
        row.attempt = attempt
        row.visibleTime = visibleTime
        row.startedTime = startedTime
        row.claim = TaskClaim(
            number: claim,
            session: phase == .started ? RunImport.lostSession : 0,
            identity: identity
        )
        row.lastFailure = lastFailure
        row.heartbeatDetails = heartbeatDetails
        row.lastHeartbeatTime = lastHeartbeatTime
        row.crashes = crashes
        row.blamedClaim = blamedClaim
        return row
    }
}
