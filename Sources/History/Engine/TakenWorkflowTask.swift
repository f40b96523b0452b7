package import WorkflowAPI

/// A workflow task that was taken in a transition and still lacks its history.
package struct TakenWorkflowTask: Sendable {
    package var task: WorkflowTask
    /// Scheduled and started events of a transient attempt, which no history holds.
    package var transient: [HistoryEvent]
}

/// What an answer hands back to its sender.
package struct TakenTasks: Sendable {
    package var workflowTask: TakenWorkflowTask?
    package var activityTasks: [ActivityTask] = []
}

extension Transition {
    /// Takes the workflow task for a poller; partial when it comes from the poller's own cache.
    package mutating func takeWorkflowTask(by worker: WorkerIdentity, stickyQueue: TaskQueue?) throws
        -> TakenWorkflowTask
    {
        let row = state.execution
        let isSticky = row.workflowTask?.stickyDeadline != nil && row.stickyQueue == stickyQueue && stickyQueue != nil
        let previous = row.lastStartedEventID
        let transient = try startWorkflowTask(by: worker, requestID: "")
        let token = try workflowTaskToken()
        let task = WorkflowTask(
            token: token,
            namespace: row.namespace,
            execution: row.execution,
            workflowType: row.workflowType,
            previousStartedEventID: previous,
            startedEventID: token.startedEventID,
            attempt: token.attempt,
            history: [],
            isPartial: isSticky && previous > 0
        )
        return TakenWorkflowTask(task: task, transient: transient)
    }

    /// Takes the workflow task if this very change made it: the hand-over that saves a poll.
    package mutating func takeFreshWorkflowTask(
        by worker: WorkerIdentity,
        stickyQueue: TaskQueue?
    ) throws -> TakenWorkflowTask? {
        guard let task = state.execution.workflowTask, task.phase == .ready, task.scheduledEventID != 0,
            task.scheduledTime == now
        else { return nil }
        let key = TaskWake(.workflow, state.execution.namespace, state.execution.dispatchQueue)
        let taken = try takeWorkflowTask(by: worker, stickyQueue: stickyQueue)
        wakes.remove(key)
        return taken
    }

    /// What the sender of an answer asked to have handed over.
    package mutating func takeNextTasks(_ request: CompleteWorkflowTaskRequest) throws -> TakenTasks {
        var next = TakenTasks()
        guard state.execution.status == .running else { return next }
        if request.wantsWorkflowTask {
            next.workflowTask = try takeFreshWorkflowTask(by: request.worker, stickyQueue: request.stickyQueue)
        }
        guard request.wantedActivityTasks > 0 else { return next }
        let eager = Set(request.commands.compactMap(\.eagerActivityID))
        for event in events where next.activityTasks.count < request.wantedActivityTasks {
            guard case .activityTaskScheduled(let scheduled) = event.attributes, eager.contains(scheduled.activityID),
                scheduled.taskQueue == state.execution.taskQueue, state.activities[event.id]?.phase == .ready
            else { continue }
            next.activityTasks.append(try startActivity(event.id, by: request.worker))
        }
        return next
    }
}

extension Command {
    /// The activity that the sender would take at once.
    fileprivate var eagerActivityID: String? {
        guard case .scheduleActivity(let activity) = self, activity.requestEagerExecution else { return nil }
        return activity.activityID
    }
}
