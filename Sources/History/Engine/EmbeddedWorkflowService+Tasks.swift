package import WorkflowAPI

extension EmbeddedWorkflowService: WorkflowTaskService {
    package var capabilities: ServiceCapabilities {
        var capabilities: ServiceCapabilities = [.nextTasks, .sessions]
        if store.runsSteps { capabilities.insert(.storeTransactions) }
        if store.runsInlineTurns { capabilities.insert(.inlineTurns) }
        return capabilities
    }

    package func register(_ registration: WorkerRegistration) async throws -> WorkerIdentity {
        try checkIdentifier(registration.taskQueue.rawValue, "task queue")
        var published = registration
        if published.worker.session == 0 {
            published.worker.session = try await store.openSession(identity: registration.worker.identity)
        }
        try await store.publish(published)
        matcher.welcome(published.worker)
        return published.worker
    }

    package func withdraw(_ registration: WorkerRegistration) async throws {
        queries.removeAll(of: registration.worker)
        matcher.dismiss(registration.worker)
        try await store.withdraw(registration)
        try await store.closeSession(registration.worker.session)
    }

    package func pollWorkflowTask(_ request: PollTaskRequest) async throws -> WorkflowTask? {
        let queues = [request.stickyQueue, request.taskQueue].compactMap { $0 }
        let store = store
        let poller = WorkflowTaskPoller(
            worker: request.worker,
            stickyQueue: request.stickyQueue,
            inlineTurn: request.inlineTurn
        )
        return try await poll(request, .workflow, queues, poller) { isExpected, handedOver in
            if let handedOver { return try await self.withHistory(handedOver, for: request.worker) }
            let taken = try await store.updateNextTask(
                .workflow,
                in: request.namespace,
                queues: queues,
                isExpected: isExpected,
                session: request.worker.session
            ) { run, _ in
                try run.takeWorkflowTask(by: poller)
            }
            guard let taken else { return nil }
            return try await self.withHistory(taken, for: request.worker)
        }
    }

    package func pollActivityTask(_ request: PollTaskRequest) async throws -> ActivityTask? {
        let store = store
        return try await poll(request, .activity, [request.taskQueue], nil) { isExpected, _ in
            try await store.updateNextTask(
                .activity,
                in: request.namespace,
                queues: [request.taskQueue],
                isExpected: isExpected,
                session: request.worker.session
            ) { run, id in
                try run.startActivity(id, by: request.worker)
            }
        }
    }

    /// Looks, parks, looks again when woken, until there is a task or the wait was long enough.
    private func poll<Found: Sendable>(
        _ request: PollTaskRequest,
        _ kind: TaskWake.Kind,
        _ queues: [TaskQueue],
        _ poller: WorkflowTaskPoller?,
        _ look: (_ isExpected: Bool, _ handedOver: TakenWorkflowTask?) async throws -> Found?
    ) async throws -> Found? {
        let keys = queues.map { TaskWake(kind, request.namespace, $0) }
        let deadline = clock.now() + request.timeout
        var isExpected = false
        // A poller that is woken and does not look any more passes that on.
        defer { if isExpected { matcher.wake(keys) } }
        while !Task.isCancelled {
            let ticket = matcher.park(keys, for: poller)
            defer { matcher.leave(ticket, keys) }
            let found = try await look(isExpected, nil)
            // What came while it looked has woken everybody who was there: only who leaves without a look passes it on.
            isExpected = found == nil && ticket.isExpected
            if let found { return found }
            guard clock.now() < deadline else { return nil }
            await ticket.wait(until: deadline, on: clock)
            isExpected = ticket.isExpected
            if let handedOver = ticket.takeHandedOver() { return try await look(false, handedOver) }
        }
        return nil
    }

    /// Adds the events that the taker needs: what is new to its cache, or everything.
    private func withHistory(_ taken: TakenWorkflowTask, for worker: WorkerIdentity) async throws -> WorkflowTask {
        var task = taken.task
        let after = task.isPartial ? task.previousStartedEventID : 0
        let run = RunTarget.run(task.namespace, task.execution)
        let lastWritten = taken.transient.first.map { $0.id - 1 } ?? task.startedEventID
        if let fetched = taken.fetch.events {
            task.history = fetched + taken.transient
            return task
        }
        do {
            task.history = try await store.events(run, after: after, through: lastWritten) + taken.transient
        } catch {
            // Nobody will answer a task that nobody got: hand it back rather than let it time out.
            try? await release(task.token, worker: worker)
            throw error
        }
        return task
    }

