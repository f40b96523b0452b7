import Logging
import WorkflowAPI
package import WorkflowRuntime

/// Events to a run, commands to the service: one workflow task after the other for as long as completions bring the next.
package struct WorkflowTaskHandler: Sendable {
    typealias Turn = TurnAhead.Turn

    let session: WorkerSession
    let cache: StickyCache<WorkflowRun>
    let threads: WorkflowThreads
    let locals: LocalActivityHost

    /// A handler for all workflow tasks of a worker.
    package init(
        session: WorkerSession,
        cache: StickyCache<WorkflowRun>,
        threads: WorkflowThreads,
        locals: LocalActivityHost
    ) {
        self.session = session
        self.cache = cache
        self.threads = threads
        self.locals = locals
    }

    /// Does a task and what it brings, then gives the slot back. A stopping worker hands back what it has not begun.
    package func handle(_ launch: TaskLauncher<WorkflowWork>.Launch) async {
        var next: WorkflowTask? = launch.work.task
        var ahead = launch.work.ahead
        var handOvers = launch.handOvers
        while let task = next {
            if let begun = ahead.take(), let handedOut = begun.handedOut {
                next = await conclude(task, begun, handedOut, handOvers: handOvers)
            } else if session.shutdown.isStopping {
                session.metrics.workflowTask(outcome: "released")
                await session.release(task.token, fields: WorkerSession.fields(of: task))
                break
            } else {
                next = await advance(task, handOvers: handOvers)
            }
            if next != nil {
                handOvers += 1
                session.metrics.handOver(.workflow)
            }
        }
        launch.slot.release()
    }

    /// Evicts runs that have left the cache, each on its thread.
    package func evict(_ leaving: [StickyCache<WorkflowRun>.Leaving]) async {
        for item in leaving {
            let unwound = await threads.run(for: item.runID) { item.run.evict() }
            // Nil means that the worker has given up on its threads: the process is about to end.
            session.metrics.cache(outcome: unwound == false ? "stuck" : "evicted")
        }
        if !leaving.isEmpty { session.metrics.cache(runs: cache.count) }
    }

    private func evictLater(_ run: WorkflowRun, of runID: RunID) {
        let metrics = session.metrics
        threads.submit(
            for: runID,
            late: { (_: Bool) in },
            end: { outcome in
                guard case .returned(let isUnwound) = outcome else { return }
                metrics.cache(outcome: isUnwound ? "evicted" : "stuck")
            }
        ) { _ in run.evict() }
    }

    /// - Returns: the follow-up task, if the completion brought one.
    private func advance(_ task: WorkflowTask, handOvers: Int) async -> WorkflowTask? {
        let received = session.clock.elapsed
        guard let registration = session.registry.workflow(named: task.workflowType) else {
            let message = session.registry.unknownWorkflowMessage(
                task.workflowType,
                taskQueue: session.configuration.taskQueue
            )
            await fail(task, cause: .workflowWorkerUnhandledFailure, Failure(worker: message))
            return nil
        }
        let runID = task.execution.runID
        var cached: WorkflowRun?
        while true {
            // Waiting for a run whose code holds its thread would hold a slot for as long.
            if let held = threads.held(runID) {
                await fail(task, held)
                return nil
            }
            let checkedOut = await cache.checkOut(runID)
            cached = checkedOut.run
            if checkedOut.isReserved { break }
        }
        guard let prepared = await prepare(task, cached: cached) else {
            await evict(cache.checkIn(runID, run: cached))
            return nil
        }
        let work = WorkflowTurn(task: prepared, received: received)
        let outcome = await activate(work, cached: cached, registration: registration)
        return await conclude(task, prepared, outcome, handOvers: handOvers)
    }

    /// Sends what came of a turn to the service.
    /// - Returns: the follow-up task, if the completion brought one.
    func conclude(
        _ task: WorkflowTask,
        _ prepared: WorkflowTask,
        _ outcome: WorkflowThreads.Outcome<Turn>,
        handOvers: Int
    ) async -> WorkflowTask? {
        if case .returned(let turn) = outcome, let pause = turn.pause {
            return await goOn(task, after: turn, pause, handOvers: handOvers)
        }
        let runID = task.execution.runID
        let turn: Turn
        switch outcome {
        case .returned(let value): turn = value
        case .held(let held):
            // The run stays checked out, for it is still in use there.
            if threads.held(runID) != nil { cache.turnAway(runID) }
            await fail(task, held)
            return nil
        case .abandoned:
            session.metrics.workflowTask(outcome: "lost")
            return nil
        }
        switch turn.result {
        case .failure(let error):
            turn.locals?.finish(isRecorded: false)
            await discard(turn.run, of: runID)
            await fail(task, error)
            return nil
        case .success(let activation) where task.isQueryOnly:
            await answer(task, with: activation.queryResults)
            // What the question applied beyond the last completed turn would come again with the next turn.
            await keep(turn.run, of: runID, prepared.isPartial && prepared.history.isEmpty && !activation.isClosed)
            return nil
        case .success(let activation):
            return await complete(task, activation, turn, handOvers: handOvers)
        }
    }

    /// The task with the history that the run needs; nil if that could not be had, in which case the task is dealt with.
    private func prepare(_ task: WorkflowTask, cached: WorkflowRun?) async -> WorkflowTask? {
        if let prepared = prepareAhead(task, cached) { return prepared }
        session.metrics.cache(outcome: cached == nil ? "miss" : "outdated")
        var task = task
        let (execution, namespace) = (task.execution, task.namespace)
        let last = task.history.last?.id ?? max(task.startedEventID, task.previousStartedEventID)
        do {
            task.history = try await session.retry { [service = session.service] in
                try await service.history(of: execution, in: namespace, through: last)
            }
            task.isPartial = false
            return task
        } catch {
            let fields = WorkerSession.fields(of: task)
            if !session.note(error, "a history could not be read; the task is handed back", fields: fields) {
                await session.release(task.token, fields: fields)
            }
            session.metrics.workflowTask(outcome: "lost")
            return nil
        }
    }

    /// Fails a task because the code of its run holds its thread.
    private func fail(_ task: WorkflowTask, _ held: WorkflowThreads.Held) async {
        let report = EscapeReport(
            workflowID: task.execution.workflowID.rawValue,
            runID: task.execution.runID.rawValue,
            workflowType: task.workflowType,
            eventID: task.startedEventID,
            kind: .heldThread,
            reason: "workflow code held its thread for \(held.duration) (a blocking call, or a long computation); "
                + "use Workflow.sleep, Workflow.condition or an activity"
        )
        await fail(task, WorkflowTaskFailure(report, held.stack))
    }

    /// How long a failure waits for the names in its stack. Workflow tasks time out, and then nobody takes the failure; the
    /// next attempt finds the names there.
    private static let namingTime = Duration.seconds(5)

    private func fail(_ task: WorkflowTask, _ failure: WorkflowTaskFailure) async {
        let answer = FirstAnswer<WorkflowTaskFailure>()
        let naming = Task { answer.give(await failure.named()) }
        let waiting = Task { [clock = session.clock] in
            try? await clock.sleep(for: Self.namingTime)
            answer.give(failure)
        }
        let named = await answer.take()
        waiting.cancel()
        naming.cancel()
        await fail(task, cause: named.cause, named.failure)
    }

    private func complete(
        _ task: WorkflowTask,
        _ activation: WorkflowActivation,
        _ turn: Turn,
        handOvers: Int
    ) async -> WorkflowTask? {
        let slots = session.dispatch.reserveActivitySlots(eagerActivities(in: activation.commands), after: handOvers)
        let request = completion(of: task, activation, slots: slots.count, handOvers: handOvers)
        do {
            let next = try await session.retry { [service = session.service] in
                try await service.completeWorkflowTask(request)
            }
            session.metrics.workflowTask(outcome: "completed")
            turn.locals?.finish(isRecorded: !next.areCommandsRefused)
            await completed(task, activation, turn.run, next, slots: slots, handOvers: handOvers)
            return next.workflowTask
        } catch {
            for slot in slots { slot.release() }
            await notTaken(task, turn, error)
            return nil
        }
    }

    /// The service did not take the answer to a task.
    func notTaken(_ task: WorkflowTask, _ turn: Turn, _ error: any Error) async {
        turn.locals?.finish(isRecorded: false)
        await discard(turn.run, of: task.execution.runID)
        await refused(task, error)
    }

    /// The answer to a task.
    func completion(
        of task: WorkflowTask,
        _ activation: WorkflowActivation,
        slots: Int,
        handOvers: Int
    ) -> CompleteWorkflowTaskRequest {
        CompleteWorkflowTaskRequest(
            token: task.token,
            worker: session.worker,
            commands: activation.commands,
            stickyQueue: activation.isClosed || session.shutdown.isStopping ? nil : session.stickyQueue,
            stickyScheduleToStart: session.configuration.stickyScheduleToStart,
            sdkMetadata: activation.sdkMetadata,
            queryResults: activation.queryResults,
            forceNewTask: activation.wantsNewTask,
            wantsWorkflowTask: !activation.isClosed && session.dispatch.mayHandOver(after: handOvers),
            wantedActivityTasks: slots
        )
    }

    /// The service has taken the commands. The run is back in the cache before its activities begin: their ends come for it.
    func completed(
        _ task: WorkflowTask,
        _ activation: WorkflowActivation,
        _ run: WorkflowRun,
        _ next: NextTasks,
        slots: [TaskSlot],
        handOvers: Int
    ) async {
        let runID = task.execution.runID
        // No other task comes for a run that is closed, so nobody waits for its end.
        if activation.isClosed { evictLater(run, of: runID) }
        let leaving = cache.checkIn(runID, run: activation.isClosed ? nil : run)
        await session.launch(next.activityTasks, in: slots, handOvers: handOvers + 1)
        session.metrics.cache(runs: cache.count)
        await evict(leaving)
    }

    /// The service did not take the commands. If it will not take them another time either, the task fails visibly rather
    /// than time out without a word.
    private func refused(_ task: WorkflowTask, _ error: any Error) async {
        let refusal = error as? WorkflowServiceError
        if let refusal, refusal.code == .invalidArgument || refusal.code == .limitExceeded {
            await fail(task, cause: .workflowWorkerUnhandledFailure, Failure(worker: refusal.message))
            return
        }
        let message: Logger.Message = "the answer to a workflow task could not be delivered"
        let isStale = session.note(error, message, fields: WorkerSession.fields(of: task))
        session.metrics.workflowTask(outcome: isStale ? "stale" : "lost")
    }

    func eagerActivities(in commands: [Command]) -> Int {
        commands.count { command in
            guard case .scheduleActivity(let activity) = command, activity.requestEagerExecution else { return false }
            let isHere = activity.taskQueue.map { $0 == session.configuration.taskQueue } ?? true
            return isHere && session.registry.activity(named: activity.activityType) != nil
        }
    }

    /// Fails the task, never the workflow: it waits for corrected code. Queries alone are answered with the failure.
    private func fail(_ task: WorkflowTask, cause: WorkflowTaskFailedCause, _ failure: Failure) async {
        var fields = WorkerSession.fields(of: task)
        fields[LogKeys.cause] = "\(cause.rawValue)"
        fields[LogKeys.error] = "\(failure.message)"
        if let json = failure.nondeterminismReport?.json { fields[LogKeys.nondeterminism] = "\(json)" }
        session.logger.warning("a workflow task failed; its run waits and is tried again", metadata: fields)
        if task.isQueryOnly {
            await answer(task, with: Dictionary(task.queries.map { ($0.id, .failed(failure)) }) { first, _ in first })
            return
        }
        session.metrics.workflowTask(outcome: "failed")
        let request = FailWorkflowTaskRequest(
            token: task.token,
            worker: session.worker,
            cause: cause,
            failure: failure
        )
        do {
            try await session.retry { [service = session.service] in try await service.failWorkflowTask(request) }
        } catch {
            session.note(
                error,
                "the failure of a workflow task could not be delivered",
                fields: WorkerSession.fields(of: task)
            )
        }
    }

    private func answer(_ task: WorkflowTask, with results: [String: QueryResult]) async {
        do {
            try await session.retry { [service = session.service] in
                try await service.answerQueries(results, token: task.token)
            }
            session.metrics.workflowTask(outcome: "answered")
        } catch {
            let fields = WorkerSession.fields(of: task)
            let isStale = session.note(error, "answers to queries could not be delivered", fields: fields)
            session.metrics.workflowTask(outcome: isStale ? "stale" : "lost")
        }
    }

    private func keep(_ run: WorkflowRun, of runID: RunID, _ isWanted: Bool) async {
        guard isWanted else { return await discard(run, of: runID) }
        let leaving = cache.checkIn(runID, run: run)
        session.metrics.cache(runs: cache.count)
        await evict(leaving)
    }

    /// Evicts before the check-in, so that no other task gets the run in between.
    func discard(_ run: WorkflowRun, of runID: RunID) async {
        await evict([StickyCache<WorkflowRun>.Leaving(runID: runID, run: run)])
        await evict(cache.checkIn(runID, run: nil))
        session.metrics.cache(runs: cache.count)
    }
}
