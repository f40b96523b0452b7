import CoreMetrics
import WorkflowAPI
import WorkflowRuntime

/// A workflow task in a worker, whose code may wait for local activities.
struct WorkflowTurn: Sendable {
    typealias End = @Sendable (WorkflowThreads.Outcome<TurnAhead.Turn>) -> Void

    /// The task.
    var task: WorkflowTask
    /// When the worker got it.
    var received: Duration
    /// Those that go on from an earlier workflow task.
    var locals: LocalActivities?
    /// Called whenever the code waits for local activities, before they are run.
    var onWait: @Sendable (WorkflowActivation) -> Void = { _ in }
}

/// Workflow code on the threads of its runs.
extension WorkflowTaskHandler {
    /// Runs the code on the run's thread, and waits for it.
    func activate(
        _ work: WorkflowTurn,
        cached: WorkflowRun?,
        registration: WorkflowRegistration
    ) async -> WorkflowThreads.Outcome<Turn> {
        let answer = FirstAnswer<WorkflowThreads.Outcome<Turn>>()
        activate(work, cached: cached, registration: registration) { answer.give($0) }
        return await answer.take()
    }

    /// Runs the code on the run's thread, and the local activities that it waits for; `end` is called once, there or wherever
    /// it is given up.
    func activate(
        _ work: WorkflowTurn,
        cached: WorkflowRun?,
        registration: WorkflowRegistration,
        _ end: @escaping WorkflowTurn.End
    ) {
        let (logger, metrics) = (session.logger, session.metrics)
        let clock = session.clock
        turn(work, end) { [task = work.task, locals = work.locals] beat in
            var usable = cached
            if let outdated = cached, !task.isPartial {
                metrics.cache(outcome: outdated.evict() ? "evicted" : "stuck")
                usable = nil
            }
            let start = clock.elapsed
            let run =
                usable
                ?? registration.makeRun(namespace: task.namespace, execution: task.execution, logger: logger)
            let result: Result<WorkflowActivation, WorkflowTaskFailure>
            do throws(WorkflowTaskFailure) {
                result = .success(try run.activate(task, beat: beat))
            } catch {
                result = .failure(error)
            }
            metrics.activation.recordNanoseconds((clock.elapsed - start).clampedNanoseconds)
            return Turn(run: run, result: result, locals: locals)
        }
    }

    /// Runs something of a run on its thread, and then the local activities that its code waits for.
    func turn(
        _ work: WorkflowTurn,
        _ end: @escaping WorkflowTurn.End,
        _ body: @escaping @Sendable (_ beat: @escaping @Sendable () -> Void) -> Turn
    ) {
        let (blame, metrics) = (session.blame, session.metrics)
        let (token, runID) = (work.task.token, work.task.execution.runID)
        // Code that returns after all finds that nobody waits: its run is of no use, and the next task replays.
        let late: @Sendable (Turn) -> Void = { [cache] turn in
            metrics.cache(outcome: turn.run.evict() ? "evicted" : "stuck")
            _ = cache.checkIn(runID, run: nil)
        }
        let goOn: @Sendable (WorkflowThreads.Outcome<Turn>) -> Void = { outcome in
            if case .returned(let turn) = outcome { return carry(work, turn, end) }
            work.locals?.finish(isRecorded: false)
            end(outcome)
        }
        threads.submit(for: runID, late: late, end: goOn) { beat in
            let note = blame?.note(token)
            defer { blame?.clear(note) }
            let outer = (note?.mark ?? .nobody).enterThread()
            defer { _ = outer.enterThread() }
            return body(beat)
        }
    }
}
