#if PostgreSQL
package import Database
import Synchronization
package import WorkflowAPI

/// A store on one PostgreSQL database, shared by any number of processes on any number of machines.
///
/// Transitions of different runs share a transaction (``BatchQueue``). Processes have a lease on what they took; who does not
/// renew it loses its tasks to others and can do no more harm, since every task token is compared under the lock of its run.
package final class PostgresHistoryStore: HistoryStore {
    let database: PostgresDatabase
    let clock: @Sendable () -> Timestamp
    let listeners: Listeners
    let unreadable: UnreadableRows
    let namespaces: NamespaceCache
    let context: TransitionBatch.Context
    let queue: BatchQueue
    let announcement: CommitAnnouncement
    let looks: ClosingLooks
    let lease: ProcessLease
    let stepLimit: Duration
    /// When dead processes are looked for next.
    let nextLook = Mutex(Timestamp.zero)
    private let keys: RunKeyMaker

    /// How the store is told what time it is and how to wait.
    package struct Time: Sendable {
        /// The store's clock: leases, deadlines and event times go by it.
        package var now: @Sendable () -> Timestamp
        /// Returns after a while, or throws when the task is cancelled. Nil: nothing is renewed by itself, as in tests.
        package var pause: (@Sendable (Duration) async throws -> Void)?
        /// The clock behind `now`, where it has to be corrected from time to time.
        var server: ServerClock?

        package init(
            now: @escaping @Sendable () -> Timestamp,
            pause: (@Sendable (Duration) async throws -> Void)? = nil
        ) {
            self.now = now
            self.pause = pause
        }
    }

    /// A store in a database whose schema stands. Throws ``DatabaseError``. `instance` tells this process from all others.
    /// `onUnreadable` gets a line about each run whose rows cannot be worked on.
    package init(
        database: PostgresDatabase,
        time: Time,
        instance: String,
        historyKeys: HistoryKeys? = nil,
        leaseTime: Duration = .seconds(10),
        stepLimit: Duration = ActivityLimits.stepTime,
        onUnreadable: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        self.database = database
        self.clock = time.now
        self.stepLimit = stepLimit
        let unreadable = UnreadableRows(tell: onUnreadable)
        let namespaces = NamespaceCache(database)
        let node = try await database.query("SELECT nextval('node')", [])
        let keys = RunKeyMaker(node: PostgresRow(result: node, row: 0).integer(0))
        let announcement = CommitAnnouncement(
            channel: database.settings.schema,
            sender: instance,
            longestSilence: PostgresHistoryStore.longestSilence
        )
        self.unreadable = unreadable
        self.namespaces = namespaces
        self.keys = keys
        self.announcement = announcement
        lease = ProcessLease(database, time, length: leaseTime, identity: instance)
        looks = ClosingLooks(database)
        let hear = Listeners()
        listeners = hear
        context = TransitionBatch.Context(
            now: time.now,
            namespaces: namespaces,
            unreadable: unreadable,
            makeRunKey: { keys.make(at: time.now()) },
            historyKeys: historyKeys,
            announcement: announcement
        )
        queue = BatchQueue(database, context) { hear.tell($0) }
    }

    package func now() -> Timestamp { clock() }

    /// Whoever commits elsewhere says so; this is for what was said while the connection was lost.
    package var longestSilence: Duration { PostgresHistoryStore.longestSilence }
    private static let longestSilence = Duration.seconds(10)

    package var runsInlineTurns: Bool { true }

    package func observe(_ observer: @escaping @Sendable (CommitNotice) -> Void) {
        guard listeners.add(observer) else { return }
        database.listen(announcement.channel) { [announcement, listeners] notification in
            switch notification {
            case .resynchronize: listeners.tell(.elsewhere)
            case .payload(let text): if let notice = announcement.notice(from: text) { listeners.tell(notice) }
            }
        }
    }

    /// Whose rows a target means.
    func subject(of target: RunTarget) async throws -> RunSubject {
        // PostgreSQL has no texts with a NUL in them, so there is nothing of that name.
        guard target.workflowID.rawValue.utf8.allSatisfy({ $0 != 0 }) else { throw target.notFound }
        let name = WorkflowName(
            namespaceID: try await translated { try await namespaces.id(of: target.namespace) },
            workflowID: target.workflowID
        )
        return switch target {
        case .current: .current(name)
        case .run(_, let execution): .run(name, execution.runID)
        }
    }

    func translated<R: Sendable>(_ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch let error as DatabaseError {
            throw error.translated
        }
    }

    package func start<R: Sendable>(
        _ workflowID: WorkflowID,
        in namespace: Namespace,
        requestID: String,
        _ body: @escaping @Sendable (inout StartTransition) throws -> R
    ) async throws -> R {
        try checkIdentifier(workflowID.rawValue, "workflow id")
        try checkIdentifier(requestID, "request id")
        let id = try await translated { try await namespaces.id(of: namespace) }
        let answer: R? = try await queue.run { put in
            .start(WorkflowName(namespaceID: id, workflowID: workflowID), requestID: requestID) { put(try body(&$0)) }
        }
        guard let answer else { throw BrokenInvariant("a start of '\(workflowID)' came to no end") }
        return answer
    }

    package func update<R: Sendable>(
        _ target: RunTarget,
        reading: ReadSet,
        unlessUsed request: RequestKey?,
        _ body: @escaping @Sendable (inout Transition) throws -> R
    ) async throws -> R? {
        let subject = try await subject(of: target)
        return try await queue.run { put in
            .update(subject, reading: reading, unlessUsed: request) { put(try body(&$0)) }
        }
    }

    package func updateNextTask<R: Sendable>(
        _ kind: TaskWake.Kind,
        in namespace: Namespace,
        queues: [TaskQueue],
        isExpected: Bool,
        session: Int64,
        _ body: @escaping @Sendable (inout Transition, Int64) throws -> R
    ) async throws -> R? {
        guard session == 0 || lease.holds(session) else { throw closedSession(session) }
        let id = try await translated { try await namespaces.id(of: namespace) }
        let keys = queues.map { TaskWake(kind, namespace, $0) }
        guard !listeners.empty.hold(keys, at: now()) else { return nil }
        let round = listeners.empty.round
        let request = TaskClaimRequest(kind: kind, namespaceID: id, queues: queues, session: session)
        let taken: R? = try await queue.run { put in .claim(request) { put(try body(&$0, $1)) } }
        if taken == nil { listeners.empty.note(keys, since: round, at: now()) }
        return taken
    }

    package func close() async {
        await lease.stop()
        await queue.close()
        try? await lease.leave()
        await database.close()
    }
}

/// Who hears of commits.
final class Listeners: Sendable {
    private let observers = Mutex<[@Sendable (CommitNotice) -> Void]>([])
    /// Hears of everything first.
    let empty = EmptyQueues()

    /// Answers whether it is the first.
    func add(_ observer: @escaping @Sendable (CommitNotice) -> Void) -> Bool {
        observers.withLock {
            $0.append(observer)
            return $0.count == 1
        }
    }

    func tell(_ notice: CommitNotice) {
        empty.hear(notice)
        for observer in observers.withLock({ $0 }) { observer(notice) }
    }
}
#endif
