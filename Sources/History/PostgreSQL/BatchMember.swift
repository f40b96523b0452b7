#if PostgreSQL
import WorkflowAPI

/// One request that shares a transaction with others.
struct BatchMember: Sendable {
    /// What it does. Bodies are pure and may run more than once.
    enum Work: Sendable {
        /// A change of one run, unless `request` was used up by it before.
        case update(
            RunSubject,
            reading: ReadSet,
            unlessUsed: RequestKey?,
            @Sendable (inout Transition) throws -> Void
        )
        /// A change of a workflow id that may create a run.
        case start(WorkflowName, requestID: String, @Sendable (inout StartTransition) throws -> Void)
        /// The task that has waited longest in one of the queues.
        case claim(TaskClaimRequest, @Sendable (inout Transition, Int64) throws -> Void)
    }

    /// How it ended.
    enum End: Sendable {
        /// Committed.
        case done
        /// There was nothing to do: the request was used before, no task waits.
        case nothing
        /// Refused, or the store is in trouble.
        case failed(any Error)
    }

    /// What else is written with it, and only with it.
    struct Rider: Sendable {
        /// The row of `workflow_inbox` that it came from.
        var inboxPosition: Int64?
        /// A request that is to be remembered even if it changed nothing.
        var remember: (@Sendable () -> (RequestKey, WorkflowExecution)?)?
    }

    let work: Work
    var rider = Rider()
    /// Called once, after the commit or when it is given up.
    let end: @Sendable (End) -> Void
    /// Whether damage of the run's rows is to be told and left alone, rather than answered to somebody.
    var isUnasked = false
    /// It was part of a transaction that failed, and comes again by itself.
    var isAlone = false
    /// How often the transaction of it was tried again.
    var attempts = 0
    /// How often somebody else had its rows locked.
    var misses = 0

    /// The workflow id that it locks, where that is known.
    var lane: WorkflowName? {
        switch work {
        case .update(let subject, _, _, _): subject.name
        case .start(let name, _, _): name
        case .claim: nil
        }
    }

    /// Whatever requests of this process take turns at: the workflow id that it locks, the queues of which it takes tasks.
    var turns: [Turn] {
        switch work {
        case .update(let subject, _, _, _): subject.name.map { [.workflow($0)] } ?? []
        case .start(let name, _, _): [.workflow(name)]
        case .claim(let request, _): request.queues.map { .queue(request.kind, request.namespaceID, $0) }
        }
    }

    /// What only one batch of a process has at a time.
    enum Turn: Hashable {
        case workflow(WorkflowName)
        case queue(TaskWake.Kind, Int64, TaskQueue)
    }

    /// It takes a task, whichever there is.
    var isClaim: Bool { if case .claim = work { true } else { false } }

    /// Code of others runs in its transaction, which has to be as if it were alone.
    var isSerializable = false

    /// It waits for locks instead of passing by: after a few rounds in which others had them. A poll never does, since it
    /// would hold up others for a task that somebody else is about to take.
    var isPatient: Bool { misses >= 3 && !isClaim }
}

/// A poll that wants a task.
struct TaskClaimRequest: Hashable, Sendable {
    var kind: TaskWake.Kind
    var namespaceID: Int64
    /// The first queue first.
    var queues: [TaskQueue]
    /// The session of the worker, 0 if it keeps none.
    var session: Int64
}
#endif
