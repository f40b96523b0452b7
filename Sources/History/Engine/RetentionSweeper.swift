import WorkflowAPI

/// Forgets what is old: closed runs whose namespace does not keep them any longer, in small batches with pauses.
///
/// Several engines may run it on one store; they share the work.
struct RetentionSweeper: Sendable {
    let store: any HistoryStore
    let clock: any EngineClock

    /// How often something is looked for that has grown old.
    private static let interval = Duration.seconds(60)
    /// How long after its start an engine looks for the first time: a process that is over soon leaves it to others.
    private static let firstLook = Duration.seconds(10)
    /// The least time between two batches.
    private static let shortestPause = Duration.milliseconds(50)
    /// Pauses are so many times longer than the batch before took, so that a busy or slow disk has little of it.
    private static let pauseFactor = 4

    /// Runs until the task is cancelled; store trouble is waited out, `onTrouble` hears of it. `onEnd` gets how many runs
    /// were deleted, once nothing more is old.
    func run(onEnd: (Int) -> Void, onTrouble: (any Error) -> Void) async {
        guard await pause(RetentionSweeper.firstLook) else { return }
        var deleted = 0
        repeat {
            let begin = clock.now()
            var next = RetentionSweeper.interval
            do {
                let count = try await store.deleteExpired(limit: RetentionLimits.batchRuns)
                deleted += count
                if count > 0 {
                    next = max(RetentionSweeper.shortestPause, (clock.now() - begin) * RetentionSweeper.pauseFactor)
                } else if deleted > 0 {
                    onEnd(deleted)
                    deleted = 0
                }
            } catch {
                onTrouble(error)
            }
            guard await pause(next) else { return }
        } while !Task.isCancelled
    }

    private func pause(_ duration: Duration) async -> Bool {
        (try? await clock.sleep(until: clock.now() + duration)) != nil
    }
}
