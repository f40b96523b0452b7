import Synchronization
package import WorkflowAPI

/// A workflow task that was taken in a transition and still lacks its history.
package struct TakenWorkflowTask: Sendable {
    package var task: WorkflowTask
    /// Scheduled and started events of a transient attempt, which no history holds.
    package var transient: [HistoryEvent]
    /// The events before those, if the store had them at hand.
    package var fetch: EventFetch
}

/// Events that the maker of a transition wants to have, which a store may read while it writes: a way to its reading
/// threads and back saved.
package final class EventFetch: Sendable {
    /// More events than this are not worth holding up the writer for.
    package static let limit: Int64 = 128

    /// The events after this one are wanted.
    package let after: Int64
    /// Up to this one.
    package let through: Int64
    private let fetched = Mutex<[HistoryEvent]?>(nil)

    /// Nothing has been read yet.
    package init(after: Int64, through: Int64) {
        self.after = after
        self.through = through
    }

    /// Few enough.
    package var isSmall: Bool { through - after <= EventFetch.limit }

    /// What was read; nil if nothing was.
    package var events: [HistoryEvent]? { fetched.withLock { $0 } }

    /// Something was read.
    package var isFilled: Bool { fetched.withLock { $0 != nil } }

    /// The store has read them.
    package func fill(_ events: [HistoryEvent]) { fetched.withLock { $0 = events } }
}

/// A workflow task that was taken in a transition, whose taker offers to run it before that is committed.
package struct OfferedTurn: Sendable {
    package var taken: TakenWorkflowTask
    package var turn: InlineTurn
}

/// What an answer hands back to its sender.
package struct TakenTasks: Sendable {
    package var workflowTask: TakenWorkflowTask?
    package var activityTasks: [ActivityTask] = []
    /// None of the answer's commands counts.
    package var areCommandsRefused = false
}

extension Transition {
    /// Takes the workflow task for a poller; partial when it comes from the poller's own cache.
    package mutating func takeWorkflowTask(by poller: WorkflowTaskPoller) throws -> TakenWorkflowTask {
        let row = state.execution
        let isSticky =
            row.workflowTask?.stickyDeadline != nil && row.stickyQueue == poller.stickyQueue
            && poller.stickyQueue != nil
        let previous = row.lastStartedEventID
        let transient = try startWorkflowTask(by: poller.worker, requestID: "")
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
        let fetch = EventFetch(
            after: task.isPartial ? previous : 0,
            through: transient.first.map { $0.id - 1 } ?? task.startedEventID
        )
        fetches.append(fetch)
        let taken = TakenWorkflowTask(task: task, transient: transient, fetch: fetch)
        // What has failed before, or ended a process, is not tried where others wait for it and nothing counts it.
        if let turn = poller.inlineTurn, task.attempt == 1, transient.isEmpty, fetch.isSmall,
            state.execution.workflowTask?.crashes == 0
        {
            offeredTurn = OfferedTurn(taken: taken, turn: turn)
        }
        return taken
    }

    /// This very change made a workflow task that nobody has.
    var hasFreshWorkflowTask: Bool {
        guard let task = state.execution.workflowTask else { return false }
        return task.phase == .ready && task.scheduledEventID != 0 && task.scheduledTime == now
    }

    /// Takes the workflow task if this very change made it: the hand-over that saves a poll.
    package mutating func takeFreshWorkflowTask(by poller: WorkflowTaskPoller) throws -> TakenWorkflowTask? {
        guard hasFreshWorkflowTask else { return nil }
        let key = TaskWake(.workflow, state.execution.namespace, state.execution.dispatchQueue)
        let taken = try takeWorkflowTask(by: poller)
        wakes.remove(key)
        return taken
    }

    /// What the sender of an answer asked to have handed over.
    package mutating func takeNextTasks(_ request: CompleteWorkflowTaskRequest) throws -> TakenTasks {
        var next = TakenTasks(areCommandsRefused: areCommandsRefused)
        guard state.execution.status == .running else { return next }
        if request.wantsWorkflowTask {
            let poller = WorkflowTaskPoller(worker: request.worker, stickyQueue: request.stickyQueue)
            next.workflowTask = try takeFreshWorkflowTask(by: poller)
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
