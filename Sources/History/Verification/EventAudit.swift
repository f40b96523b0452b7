import WorkflowAPI

/// Reads a history from its first event on and notes whatever cannot have followed what was before.
struct EventAudit {
    /// Something that cannot be.
    struct Finding {
        var kind: StoreProblem.Kind
        var eventID: Int64?
        var what: String
    }

    private(set) var findings: [Finding] = []
    private var nextID: Int64 = 1
    private var lastTime = Timestamp.zero
    /// The event that closed the run.
    private var closing: Int64?
    private var lastCompletedTask: Int64 = 0
    var scheduledTask: Int64?
    var startedTask: Int64?
    var activities: [Int64: OpenActivity] = [:]
    var timers: [Int64: OpenTimer] = [:]
    var signals: Set<String> = []

    struct OpenActivity {
        var startedEventID: Int64 = 0
        var cancelRequestedEventID: Int64 = 0
        var maximumAttempts = 0
    }

    struct OpenTimer {
        var timerID: String
        var fireTime: Timestamp
    }

    /// Reads the next event.
    mutating func read(_ event: HistoryEvent) {
        if event.id != nextID {
            let what =
                event.id > nextID ? "events \(nextID) to \(event.id - 1) are missing" : "stands where \(nextID) belongs"
            note(.numbering, event.id, what)
        }
        nextID = event.id + 1
        if event.time < lastTime { note(.numbering, event.id, "is older than the event before it") }
        lastTime = max(lastTime, event.time)
        if (event.type == .workflowExecutionStarted) != (event.id == 1) {
            note(.numbering, event.id, "a history begins with its started event, and has one")
        }
        if let closing { note(.closing, event.id, "comes after event \(closing), which closed the run") }
        if event.attributes.closesRun { closing = closing ?? event.id }
        readTask(event)
        readEffect(event.attributes, event.id, event.time)
    }

    /// Reads what has no id yet.
    mutating func readBuffered(_ attributes: HistoryEvent.Attributes, at time: Timestamp) {
        readEffect(attributes, nil, time)
    }

    /// The history ended here: says whether it may.
    mutating func finish(status: WorkflowStatus?) {
        guard nextID > 1 else { return note(.numbering, nil, "there is no history") }
        guard let status else { return }
        if status.isClosed, closing == nil {
            note(.closing, nextID - 1, "is the last, but no end of the run, though its row says \(status.name)")
        }
    }

    mutating func note(_ kind: StoreProblem.Kind, _ eventID: Int64?, _ what: String) {
        findings.append(Finding(kind: kind, eventID: eventID, what: what))
    }

    /// Workflow tasks: scheduled, started, closed, in turn; while one is started nothing but its closing is written.
    private mutating func readTask(_ event: HistoryEvent) {
        let id = event.id
        if let startedTask, ![.workflowTaskCompleted, .workflowTaskFailed, .workflowTaskTimedOut].contains(event.type) {
            note(.reference, id, "stands between event \(startedTask), the start of a workflow task, and its end")
        }
        switch event.attributes {
        case .workflowTaskScheduled:
            if let scheduledTask {
                note(.reference, id, "schedules a workflow task beside that of event \(scheduledTask)")
            }
            scheduledTask = id
        case .workflowTaskStarted(let started):
            if scheduledTask != started.scheduledEventID {
                note(
                    .reference,
                    id,
                    "starts the workflow task of event \(started.scheduledEventID), which does not wait"
                )
            }
            startedTask = id
        case .workflowTaskCompleted(let end):
            closeTask(id, end.scheduledEventID, end.startedEventID)
            lastCompletedTask = id
        case .workflowTaskFailed(let end): closeTask(id, end.scheduledEventID, end.startedEventID)
        case .workflowTaskTimedOut(let end): closeTask(id, end.scheduledEventID, end.startedEventID)
        default: break
        }
    }

    private mutating func closeTask(_ id: Int64, _ scheduled: Int64, _ started: Int64) {
        if scheduledTask != scheduled || (startedTask ?? 0) != started {
            note(.reference, id, "ends the workflow task of events \(scheduled) and \(started), which is not open")
        }
        scheduledTask = nil
        startedTask = nil
    }

    /// A command made this event: the task that asked for it is the last that was completed.
    mutating func requireTask(_ eventID: Int64?, _ completed: Int64) {
        guard let eventID, completed != lastCompletedTask else { return }
        note(
            .reference,
            eventID,
            "comes of the workflow task that event \(completed) completed, which is not the last one"
        )
    }
}
