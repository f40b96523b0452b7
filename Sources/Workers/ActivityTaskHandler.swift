import CoreMetrics
import Logging
package import WorkflowAPI
import WorkflowRuntime

/// Runs one attempt of an activity and tells the service how it ended.
package struct ActivityTaskHandler: Sendable {
    let session: WorkerSession
    private let executor: ActivityExecutor
    private let running: RunningActivities
    private let workflows: WorkflowTaskHandler?

    /// A handler for all activity attempts of a worker.
    /// - Parameter workflows: Runs what follows an activity in the transaction that records its end; nil for nobody.
    package init(
        session: WorkerSession,
        executor: ActivityExecutor,
        running: RunningActivities,
        workflows: WorkflowTaskHandler? = nil
    ) {
        self.session = session
        self.executor = executor
        self.running = running
        self.workflows = workflows
    }

    /// Does an attempt, then gives the slot back. A stopping worker hands back what it has not begun.
    package func handle(_ launch: TaskLauncher<ActivityTask>.Launch) async {
        let task = launch.work
        defer { launch.slot.release() }
        guard !session.shutdown.isStopping else {
            session.metrics.activity(outcome: "released")
            return await session.release(task.token, fields: WorkerSession.fields(of: task))
        }
        guard let registration = session.registry.activity(named: task.activityType) else {
            let message = session.registry.unknownActivityMessage(
                task.activityType,
                taskQueue: session.configuration.taskQueue
            )
            return await fail(task, Failure(worker: message), lastHeartbeat: nil)
        }
        if case .transactional(let work) = registration.work {
            return await runStep(task, work, handOvers: launch.handOvers)
        }
        guard case .ordinary(let work) = registration.work else { return }
        let attempt = ActivityAttempt(
            throttle: HeartbeatThrottle(
                timeout: task.timeouts.heartbeat,
                defaultInterval: session.configuration.defaultHeartbeatInterval,
                maximumInterval: session.configuration.maxHeartbeatInterval
            )
        )
        running.insert(attempt)
        // A shutdown that cancelled everything before the insertion has missed this one.
        if session.shutdown.phase >= .cancelling { attempt.cancel(.shutdown) }
        if session.shutdown.phase >= .abandoning { attempt.abandon() }
        let start = session.clock.elapsed
        let ending = await run(task, attempt, work)
        running.remove(attempt)
        session.metrics.activity.recordNanoseconds((session.clock.elapsed - start).clampedNanoseconds)
        await report(ending, of: attempt, task, handOvers: launch.handOvers)
    }

    private func run(
        _ task: ActivityTask,
        _ attempt: ActivityAttempt,
        _ work: @escaping @Sendable ([Payload], ActivityContext) async throws -> [Payload]
    ) async -> ActivityAttempt.Ending {
        let context = makeContext(for: task) { attempt.heartbeat($0) }
        let (blame, input) = (session.blame, task.input)
        // First of all: what is beside it can wait.
        attempt.start(on: executor) {
            let note = blame?.note(task.token)
            defer { blame?.clear(note) }
            return try await CrashBlameMark.$current.withValue(note?.mark ?? .nobody) {
                try await ActivityContext.$current.withValue(context) {
                    try await work(input, context)
                }
            }
        }
        return await withTaskGroup(of: Void.self) { beside in
            if let limit = Self.timeLeft(for: task) {
                beside.addTask { [clock = session.clock] in
                    guard (try? await clock.sleep(for: limit)) != nil else { return }
                    attempt.cancel(.deadline)
                }
            }
            beside.addTask { [self] in
                await attempt.pumpHeartbeats(clock: session.clock) { details in
                    await sendHeartbeat(details, of: task, attempt, context)
                }
            }
            let ending = await attempt.end()
            beside.cancelAll()
            return ending
        }
    }

    func makeContext(
        for task: ActivityTask,
        onHeartbeat: @escaping @Sendable ([Payload]) -> Void
    ) -> ActivityContext {
        ActivityContext(
            info: ActivityInfo(task),
            heartbeatDetails: task.heartbeatDetails,
            logger: { [session] in
                var logger = session.logger
                for (key, value) in WorkerSession.fields(of: task) { logger[metadataKey: key] = value }
                return logger
            },
            onHeartbeat: onHeartbeat
        )
    }

    /// How long the attempt may take: the service measures the same from the start that it recorded.
    private static func timeLeft(for task: ActivityTask) -> Duration? {
        let attempt = task.timeouts.startToClose.flatMap { $0 > .zero ? $0 : nil }
        let all = task.timeouts.scheduleToClose.flatMap { $0 > .zero ? $0 : nil }
            .map { max(.zero, $0 - (task.startedTime - task.scheduledTime)) }
        return [attempt, all].compactMap { $0 }.min()
    }

    /// - Returns: false when the details should be sent again later.
    private func sendHeartbeat(
        _ details: [Payload],
        of task: ActivityTask,
        _ attempt: ActivityAttempt,
        _ context: ActivityContext
    ) async -> Bool {
        do {
            let response = try await session.service.heartbeat(
                HeartbeatRequest(token: task.token, worker: session.worker, details: details)
            )
            session.metrics.heartbeat(outcome: "sent")
            if response.cancelRequested {
                context.requestCancel()
                attempt.cancel(.requested)
            }
            return true
        } catch {
            session.metrics.heartbeat(outcome: "failed")
            if let refusal = error as? WorkflowServiceError, refusal.code == .limitExceeded {
                // Details that will never be taken: as with a result, the attempt fails and says why.
                await fail(task, Failure(worker: refusal.message), lastHeartbeat: nil)
                attempt.cancel(.stale)
                return true
            }
            let fields = WorkerSession.fields(of: task)
            guard session.note(error, "a heartbeat failed; it is sent again", fields: fields) else { return false }
            attempt.cancel(.stale)
            return true
        }
    }

    private func report(
        _ ending: ActivityAttempt.Ending,
        of attempt: ActivityAttempt,
        _ task: ActivityTask,
        handOvers: Int
    ) async {
        switch (ending, attempt.cancelReason) {
        case (_, .stale):
            session.metrics.activity(outcome: "stale")
        case (.returned(let result), _):
            await complete(task, result, handOvers: handOvers)
        case (.abandoned, _):
            session.logger.warning(
                "an activity did not return after it was cancelled; the worker stops without it",
                metadata: WorkerSession.fields(of: task)
            )
            session.metrics.activity(outcome: "abandoned")
            await session.release(task.token, fields: WorkerSession.fields(of: task))
        case (.threw, .shutdown):
            session.metrics.activity(outcome: "released")
            await session.release(task.token, fields: WorkerSession.fields(of: task))
        case (.threw(let error), .requested) where error is CancellationError:
            await cancel(task, details: attempt.pendingHeartbeat ?? [])
        case (.threw(let error), .deadline) where error is CancellationError:
            // The service times the attempt out by its own clock and knows better what that means.
            session.logger.debug(
                "an activity passed its time limit and was stopped",
                metadata: WorkerSession.fields(of: task)
            )
            session.metrics.activity(outcome: "stale")
        case (.threw(let error), _):
            let failure = FailureConverter.failure(for: error)
            await fail(task, failure, lastHeartbeat: attempt.pendingHeartbeat)
        }
    }

    private func complete(_ task: ActivityTask, _ result: [Payload], handOvers: Int) async {
        let slot = session.dispatch.reserveWorkflowSlot(after: handOvers)
        let offer = slot == nil ? nil : workflows?.offer(handOvers: handOvers + 1)
        let request = CompleteActivityTaskRequest(
            token: task.token,
            worker: session.worker,
            result: result,
            wantsWorkflowTaskOf: slot == nil ? nil : session.configuration.taskQueue,
            inlineTurn: offer?.turn
        )
        do {
            let next = try await session.retry { [service = session.service] in
                try await service.completeActivityTask(request)
            }
            session.metrics.activity(outcome: "completed")
            let work = next.workflowTask.map { WorkflowWork($0, ahead: offer?.ahead) }
            if let left = await session.launch(work, in: slot, handOvers: handOvers + 1) {
                await workflows?.finish(left, handOvers: handOvers + 1)
            }
            await session.launch(next.activityTasks, in: [], handOvers: handOvers + 1)
        } catch {
            slot?.release()
            await refused(task, error, "completed")
        }
    }

    func fail(_ task: ActivityTask, _ failure: Failure, lastHeartbeat: [Payload]?) async {
        var fields = WorkerSession.fields(of: task)
        fields[LogKeys.error] = "\(failure.message)"
        session.logger.info("an activity attempt failed", metadata: fields)
        let request = FailActivityTaskRequest(
            token: task.token,
            worker: session.worker,
            failure: failure,
            lastHeartbeatDetails: lastHeartbeat
        )
        do {
            try await deliver { [service = session.service] in
                try await service.failActivityTask(request)
            } orWithoutDetails: { [service = session.service] in
                var bare = request
                bare.failure = failure.withoutDetails
                bare.lastHeartbeatDetails = nil
                try await service.failActivityTask(bare)
            }
            session.metrics.activity(outcome: "failed")
        } catch {
            await refused(task, error, "failed")
        }
    }

    /// Details that the service will never take must not cost the outcome itself.
    private func deliver(
        _ whole: @escaping @Sendable () async throws -> Void,
        orWithoutDetails bare: @escaping @Sendable () async throws -> Void
    ) async throws {
        do {
            try await session.retry(whole)
        } catch let refusal as WorkflowServiceError
            where refusal.code == .invalidArgument || refusal.code == .limitExceeded
        {
            try await session.retry(bare)
        }
    }

    private func cancel(_ task: ActivityTask, details: [Payload]) async {
        let request = CancelActivityTaskRequest(token: task.token, worker: session.worker, details: details)
        do {
            try await deliver { [service = session.service] in
                try await service.cancelActivityTask(request)
            } orWithoutDetails: { [service = session.service] in
                var bare = request
                bare.details = []
                try await service.cancelActivityTask(bare)
            }
            session.metrics.activity(outcome: "canceled")
        } catch {
            await refused(task, error, "canceled")
        }
    }

    /// The service did not take the outcome. A result that it will never take (too large, say) becomes the failure of the
    /// attempt, which the retry policy can deal with.
    func refused(_ task: ActivityTask, _ error: any Error, _ outcome: String) async {
        let refusal = error as? WorkflowServiceError
        if let refusal, outcome == "completed",
            [.invalidArgument, .limitExceeded, .unimplemented].contains(refusal.code)
        {
            return await fail(task, Failure(worker: refusal.message), lastHeartbeat: nil)
        }
        let isStale = session.note(
            error,
            "the outcome of an activity attempt could not be delivered",
            fields: WorkerSession.fields(of: task)
        )
        session.metrics.activity(outcome: isStale ? "stale" : "lost")
    }
}
