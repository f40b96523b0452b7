package import WorkflowAPI
import WorkflowRuntime

/// Workflow tasks that are run before they are handed out: in the transaction that takes them, if the service takes the offer
/// up. What could not be recorded there goes the way of every other task from where it has got.
extension WorkflowTaskHandler {
    /// An offer for a request that may bring a workflow task, and what to send along with the task that it brings; nil while
    /// nothing is to be offered.
    /// - Parameter handOvers: How many tasks in a row were handed over before that one.
    package func offer(handOvers: Int) -> (ahead: TurnAhead, turn: InlineTurn)? {
        guard session.inlineTurns.isAllowed else { return nil }
        let ahead = TurnAhead()
        let turn = InlineTurn { task, answer in
            runAhead(task, ahead, handOvers: handOvers, answer)
        } end: { end in
            let (isLate, toThrowAway) = ahead.settle(end)
            if isLate { session.inlineTurns.noteLate() }
            if let toThrowAway { Task { await throwAway(ahead, toThrowAway) } }
        }
        return (ahead, turn)
    }

    /// Runs a task that is not handed out yet. What it takes for that, the run and its slots, is given back by whoever
    /// concludes the task, or throws it away.
    private func runAhead(
        _ task: WorkflowTask,
        _ ahead: TurnAhead,
        handOvers: Int,
        _ answer: @escaping InlineTurn.Answer
    ) {
        let runID = task.execution.runID
        guard session.inlineTurns.allowsNow, !session.shutdown.isStopping, !task.isQueryOnly,
            let registration = session.registry.workflow(named: task.workflowType), threads.held(runID) == nil
        else { return answer(nil) }
        let (isReserved, cached) = cache.tryCheckOut(runID)
        guard isReserved else { return answer(nil) }
        guard let prepared = prepareAhead(task, cached) else {
            let leaving = cache.checkIn(runID, run: cached)
            if !leaving.isEmpty { Task { await evict(leaving) } }
            return answer(nil)
        }
        ahead.begin(prepared)
        let onWait: @Sendable (WorkflowActivation) -> Void = { activation in
            // Others wait for the transaction: it goes on without what is likely to take long.
            if locals.areSlow(activation.localActivities), ahead.answer() { answer(nil) }
        }
        let work = WorkflowTurn(task: prepared, received: session.clock.elapsed, onWait: onWait)
        activate(work, cached: cached, registration: registration) { outcome in
            guard case .returned(let turn) = outcome, case .success(let activation) = turn.result, turn.pause == nil,
                ahead.answer()
            else {
                ahead.finish(outcome, keeping: [])
                if ahead.answer() { answer(nil) }
                return
            }
            let wanted = eagerActivities(in: activation.commands)
            let slots = session.dispatch.reserveActivitySlots(wanted, after: handOvers)
            ahead.finish(outcome, keeping: slots)
            answer(completion(of: task, activation, slots: slots.count, handOvers: handOvers))
        }
    }

    /// The task as its run needs it; nil if events are missing that would have to be asked for.
    func prepareAhead(_ task: WorkflowTask, _ cached: WorkflowRun?) -> WorkflowTask? {
        var task = task
        if let cached, cached.lastStartedEventID == task.previousStartedEventID {
            session.metrics.cache(outcome: "hit")
            // From the normal queue comes the whole history, of which the run has seen the first part.
            task.history.removeAll { $0.id <= task.previousStartedEventID }
            task.isPartial = true
            return task
        }
        guard !task.isPartial else { return nil }
        session.metrics.cache(outcome: cached == nil ? "miss" : "outdated")
        return task
    }

    /// Goes on with a task that was run ahead and has been handed out since.
    /// - Returns: the follow-up task, if the completion brought one.
    func conclude(
        _ task: WorkflowTask,
        _ ahead: TurnAhead,
        _ handedOut: TurnAhead.HandedOut,
        handOvers: Int
    ) async -> WorkflowTask? {
        if case .recorded(let next) = handedOut.end, case .returned(let turn) = handedOut.outcome,
            case .success(let activation) = turn.result
        {
            session.metrics.workflowTask(outcome: "inline")
            turn.locals?.finish(isRecorded: !next.areCommandsRefused)
            await completed(task, activation, turn.run, next, slots: ahead.takeSlots(), handOvers: handOvers)
            return next.workflowTask
        }
        let outcome = await ahead.wholeOutcome()
        // They are reserved anew, if they are wanted.
        for slot in ahead.takeSlots() { slot.release() }
        return await conclude(task, handedOut.prepared, outcome, handOvers: handOvers)
    }

    /// Concludes a task that was run ahead in a worker that takes no more tasks: what it brought is handed back.
    func finish(_ work: WorkflowWork, handOvers: Int) async {
        guard let ahead = work.ahead, let handedOut = ahead.handedOut,
            let next = await conclude(work.task, ahead, handedOut, handOvers: handOvers)
        else { return }
        await session.release(next.token, fields: WorkerSession.fields(of: next))
    }

    /// Throws a run away that has seen what never was.
    private func throwAway(_ ahead: TurnAhead, _ runID: RunID) async {
        let outcome = await ahead.wholeOutcome()
        for slot in ahead.takeSlots() { slot.release() }
        switch outcome {
        case .returned(let turn):
            turn.locals?.finish(isRecorded: false)
            await discard(turn.run, of: runID)
        // It is still in use there, and evicted when its code returns.
        case .held: if threads.held(runID) != nil { cache.turnAway(runID) }
        case .abandoned: break
        }
    }
}
