import CoreMetrics
import Logging
import WorkflowAPI
import WorkflowRuntime

extension ActivityTaskHandler {
    /// Runs an exactly-once step: the service runs the code where it writes, and records how it ended in the same
    /// transaction. There is no time for heartbeats, and nothing to cancel.
    func runStep(
        _ task: ActivityTask,
        _ prepare: ActivityRegistration.StepPreparation,
        handOvers: Int
    ) async {
        let step: ActivityRegistration.PreparedStep
        do {
            step = try prepare(task.input)
        } catch {
            return await fail(task, FailureConverter.failure(for: error), lastHeartbeat: nil)
        }
        let slot = session.dispatch.reserveWorkflowSlot(after: handOvers)
        let request = RunActivityStepRequest(
            token: task.token,
            worker: session.worker,
            wantsWorkflowTaskOf: slot == nil ? nil : session.configuration.taskQueue
        )
        let context = makeContext(for: task) { _ in }
        let (blame, token) = (session.blame, task.token)
        let start = session.clock.elapsed
        do {
            let answer = try await session.retry { [service = session.service] in
                try await service.runActivityStep(request) { transaction in
                    let note = blame?.note(token)
                    let outer = (note?.mark ?? .nobody).enterThread()
                    defer {
                        _ = outer.enterThread()
                        blame?.clear(note)
                    }
                    return ActivityContext.$current.withValue(context) {
                        do {
                            return .done(try step(transaction))
                        } catch {
                            return .failed(FailureConverter.failure(for: error))
                        }
                    }
                }
            }
            session.metrics.activity.recordNanoseconds((session.clock.elapsed - start).clampedNanoseconds)
            session.metrics.activity(outcome: answer.failure == nil ? "completed" : "failed")
            if let failure = answer.failure {
                var fields = WorkerSession.fields(of: task)
                fields[LogKeys.error] = "\(failure.message)"
                session.logger.info("an activity attempt failed", metadata: fields)
            }
            _ = await session.launch(
                answer.next.workflowTask.map { WorkflowWork($0) },
                in: slot,
                handOvers: handOvers + 1
            )
            await session.launch(answer.next.activityTasks, in: [], handOvers: handOvers + 1)
        } catch {
            slot?.release()
            await refused(task, error, "completed")
        }
    }
}
