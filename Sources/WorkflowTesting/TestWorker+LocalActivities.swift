import WorkflowAPI
import WorkflowRuntime

/// Local activities within a turn.
extension TestWorker {
    /// Runs one attempt at a local activity.
    typealias LocalAttempt = @Sendable (LocalActivityTask, ActivityContext) async throws -> [Payload]

    /// How much of a workflow task's time is waited for between attempts.
    private static let limit = Duration.seconds(8)

    /// Carries a local activity to its end. Pauses between attempts pass at once; the run's time moves by them.
    func end(
        of local: LocalActivityTask,
        _ task: WorkflowTask,
        at time: Timestamp,
        _ attempt: LocalAttempt
    ) async throws -> LocalActivityEnd {
        var number = local.attempt
        var now = time
        while true {
            let info = ActivityInfo(local, attempt: number, startedTime: now, of: task, taskQueue: "test")
            let context = ActivityContext(
                info: info,
                heartbeatDetails: [],
                logger: { Self.silent },
                onHeartbeat: { _ in }
            )
            let outcome: LocalActivityEnd.Outcome
            do {
                outcome = .completed(try await attempt(local, context))
            } catch let error as StuckError {
                throw error
            } catch {
                let failure = FailureConverter.failure(for: error)
                switch local.next(afterFailed: number, failure, now: now) {
                // A worker would be interrupted here, and go on with the next workflow task.
                case .again(let pause) where now + pause - time > Self.limit:
                    outcome = .postponed(pause, failure)
                case .again(let pause):
                    now = now + pause
                    number += 1
                    continue
                case .end(let ending): outcome = ending
                }
            }
            return LocalActivityEnd(sequence: local.sequence, outcome: outcome, attempt: number, time: now)
        }
    }

    /// Runs the code of a local activity once.
    func attempt(_ local: LocalActivityTask, _ context: ActivityContext) async throws -> [Payload] {
        guard case .ordinary(let work) = try activity(named: local.activityType).work else {
            throw StuckError(
                description:
                    "activity '\(local.activityType)' is an exactly-once step, which cannot be a local activity"
            )
        }
        return try await ActivityContext.$current.withValue(context) { try await work(local.input, context) }
    }
}
