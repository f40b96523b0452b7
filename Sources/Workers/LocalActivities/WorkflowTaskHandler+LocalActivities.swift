import WorkflowAPI
import WorkflowRuntime

/// Local activities: run between the turns of one workflow task, until the code waits for nothing of the kind any more. A
/// workflow task that takes too long for that is completed with what there is and followed by another, with which signals
/// come in.
extension WorkflowTaskHandler {
    /// Goes on with a turn for as long as its code waits for local activities.
    func carry(_ work: WorkflowTurn, _ turn: Turn, _ end: @escaping WorkflowTurn.End) {
        guard case .success(let activation) = turn.result, !activation.localActivities.isEmpty else {
            return end(.returned(turn))
        }
        var turn = turn
        let locals = turn.locals ?? LocalActivities(of: work.task, receivedAt: work.received, host: locals)
        turn.locals = locals
        work.onWait(activation)
        do throws(WorkflowTaskFailure) {
            try locals.update(activation.localActivities, at: activation.time)
        } catch {
            turn.result = .failure(error)
            return end(.returned(turn))
        }
        locals.whenReady { [turn] ready in
            var turn = turn
            switch ready {
            case .ended(let ends): tell(turn, of: ends, work, end)
            case .interrupted:
                turn.pause = .interrupted
                end(.returned(turn))
            case .stopped:
                turn.pause = .stopped
                end(.returned(turn))
            }
        }
    }

    /// Tells the code what has ended, one after the other, on its thread.
    private func tell(
        _ turn: Turn,
        of ends: [LocalActivityEnd],
        _ work: WorkflowTurn,
        _ end: @escaping WorkflowTurn.End
    ) {
        var work = work
        work.locals = turn.locals
        self.turn(work, end) { [task = work.task] beat in
            var turn = turn
            do throws(WorkflowTaskFailure) {
                turn.result = .success(try turn.run.end(ends, of: task, beat: beat))
            } catch {
                turn.result = .failure(error)
            }
            return turn
        }
    }

    /// Goes on with a run whose code still waits for local activities: with another workflow task, or not at all when the
    /// worker stops.
    /// - Returns: the follow-up task, if there is one that this run cannot go on with, or that came of the last answer.
    func goOn(
        _ task: WorkflowTask,
        after turn: Turn,
        _ pause: Turn.Pause,
        handOvers: Int
    ) async -> WorkflowTask? {
        guard case .success(let activation) = turn.result, let locals = turn.locals else { return nil }
        let isStopped = pause == .stopped
        // What has been done so far is not lost when the worker stops; another goes on behind it.
        guard !isStopped || !activation.commands.isEmpty else {
            locals.finish(isRecorded: false)
            await discard(turn.run, of: task.execution.runID)
            session.metrics.workflowTask(outcome: "released")
            await session.release(task.token, fields: WorkerSession.fields(of: task))
            return nil
        }
        var request = completion(of: task, activation, slots: 0, handOvers: handOvers)
        request.forceNewTask = true
        request.wantsWorkflowTask = !isStopped
        let next: NextTasks
        do {
            next = try await session.retry { [service = session.service, request] in
                try await service.completeWorkflowTask(request)
            }
        } catch {
            await notTaken(task, turn, error)
            return nil
        }
        session.metrics.workflowTask(outcome: "prolonged")
        if !next.areCommandsRefused { locals.noteRecorded() }
        guard !next.areCommandsRefused, let following = next.workflowTask,
            let prepared = prepareAhead(following, turn.run),
            let registration = session.registry.workflow(named: following.workflowType)
        else {
            locals.finish(isRecorded: false)
            await discard(turn.run, of: task.execution.runID)
            return next.workflowTask
        }
        let received = session.clock.elapsed
        locals.begin(following, receivedAt: received)
        let work = WorkflowTurn(task: prepared, received: received, locals: locals)
        let outcome = await activate(work, cached: turn.run, registration: registration)
        return await conclude(following, prepared, outcome, handOvers: handOvers)
    }
}
