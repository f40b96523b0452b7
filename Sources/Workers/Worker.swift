public import Logging
public import ServiceLifecycle
import Synchronization
public import WorkflowAPI
public import WorkflowRuntime

/// The service that polls one task queue until told to stop, then drains.
///
/// ```swift
/// let worker = try Worker(
///     service: engine,
///     configuration: WorkerConfiguration(taskQueue: "orders"),
///     workflows: [WorkflowRegistration(PurchaseOrder.self)],
///     activities: [Billing()],
///     logger: logger
/// )
/// let group = ServiceGroup(
///     services: [WorkerShutdown(logger: logger), engine, worker],
///     gracefulShutdownSignals: [.sigterm, .sigint],
///     logger: logger
/// )
/// try await group.run()
/// ```
///
/// ## Stopping
/// A graceful shutdown ends the polls, lets workflow tasks finish, waits for activities up to
/// ``WorkerConfiguration/gracefulShutdownTimeout``, cancels those that still run, hands them back so that another worker
/// takes them without an attempt being counted, and withdraws the registration. Cancelling the task of ``run()`` does the
/// same without the wait; a second signal can be made to do so with ``WorkerShutdown``. Code that does not return within
/// ``WorkerConfiguration/cancellationGracePeriod`` after that is left behind.
///
/// ## Threads
/// Workflow code runs on a few plain threads, each run on one of them; activity code runs on an executor of its own. A
/// blocking call in an activity therefore holds up other activities at most.
public final class Worker: Service, Sendable {
    private let service: any WorkflowTaskService
    private let configuration: WorkerConfiguration
    private let registry: WorkerRegistry
    private let logger: Logger
    private let hasRun = Atomic(false)

    /// A worker that does not run yet.
    /// - Parameters:
    ///   - service: The engine, or a cluster.
    ///   - configuration: The knobs.
    ///   - workflows: What it can run; without any it polls no workflow tasks.
    ///   - activities: What it can run, in groups or one by one; without any it polls no activity tasks.
    ///   - logger: Where it logs, with the fields of ``LogKeys``.
    /// - Throws: ``WorkerError`` when a name is registered twice, nothing is registered, a knob is out of range, or an
    ///   activity is transactional and the service cannot run it so.
    public init(
        service: any WorkflowTaskService,
        configuration: WorkerConfiguration,
        workflows: [WorkflowRegistration] = [],
        activities: [any ActivityContainer] = [],
        logger: Logger
    ) throws {
        try configuration.validate()
        self.service = PayloadCodecChain(configuration.payloadCodecs).around(service)
        self.configuration = configuration
        registry = try WorkerRegistry(workflows: workflows, activities: activities.flatMap(\.activities))
        try registry.check(self.service.capabilities)
        if configuration.noticesEscapes { EscapeHooks.install() }
        var logger = logger
        logger[metadataKey: LogKeys.namespace] = "\(configuration.namespace)"
        logger[metadataKey: LogKeys.taskQueue] = "\(configuration.taskQueue)"
        logger[metadataKey: LogKeys.identity] = "\(configuration.identity)"
        self.logger = logger
    }

    /// Registers, polls and works until graceful shutdown or cancellation, then drains. Call once.
    /// - Throws: ``WorkerError``, or the `WorkflowServiceError` with which the service refused the registration.
    public func run() async throws {
        guard !hasRun.exchange(true, ordering: .relaxed) else {
            throw WorkerError(.alreadyRun, "a worker runs once; make another one")
        }
        let shutdown = ShutdownSignal()
        let life = WorkerRun(
            service: service,
            configuration: configuration,
            registry: registry,
            shutdown: shutdown,
            logger: logger
        )
        // A task of its own, so that cancelling the caller reaches the work as one more step of the shutdown: what is to
        // be handed back and withdrawn could not be in a cancelled task.
        let work = Task { try await life.run() }
        try await withTaskCancellationHandler {
            try await withGracefulShutdownHandler {
                try await work.value
            } onGracefulShutdown: {
                shutdown.advance(to: .stopping)
            }
        } onCancel: {
            shutdown.advance(to: .cancelling)
        }
    }
}
