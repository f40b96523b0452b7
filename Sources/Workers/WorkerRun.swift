import Logging
import WorkflowAPI
import WorkflowRuntime

/// One life of a worker, from registration to withdrawal.
struct WorkerRun: Sendable {
    private let service: any WorkflowTaskService
    private let configuration: WorkerConfiguration
    private let registry: WorkerRegistry
    private let shutdown: ShutdownSignal
    private let metrics: WorkerMetrics
    private let clock: WorkerClock
    private let retry: ServiceRetry
    private let logger: Logger

    init(
        service: any WorkflowTaskService,
        configuration: WorkerConfiguration,
        registry: WorkerRegistry,
        shutdown: ShutdownSignal,
        logger: Logger
    ) {
        self.service = service
        self.configuration = configuration
        self.registry = registry
        self.shutdown = shutdown
        self.logger = logger
        metrics = WorkerMetrics(
            namespace: configuration.namespace,
            taskQueue: configuration.taskQueue,
            factory: configuration.metricsFactory
        )
        clock = WorkerClock(configuration.clock)
        inlineTurns = InlineTurnPolicy(
            crashBlamePrefix: configuration.crashBlamePrefix,
            isWanted: configuration.runsCodeInTransactions && service.capabilities.contains(.inlineTurns),
            clock: clock
        )
        retry = ServiceRetry(clock: clock, maximum: configuration.maxPollBackoff, random: configuration.random)
    }

    private let lateAnswers = LateAnswers()
    private let memory = LocalActivityMemory()
    private let inlineTurns: InlineTurnPolicy

    /// Works until the shutdown says stop, then drains. The steps of a shutdown are taken by time, and after the last one
    /// calls to the service that have not returned are cancelled as well.
    func run() async throws {
        try await withThrowingTaskGroup(of: Bool.self) { group in
            group.addTask {
                try await live()
                return true
            }
            group.addTask {
                await stopStepByStep()
                return false
            }
            while let hasEnded = try await group.next() {
                group.cancelAll()
                if hasEnded { return }
            }
        }
    }

    private func live() async throws {
        let number = UInt32(clamping: Int64(configuration.random() * 4_294_967_296))
        let blame = try configuration.crashBlamePrefix.map {
            try CrashBlameFile(
                prefix: $0,
                slots: configuration.workflowThreads + configuration.maxConcurrentActivities
                    + configuration.maxConcurrentLocalActivities,
                number: number
            )
        }
        defer { blame?.close() }
        if blame != nil { CrashBlameMark.installHandlers() }
        // More than one session only for a process that slept through the lease of the one before.
        while !shutdown.isStopping, let registration = try await register() {
            let session = makeSession(worker: registration.worker, number: number, blame: blame)
            logger.info("the worker polls")
            await work(session)
            do {
                try await service.withdraw(registration)
            } catch {
                session.note(error, "the registration could not be withdrawn; it ends with the session", fields: [:])
            }
            guard session.loss.isStopping, !shutdown.isStopping else { break }
            logger.warning("the session was lost and with it what was in work; the worker registers again")
        }
        logger.info("the worker has stopped", metadata: [LogKeys.lateAnswers: "\(lateAnswers.count)"])
    }

    private func makeSession(worker: WorkerIdentity, number: UInt32, blame: CrashBlameFile?) -> WorkerSession {
        WorkerSession(
            service: service,
            worker: worker,
            stickyQueue: stickyQueue(of: worker, number: number),
            configuration: configuration,
            registry: registry,
            metrics: metrics,
            clock: clock,
            shutdown: shutdown,
            loss: ShutdownSignal(),
            lateAnswers: lateAnswers,
            retry: retry,
            blame: blame,
            inlineTurns: inlineTurns,
            dispatch: TaskDispatch(
                configuration: configuration,
                registry: registry,
                metrics: metrics,
                shutdown: shutdown
            ),
            logger: logger
        )
    }

