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
        let turn = InlineTurn { task in
            await runAhead(task, ahead, handOvers: handOvers)
        } end: { end in
            if ahead.settle(end) { Task { await throwAway(ahead) } }
        }
        return (ahead, turn)
    }

    /// Runs a task that is not handed out yet. What it takes for that, the run and its slots, is given back by whoever
    /// concludes the task, or throws it away.
    private func runAhead(_ task: WorkflowTask, _ ahead: TurnAhead, handOvers: Int) async -> CompleteWorkflowTaskRequest? {
        let runID = task.execution.runID
        guard session.inlineTurns.allowsNow, !session.shutdown.isStopping, !task.isQueryOnly,
            let registration = session.registry.workflow(named: task.workflowType), threads.held(runID) == nil
        else { return nil }
        let (isReserved, cached) = cache.tryCheckOut(runID)
        guard isReserved else { return nil }
        guard let prepared = prepareAhead(task, cached) else {
            await evict(cache.checkIn(runID, run: cached))
            return nil
        }
        ahead.begin(TurnAhead.Begun(prepared: prepared))
        Task.immediate {
            ahead.finish(await activate(prepared, cached: cached, registration: registration))
        }
        guard let outcome = await ahead.inTimeOutcome() else {
            session.inlineTurns.noteLate()
            return nil
        }
        guard case .returned(let turn) = outcome, case .success(let activation) = turn.result else { return nil }
        let wanted = eagerActivities(in: activation.commands)
        let slots = session.dispatch.reserveActivitySlots(wanted, after: handOvers)
        ahead.keep(slots)
        return completion(of: task, activation, slots: slots.count, handOvers: handOvers)
    }

    /// The task as its run needs it; nil if events are missing that would have to be asked for.
    private func prepareAhead(_ task: WorkflowTask, _ cached: WorkflowRun?) -> WorkflowTask? {
        var task = task
        if let cached, cached.lastStartedEventID == task.previousStartedEventID {
            session.metrics.cache(outcome: "hit")
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
        _ state: (begun: TurnAhead.Begun, end: InlineTurn.End),
        handOvers: Int
    ) async -> WorkflowTask? {
        let outcome = await ahead.wholeOutcome()
        if case .recorded(let next) = state.end, case .returned(let turn) = outcome,
            case .success(let activation) = turn.result
        {
            session.metrics.workflowTask(outcome: "inline")
            await completed(task, activation, turn.run, next, slots: ahead.takeSlots(), handOvers: handOvers)
            return next.workflowTask
        }
        for slot in ahead.takeSlots() { slot.release() }
        return await conclude(task, state.begun.prepared, outcome, handOvers: handOvers)
    }

    /// Throws a run away that has seen what never was.
    private func throwAway(_ ahead: TurnAhead) async {
        for slot in ahead.takeSlots() { slot.release() }
        guard let runID = ahead.runID else { return }
        switch await ahead.wholeOutcome() {
        case .returned(let turn): await discard(turn.run, of: runID)
        // It is still in use on its thread, and evicted when the code returns; or the worker has given up on all of them.
        case .held, .abandoned: break
        }
    }
}
