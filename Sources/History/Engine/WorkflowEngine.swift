package import Database
public import Logging
public import ServiceLifecycle
import Synchronization
public import WorkflowAPI

/// An engine in this process over a store: what clients and workers call, and the loops that make time pass.
///
/// ```swift
/// let engine = try await WorkflowEngine.open(.sqlite("orders.db"), logger: logger)
/// let worker = try Worker(service: engine.service, configuration: .init(taskQueue: "orders"), ...)
/// let group = ServiceGroup(services: [engine, worker], gracefulShutdownSignals: [.sigterm], logger: logger)
/// ```
///
/// Without a running engine nothing fires: timers, time limits and retries wait until one runs again. Any number of
/// processes may have an engine on one file.
public final class WorkflowEngine: Service, Sendable {
    /// Where an engine keeps its state.
    public enum Store: Sendable {
        /// One SQLite file on a local disk.
        case sqlite(String)
        /// Nothing: it is gone with the process. For tests and trials.
        case memory
        #if PostgreSQL
        /// One PostgreSQL database for any number of processes and machines: a URL (`postgres://user@host:5432/db`) or
        /// libpq's keywords; what it does not say comes from the service file and the `PG...` variables. The tables live in a
        /// schema of their own.
        case postgres(String, schema: String = "workflow")
        #endif
    }

    let embedded: EmbeddedWorkflowService
    private let clock: any EngineClock
    private let logger: Logger
    private let inboxReader = Mutex<InboxReader?>(nil)
    /// The database under the engine, for services that write through the same writer; nil in memory.
    package let database: SQLiteDatabase?
    /// Where applications and services keep their own tables, whichever database it is; nil in memory.
    package let tables: (any ApplicationDatabase)?

    /// The time by the clock of the store, which stamps events and by which deadlines pass: on PostgreSQL the server's, which
    /// all machines share.
    public func now() -> Timestamp { embedded.store.now() }

    /// What clients and workers call.
    public var service: any WorkflowService { embedded }

    private init(
        _ store: any HistoryStore,
        _ clock: any EngineClock,
        _ tables: (any ApplicationDatabase)?,
        _ random: @escaping @Sendable () -> UInt64,
        _ logger: Logger
    ) {
        self.clock = clock
        self.tables = tables
        database = tables as? SQLiteDatabase
        self.logger = logger
        embedded = EmbeddedWorkflowService(store: store, clock: clock, random: random)
    }

    /// Opens a store, making the file when `createIfMissing`.
    ///
    /// With `historyKeys` the hash chain of histories is keyed from here on; see ``HistoryKeys``.
    ///
    /// Throws ``WorkflowServiceError`` with one clear line when the file is missing, foreign, damaged, of a newer schema
    /// or on a network file system.
    public static func open(
        _ store: Store,
        createIfMissing: Bool = true,
        historyKeys: HistoryKeys? = nil,
        clock: any EngineClock = SystemEngineClock(),
        random: @escaping @Sendable () -> UInt64 = { UInt64.random(in: 0 ... .max) },
        logger: Logger
    ) async throws -> WorkflowEngine {
        switch store {
        case .memory:
            return WorkflowEngine(InMemoryHistoryStore(clock: { clock.now() }), clock, nil, random, logger)
        case .sqlite(let path):
            let database = try SQLiteDatabase(
                path: path,
                mode: createIfMissing ? .createIfMissing : .mustExist,
                knowing: [SQLiteSchema.component]
            )
            do {
                let history = try await SQLiteHistoryStore(
                    database: database,
                    clock: { clock.now() },
                    historyKeys: historyKeys
                ) { logger.error("\($0)") }
                return WorkflowEngine(history, clock, database, random, logger)
            } catch {
                await database.closeInBackground()
                throw error
            }
        #if PostgreSQL
        case .postgres(let connection, let schema):
            let (history, database) = try await PostgresHistoryStore.open(
                connection,
                schema: schema,
                createIfMissing: createIfMissing,
                historyKeys: historyKeys,
                clock: clock,
                random: random,
                logger: logger
            )
            return WorkflowEngine(history, clock, database, random, logger)
        #endif
        }
    }

    /// Lets this process answer queries to runs of a type by replay, whether or not a worker runs here.
    package func answerQueries(of workflowType: String, with responder: @escaping QueryResponder) {
        embedded.answerQueries(of: workflowType, with: responder)
    }