    /// The task to hand over with an answer that is committed, whatever becomes of its history: without one the sender
    /// polls.
    func handOver(_ taken: TakenWorkflowTask?, to worker: WorkerIdentity) async -> WorkflowTask? {
        guard let taken else { return nil }
        return try? await withHistory(taken, for: worker)
    }

    package func completeWorkflowTask(_ request: CompleteWorkflowTaskRequest) async throws -> NextTasks {
        let next = try await store.update(
            RunTarget(request.token),
            reading: ReadSet(of: request.commands),
            unlessUsed: nil
        ) { run in
            try run.completeWorkflowTask(request)
            return try run.takeNextTasks(request)
        }
        guard let next else { return NextTasks() }
        return NextTasks(
            workflowTask: await handOver(next.workflowTask, to: request.worker),
            activityTasks: next.activityTasks,
            areCommandsRefused: next.areCommandsRefused
        )
    }

    package func failWorkflowTask(_ request: FailWorkflowTaskRequest) async throws {
        _ = try await store.update(RunTarget(request.token), reading: .execution, unlessUsed: nil) {
            try $0.failWorkflowTask(request)
        }
    }

    package func history(
        of execution: WorkflowExecution,
        in namespace: Namespace,
        through eventID: Int64
    ) async throws -> [HistoryEvent] {
        try await store.events(.run(namespace, execution), after: 0, through: eventID)
    }

    package func completeActivityTask(_ request: CompleteActivityTaskRequest) async throws -> NextTasks {
        let taken = try await matching { match in
            try await updateActivity(request.token) { run in
                let bearsLoss = run.bearsLoss(of: request.token)
                run.waitsForNothing = !bearsLoss
                try run.completeActivity(request)
                let poller = WorkflowTaskPoller(
                    worker: request.worker,
                    stickyQueue: run.state.execution.stickyQueue,
                    inlineTurn: request.inlineTurn
                )
                return try Self.follow(&run, match, request.wantsWorkflowTaskOf, poller, inline: bearsLoss)
            }
        }
        return NextTasks(workflowTask: await handOver(taken ?? nil, to: request.worker))
    }

    /// The workflow task that an activity's end made, taken by whoever asked for it, or matched with a poller.
    static func follow(
        _ run: inout Transition,
        _ match: SyncMatch,
        _ wanted: TaskQueue?,
        _ poller: WorkflowTaskPoller,
        inline: Bool
    ) throws -> TakenWorkflowTask? {
        // The activity may have come from another queue than its run: only who polls that has the run's code. Whoever keeps
        // the run warm has it as well.
        let row = run.state.execution
        let isWarm = row.stickyQueue != nil && row.stickySession == poller.worker.session && poller.worker.session != 0
        guard wanted != nil, isWarm || (row.stickyQueue == nil && wanted == row.taskQueue) else {
            try match.match(&run, inline: inline)
            return nil
        }
        return try run.takeFreshWorkflowTask(by: inline ? poller : poller.withoutInlineTurn)
    }

    package func failActivityTask(_ request: FailActivityTaskRequest) async throws {
        _ = try await updateActivity(request.token) { run in
            run.waitsForNothing = !run.bearsLoss(of: request.token)
            try run.failActivity(request)
        }
    }

    package func cancelActivityTask(_ request: CancelActivityTaskRequest) async throws {
        _ = try await updateActivity(request.token) { run in
            run.waitsForNothing = !run.bearsLoss(of: request.token)
            try run.cancelActivity(request)
        }
    }

    package func heartbeat(_ request: HeartbeatRequest) async throws -> HeartbeatResponse {
        let answer = try await updateActivity(request.token) { try $0.heartbeat(request) }
        return answer ?? HeartbeatResponse(cancelRequested: false)
    }

    package func release(_ token: TaskToken, worker: WorkerIdentity) async throws {
        _ = try await updateActivity(token) { run in
            if token.activityID.isEmpty {
                try run.releaseWorkflowTask(token)
            } else {
                try run.releaseActivity(token)
            }
        }
    }

    package func reportCrash(of token: TaskToken, worker: WorkerIdentity, message: String) async throws {
        _ = try await updateActivity(token) { run in
            if token.activityID.isEmpty {
                try run.blameWorkflowTask(token, message: message)
            } else {
                try run.blameActivity(token, message: message)
            }
        }
    }

    /// A transition of the run and the activity that a token names.
    private func updateActivity<R: Sendable>(
        _ token: TaskToken,
        _ body: @escaping @Sendable (inout Transition) throws -> R
    ) async throws -> R? {
        let rows: ReadSet.Rows = token.activityID.isEmpty ? .none : .one(token.scheduledEventID)
        return try await store.update(RunTarget(token), reading: ReadSet(activities: rows), unlessUsed: nil, body)
    }
}
