import Logging
import WorkflowAPI

/// Takes a slot, polls, and launches what comes; waits longer after each failure.
package struct TaskPoller<Work: Sendable>: Sendable {
    private let kind: WorkerMetrics.Kind
    private let launcher: TaskLauncher<Work>
    private let session: WorkerSession
    private let poll: @Sendable () async throws -> Work?

    /// A poller for one kind of task.
    /// - Parameter poll: Waits for a task; nil when the wait was long enough.
    package init(
        _ kind: WorkerMetrics.Kind,
        launcher: TaskLauncher<Work>,
        session: WorkerSession,
        poll: @escaping @Sendable () async throws -> Work?
    ) {
        self.kind = kind
        self.launcher = launcher
        self.session = session
        self.poll = poll
    }

    /// Polls until the task is cancelled. A task that a cancelled poll still returns is launched all the same, so none is
    /// lost; a stopping worker hands it back.
    package func run() async {
        var backoff = PollBackoff(
            maximum: session.configuration.maxPollBackoff,
            random: session.configuration.random
        )
        // A task that is handed back is there again at once. Without asking for the stop itself, the poller would take and
        // hand it back for as long as nobody finds a thread to cancel it.
        while !Task.isCancelled, !session.shutdown.isStopping, let slot = await launcher.slots.acquire() {
            let wait = await pollOnce(slot: slot, backoff: &backoff)
            if let wait { try? await session.clock.sleep(for: wait) }
        }
    }

    /// - Returns: how long to wait before the next poll; nil for not at all.
    private func pollOnce(slot: TaskSlot, backoff: inout PollBackoff) async -> Duration? {
        guard !Task.isCancelled, !session.shutdown.isStopping else {
            slot.release()
            return nil
        }
        let start = session.clock.elapsed
        do {
            if let work = try await poll() {
                session.metrics.poll(kind, outcome: "task")
                backoff.reset()
                if !launcher.launch(work, slot: slot) { slot.release() }
                return nil
            }
            slot.release()
            session.metrics.poll(kind, outcome: "empty")
            // A service that answers "nothing" without having waited must not be asked in a tight loop.
            guard session.clock.elapsed - start < min(session.configuration.pollTimeout, .seconds(1)) / 2 else {
                backoff.reset()
                return nil
            }
            return backoff.next()
        } catch {
            slot.release()
            guard !Task.isCancelled else { return nil }
            session.metrics.poll(kind, outcome: "failed")
            let wait = backoff.next()
            var fields: Logger.Metadata = [
                LogKeys.taskKind: "\(kind.rawValue)", LogKeys.error: "\(error)", LogKeys.duration: "\(wait)",
            ]
            if let refusal = error as? WorkflowServiceError { fields[LogKeys.errorCode] = "\(refusal.code)" }
            if (error as? WorkflowServiceError)?.code == .staleTask {
                session.loss.advance(to: .stopping)
                return wait
            }
            session.logger.warning("a poll failed; the next one waits", metadata: fields)
            return wait
        }
    }
}
