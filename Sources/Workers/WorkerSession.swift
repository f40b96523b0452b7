package import Logging
package import WorkflowAPI
package import WorkflowRuntime

/// What everything in one running worker shares: who it is, whom it calls, and how far it has come in stopping.
package struct WorkerSession: Sendable {
    /// The service that has the tasks.
    package let service: any WorkflowTaskService
    /// Who the worker is, as the service said at registration.
    package let worker: WorkerIdentity
    /// The queue of this worker's cache; nil when it keeps no runs.
    package let stickyQueue: TaskQueue?
    /// The knobs.
    package let configuration: WorkerConfiguration
    /// What can be run.
    package let registry: WorkerRegistry
    /// What is counted.
    package let metrics: WorkerMetrics
    /// Time.
    package let clock: WorkerClock
    /// Says when to stop.
    package let shutdown: ShutdownSignal
    /// Comes to `stopping` when the service has forgotten this session: its process slept through its lease, say.
    package let loss: ShutdownSignal
    /// How many answers came too late, over all sessions of the worker.
    package let lateAnswers: LateAnswers
    /// Repeats answers while the store is away.
    package let retry: ServiceRetry
    /// Where the worker notes what it runs.
    package let blame: CrashBlameFile?
    /// Whether workflow code is run inside of transactions.
    package let inlineTurns: InlineTurnPolicy
    /// Where tasks that completions brought are launched.
    package let dispatch: TaskDispatch
    /// Has the worker's own fields.
    package let logger: Logger

    /// The fields that name a workflow task.
    package static func fields(of task: WorkflowTask) -> Logger.Metadata {
        [
            LogKeys.workflowID: "\(task.execution.workflowID)",
            LogKeys.runID: "\(task.execution.runID)",
            LogKeys.workflowType: "\(task.workflowType)",
            LogKeys.attempt: "\(task.attempt)",
        ]
    }

    /// The fields that name an activity attempt.
    package static func fields(of task: ActivityTask) -> Logger.Metadata {
        [
            LogKeys.workflowID: "\(task.execution.workflowID)",
            LogKeys.runID: "\(task.execution.runID)",
            LogKeys.workflowType: "\(task.workflowType)",
            LogKeys.activityType: "\(task.activityType)",
            LogKeys.activityID: "\(task.activityID)",
            LogKeys.attempt: "\(task.attempt)",
        ]
    }

    /// The fields that name an attempt at a local activity.
    package static func fields(of local: LocalActivityTask, attempt: Int, _ task: WorkflowTask) -> Logger.Metadata {
        var fields = fields(of: task)
        fields[LogKeys.activityType] = "\(local.activityType)"
        fields[LogKeys.activityID] = "\(local.activityID)"
        fields[LogKeys.attempt] = "\(attempt)"
        return fields
    }

    /// Launches activities that a completion brought, each in a slot reserved for it. Slots that are left over are given
    /// back, and tasks without a slot are handed back.
    package func launch(_ tasks: [ActivityTask], in slots: [TaskSlot], handOvers: Int) async {
        for slot in slots.dropFirst(tasks.count) { slot.release() }
        for (index, task) in tasks.enumerated() {
            let slot = index < slots.count ? slots[index] : dispatch.activityTasks.slots.tryAcquire()
            if let slot, dispatch.activityTasks.launch(task, slot: slot, handOvers: handOvers) {
                metrics.handOver(.activity)
                continue
            }
            slot?.release()
            await release(task.token, fields: Self.fields(of: task))
        }
    }

    /// Launches the workflow task that a completion brought, in the slot reserved for it, or hands it back.
    /// - Returns: the task if it was run ahead and cannot be launched: it is not to be handed back, but to be concluded.
    package func launch(_ work: WorkflowWork?, in slot: TaskSlot?, handOvers: Int) async -> WorkflowWork? {
        guard let work else {
            slot?.release()
            return nil
        }
        let slot = slot ?? dispatch.workflowTasks.slots.tryAcquire()
        if let slot, dispatch.workflowTasks.launch(work, slot: slot, handOvers: handOvers) {
            metrics.handOver(.workflow)
            return nil
        }
        slot?.release()
        if work.ahead?.handedOut != nil { return work }
        await release(work.task.token, fields: Self.fields(of: work.task))
        return nil
    }

    /// Hands a task back untouched.
    package func release(_ token: TaskToken, fields: Logger.Metadata) async {
        do {
            try await retry { try await service.release(token, worker: worker) }
        } catch {
            note(error, "a task could not be handed back; it comes back when its limit passes", fields: fields)
        }
    }

    /// Logs why the service did not take an answer: a stale task is everyday, anything else is not.
    /// - Returns: whether the task was stale.
    @discardableResult
    package func note(_ error: any Error, _ message: Logger.Message, fields: Logger.Metadata) -> Bool {
        let refusal = error as? WorkflowServiceError
        var fields = fields
        fields[LogKeys.error] = "\(error)"
        if let refusal { fields[LogKeys.errorCode] = "\(refusal.code)" }
        let isStale = refusal?.code == .staleTask
        if isStale { lateAnswers.add() }
        logger.log(
            level: isStale ? .debug : .warning,
            isStale ? "the task is stale, its answer is dropped" : message,
            metadata: fields
        )
        return isStale
    }
}