    /// Publishes what can be run, again and again while the store is away; nil when the worker is to stop before that.
    private func register() async throws -> WorkerRegistration? {
        var registration = WorkerRegistration(
            namespace: configuration.namespace,
            taskQueue: configuration.taskQueue,
            worker: WorkerIdentity(identity: configuration.identity),
            workflowTypes: registry.workflowTypes,
            activityTypes: registry.activityTypes
        )
        var backoff = PollBackoff(maximum: configuration.maxPollBackoff, random: configuration.random)
        while !shutdown.isStopping {
            do {
                registration.worker = try await service.register(registration)
                service.offerReplays(registration) { [registry, logger] task in
                    registry.workflow(named: task.workflowType)?.answer(task, logger: logger)
                        ?? .failed(Failure(worker: "there is no workflow type '\(task.workflowType)'"))
                }
                return registration
            } catch let refusal as WorkflowServiceError
                where refusal.code == .unavailable || refusal.code == .outcomeUnknown
            {
                let wait = backoff.next()
                logger.warning(
                    "the worker could not register; it tries again",
                    metadata: [LogKeys.error: "\(refusal)", LogKeys.duration: "\(wait)"]
                )
                await sleep(for: wait, orUntil: .stopping)
            }
        }
        return nil
    }

    /// Blames dead processes for what they had in work. A file whose report does not arrive stays for the next worker.
    private func reportCrashes(as worker: WorkerIdentity) async {
        guard let prefix = configuration.crashBlamePrefix else { return }
        for report in CrashBlameReport.leftBehind(prefix: prefix) {
            let hasDied = !report.tokens.isEmpty || report.unreadable > 0
            if hasDied { inlineTurns.forbid() } else if report.others > 0 { inlineTurns.noteLoss() }
            let isIdle = report.tokens.isEmpty && report.others == 0
            let isUnblamed = report.tokens.isEmpty
            logger.log(
                level: isIdle ? .info : .warning,
                isIdle
                    ? "a worker process was ended; it had nothing in work"
                    : isUnblamed
                        ? "a worker process was ended with tasks in work" : "a worker process died of what it ran",
                metadata: [
                    LogKeys.path: "\(report.path)",
                    LogKeys.count: "\(isUnblamed ? report.others : report.tokens.count)",
                    LogKeys.identity: "process \(report.process)",
                ]
            )
            var delivered = true
            for token in report.tokens {
                guard !shutdown.isStopping else { return }
                do {
                    let message = "the worker process died while running it (process \(report.process))"
                    try await retry { try await service.reportCrash(of: token, worker: worker, message: message) }
                    metrics.crashReport()
                } catch let refusal as WorkflowServiceError
                    where refusal.code != .unavailable && refusal.code != .outcomeUnknown
                {
                    // Somebody has dealt with the task in the meantime, or its run is gone.
                    logger.debug("a crash report was refused", metadata: [LogKeys.error: "\(refusal)"])
                } catch {
                    delivered = false
                    logger.warning("a crash report failed", metadata: [LogKeys.error: "\(error)"])
                }
            }
            if delivered { report.remove() }
        }
    }

    private func work(_ session: WorkerSession) async {
        let threads = WorkflowThreads(count: configuration.workflowThreads, name: "workflow", clock: clock)
        let executor = ActivityExecutor(threads: configuration.activityThreads, name: "activity")
        let cache = StickyCache<WorkflowRun>(capacity: configuration.maxCachedRuns)
        let running = RunningActivities()
        let locals = LocalActivityHost(session: session, executor: executor, running: running, memory: memory)
        let workflows = WorkflowTaskHandler(session: session, cache: cache, threads: threads, locals: locals)
        let activities = ActivityTaskHandler(
            session: session,
            executor: executor,
            running: running,
            workflows: workflows
        )
        await withDiscardingTaskGroup { beside in
            beside.addTask { await watch(threads) }
            beside.addTask {
                await shutdown.wait(for: .cancelling)
                if shutdown.phase >= .cancelling {
                    locals.close()
                    running.cancelAll()
                }
                await shutdown.wait(for: .abandoning)
                guard shutdown.phase >= .abandoning else { return }
                threads.abandon()
                cache.abandon()
                running.abandonAll()
            }
            beside.addTask {
                // Others have what this session had: what still runs here is told so, and not waited for.
                await session.loss.wait(for: .stopping)
                guard session.loss.isStopping else { return }
                locals.close()
                running.cancelAll()
                guard (try? await clock.sleep(for: configuration.cancellationGracePeriod)) != nil else { return }
                threads.abandon()
                cache.abandon()
                running.abandonAll()
            }
            await withDiscardingTaskGroup { handlers in
                handlers.addTask { await session.dispatch.workflowTasks.run { await workflows.handle($0) } }
                handlers.addTask { await session.dispatch.activityTasks.run { await activities.handle($0) } }
                await reportCrashes(as: session.worker)
                await poll(session, workflows)
                // From here on nothing is handed over: a stopping worker hands back what still comes.
                session.dispatch.workflowTasks.finish()
                session.dispatch.activityTasks.finish()
            }
            await workflows.evict(cache.removeAll())
            beside.cancelAll()
        }
        locals.stop()
        threads.stop()
        executor.stop()
    }