    /// Makes time pass until graceful shutdown or cancellation: fires timers and time limits, hands retries out, ends the
    /// tasks of processes that died, deletes what no namespace keeps any longer, and keeps the write-ahead log short.
    public func run() async throws {
        let timers = TimerQueue(store: embedded.store, clock: clock)
        let inbox = InboxReader(store: embedded.store, clock: clock) { [embedded] in
            try await embedded.deliverInbox(limit: $0)
        }
        inboxReader.withLock { $0 = inbox }
        let retention = RetentionSweeper(store: embedded.store, clock: clock)
        await cancelWhenGracefulShutdown { [self] in
            await withTaskGroup(of: Void.self) { group in
                group.addTask { [logger] in
                    await timers.run { logger.warning("timers wait for the store", metadata: ["error": "\($0)"]) }
                }
                group.addTask { [logger] in
                    await inbox.run { logger.warning("the inbox waits for the store", metadata: ["error": "\($0)"]) }
                }
                group.addTask { await self.keepHouse() }
                group.addTask { [logger] in
                    await retention.run {
                        logger.info("closed workflows were deleted after their retention", metadata: ["runs": "\($0)"])
                    } onTrouble: {
                        logger.warning("retention waits for the store", metadata: ["error": "\($0)"])
                    }
                }
            }
        }
    }

    /// How often dead sessions are looked for.
    private static let houseKeepingInterval = Duration.milliseconds(500)

    private func keepHouse() async {
        var round = 0
        while !Task.isCancelled {
            do {
                _ = try await embedded.store.reapSessions()
                round += 1
                if round % 20 == 0 { try await database?.checkpointIfLong() }
            } catch {
                logger.warning("housekeeping waits for the store", metadata: ["error": "\(error)"])
            }
            try? await clock.sleep(until: clock.now() + WorkflowEngine.houseKeepingInterval)
        }
    }

    /// Writes a consistent copy of the store while everybody goes on working. Refuses a destination that exists, and a
    /// store in memory.
    public func backup(to path: String) async throws {
        guard let database else {
            throw WorkflowServiceError(
                .unimplemented,
                tables == nil
                    ? "a store in memory has no backup" : "a PostgreSQL store is backed up by PostgreSQL's own tools"
            )
        }
        try await database.backup(to: path)
    }

    /// Changes for how long closed workflows of a namespace are kept; nil is for ever. Those whose time has passed by it are
    /// deleted soon. Throws `notFound` for an unknown namespace, `invalidArgument` for a retention that keeps nothing.
    public func setRetention(of namespace: Namespace, to retention: Duration?) async throws {
        try await embedded.store.setRetention(of: namespace, to: retention)
    }

    /// The version of the store's schema, and the one that this program writes; equal once the store is open.
    public var schemaVersion: (stored: Int64, known: Int64) {
        get async throws {
            let name = SchemaMigrator.firstComponent
            let known = tables?.knownVersion ?? SQLiteSchema.version
            let stored = try await tables?.storedVersions().first { $0.component == name }?.version
            return (stored ?? known, known)
        }
    }

    /// The versions of every part of the schema that stands in the store: the engine's, and those of services that keep
    /// their tables there.
    public func schemaVersions() async throws -> [(component: String, version: Int64)] {
        try await tables?.storedVersions() ?? [(SQLiteSchema.component.name, SQLiteSchema.version)]
    }

    /// The rows of `workflow_inbox` that were refused, the oldest first.
    public func refusedInboxRows(in namespace: Namespace) async throws -> [RefusedInboxRow] {
        try await embedded.store.refusedInboxRows(in: namespace)
    }

    /// Lets a refused row of `workflow_inbox` be tried again. Throws `notFound` when there is no such row.
    public func retryInboxRow(_ requestID: String, in namespace: Namespace) async throws {
        try await settleInboxRow(requestID, in: namespace, retrying: true)
        wakeInbox()
    }

    /// Forgets a refused row of `workflow_inbox`. Throws `notFound` when there is no such row.
    public func dropInboxRow(_ requestID: String, in namespace: Namespace) async throws {
        try await settleInboxRow(requestID, in: namespace, retrying: false)
    }

    private func settleInboxRow(_ requestID: String, in namespace: Namespace, retrying: Bool) async throws {
        guard try await embedded.store.settleInboxRow(requestID, in: namespace, retrying: retrying) else {
            throw WorkflowServiceError(
                .notFound,
                "the inbox of namespace '\(namespace)' holds no refused row with request id '\(requestID)'"
            )
        }
    }

    /// Delivers what waits in the inbox now, whether or not an engine runs.
    /// - Returns: the row with this request id if it was refused again.
    package func deliverInbox(_ requestID: String, in namespace: Namespace) async throws -> RefusedInboxRow? {
        while try await embedded.deliverInbox(limit: 64) == 64 {}
        return try await refusedInboxRows(in: namespace).first { $0.requestID == requestID }
    }

    /// An application may have written to the inbox.
    func wakeInbox() { inboxReader.withLock { $0 }?.wake() }

    /// Calls `observer` after each transition that this process has committed, on the writer's thread. For measurements.
    package func observeCommits(_ observer: @escaping @Sendable () -> Void) {
        embedded.store.observe { if !$0.isElsewhere { observer() } }
    }

    /// Lets go of the store. Call after ``run()`` has returned, or instead of it.
    public func close() async { await embedded.store.close() }
}