    /// Polls until the worker is to stop; returns when the last poll has.
    private func poll(_ session: WorkerSession, _ workflows: WorkflowTaskHandler) async {
        await withDiscardingTaskGroup { pollers in
            let (service, dispatch) = (session.service, session.dispatch)
            let request = PollTaskRequest(
                namespace: configuration.namespace,
                taskQueue: configuration.taskQueue,
                worker: session.worker,
                timeout: configuration.pollTimeout
            )
            if registry.hasWorkflows {
                var request = request
                request.stickyQueue = session.stickyQueue
                let poller = TaskPoller(.workflow, launcher: dispatch.workflowTasks, session: session) { [request] in
                    var request = request
                    let offer = workflows.offer(handOvers: 0)
                    request.inlineTurn = offer?.turn
                    return try await service.pollWorkflowTask(request).map { WorkflowWork($0, ahead: offer?.ahead) }
                }
                for _ in 0..<min(configuration.workflowPollers, configuration.maxConcurrentWorkflowTasks) {
                    pollers.addTask { await poller.run() }
                }
            }
            if registry.hasActivities {
                let poller = TaskPoller(.activity, launcher: dispatch.activityTasks, session: session) {
                    try await service.pollActivityTask(request)
                }
                for _ in 0..<min(configuration.activityPollers, configuration.maxConcurrentActivities) {
                    pollers.addTask { await poller.run() }
                }
            }
            await withTaskGroup(of: Void.self) { race in
                race.addTask { await shutdown.wait(for: .stopping) }
                race.addTask { await session.loss.wait(for: .stopping) }
                await race.next()
                race.cancelAll()
            }
            if shutdown.isStopping { logger.info("the worker stops polling and finishes what it has in work") }
            pollers.cancelAll()
        }
    }

    /// Takes a shutdown from one step to the next by time; returns when the last one has passed too.
    private func stopStepByStep() async {
        await shutdown.wait(for: .stopping)
        await sleep(for: configuration.gracefulShutdownTimeout, orUntil: .cancelling)
        guard !Task.isCancelled else { return }
        shutdown.advance(to: .cancelling)
        guard (try? await clock.sleep(for: configuration.cancellationGracePeriod)) != nil else { return }
        logger.warning("something did not return in time; the worker stops without it")
        shutdown.advance(to: .abandoning)
        // Time to hand back what was left behind.
        try? await clock.sleep(for: configuration.cancellationGracePeriod)
    }

    /// Finds activations that hold their thread, an endless loop or a blocking call in workflow code, names what they are
    /// doing, and has their tasks fail.
    private func watch(_ threads: WorkflowThreads) async {
        let limit = configuration.workflowThreadLimit
        while true {
            let before = clock.elapsed
            guard (try? await clock.sleep(for: limit / 2)) != nil else { return }
            // Who wakes so late is on a machine that is asleep or starved, and the code has not had its time either.
            guard clock.elapsed - before <= limit else { continue }
            for held in threads.giveUp(longerThan: limit) {
                let functions = await held.stack.named().frames.map { Logger.MetadataValue.string($0.description) }
                logger.warning(
                    "workflow code holds its thread; it must not block or compute for long",
                    metadata: [
                        LogKeys.runID: "\(held.runID)",
                        LogKeys.duration: "\(held.duration)",
                        LogKeys.stack: .array(functions),
                    ]
                )
            }
        }
    }

    private func sleep(for duration: Duration, orUntil phase: ShutdownSignal.Phase) async {
        await withTaskGroup(of: Void.self) { race in
            race.addTask { try? await clock.sleep(for: duration) }
            race.addTask { await shutdown.wait(for: phase) }
            await race.next()
            race.cancelAll()
        }
    }

    private func stickyQueue(of worker: WorkerIdentity, number: UInt32) -> TaskQueue? {
        guard configuration.maxCachedRuns > 0, registry.hasWorkflows else { return nil }
        // Two workers of one process may share identity and session, but never a cache.
        let name = "sticky/\(worker.session)/\(String(number, radix: 16))/\(configuration.taskQueue)"
        return TaskQueue(String(name.prefix(IdentifierLimits.maxLength / 4)))
    }
}
