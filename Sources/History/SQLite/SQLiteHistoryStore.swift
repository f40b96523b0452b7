package import Database
import Synchronization
package import WorkflowAPI

/// A store on one SQLite file, shared by any number of processes on the machine.
///
/// Every transition is a member of the writer's group commit: a savepoint that reads the rows of its read set, runs the
/// body and writes what it changed.
package final class SQLiteHistoryStore: HistoryStore {
    let database: SQLiteDatabase
    let clock: @Sendable () -> Timestamp
    let observers = Mutex<[@Sendable (CommitNotice) -> Void]>([])
    let ownSessions = Mutex<Set<Int64>>([])
    let unreadable: UnreadableRows
    let stepLimit: Duration
    let historyKeys: HistoryKeys?

    /// A store on an open file; makes the schema in an empty one, migrates an older one. Throws ``WorkflowServiceError``
    /// and ``DatabaseError``. `historyKeys` chain what is written; `onUnreadable` gets a line about each run whose rows cannot
    /// be worked on.
    package init(
        database: SQLiteDatabase,
        clock: @escaping @Sendable () -> Timestamp,
        stepLimit: Duration = ActivityLimits.stepTime,
        historyKeys: HistoryKeys? = nil,
        onUnreadable: @escaping @Sendable (String) -> Void = { _ in }
    ) async throws {
        self.database = database
        unreadable = UnreadableRows(tell: onUnreadable)
        self.clock = clock
        self.stepLimit = stepLimit
        self.historyKeys = historyKeys
        let time = clock()
        try await SchemaMigrator.prepare(SQLiteSchema.component, in: database) { connection in
            try connection.execute(
                "INSERT INTO namespace (namespace_id, name, created_time) VALUES (1, 'default', ?)",
                [.integer(time.nanoseconds)]
            )
        }
    }

    package func now() -> Timestamp { clock() }

    package func observe(_ observer: @escaping @Sendable (CommitNotice) -> Void) {
        observers.withLock { $0.append(observer) }
        database.watchOthers { [weak self] in self?.tell(.elsewhere) }
        database.watchGuests { [weak self] in
            var notice = CommitNotice()
            notice.mayFillInbox = true
            self?.tell(notice)
        }
    }

    private func tell(_ notice: CommitNotice) {
        for observer in observers.withLock({ $0 }) { observer(notice) }
    }

    /// Runs one member of the group commit and tells the observers after the commit.
    func transaction<R: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection, inout CommitNotice) throws -> R
    ) async throws -> R {
        try await translated {
            try await database.write { [self] connection in
                var notice = CommitNotice()
                let result = try body(connection, &notice)
                let final = notice
                connection.onCommit { self.tell(final) }
                return result
            }
        }
    }

    func reading<R: Sendable>(_ body: @escaping @Sendable (SQLiteConnection) throws -> R) async throws -> R {
        try await translated { try await database.read(body) }
    }

    /// Store trouble in the words of the service: what a caller can act on.
    private func translated<R: Sendable>(_ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch let error as DatabaseError {
            throw error.translated
        }
    }

    /// The tables of a namespace, to read and to write.
    func tables(_ connection: SQLiteConnection, _ namespace: Namespace) throws -> SQLiteTables {
        try SQLiteTables(connection, namespace, historyKeys: historyKeys)
    }

    /// The tables of the namespace that a run is in.
    func tables(_ connection: SQLiteConnection, namespaceOf runKey: Int64) throws -> SQLiteTables {
        try SQLiteTables(connection, namespaceOf: runKey, historyKeys: historyKeys)
    }

    package func start<R: Sendable>(
        _ workflowID: WorkflowID,
        in namespace: Namespace,
        requestID: String,
        _ body: @escaping @Sendable (inout StartTransition) throws -> R
    ) async throws -> R {
        let time = now()
        return try await transaction { connection, notice in
            let tables = try self.tables(connection, namespace)
            return try tables.start(workflowID, requestID: requestID, at: time, &notice, body)
        }
    }

    package func update<R: Sendable>(
        _ target: RunTarget,
        reading: ReadSet,
        unlessUsed request: RequestKey?,
        _ body: @escaping @Sendable (inout Transition) throws -> R
    ) async throws -> R? {
        let time = now()
        return try await transaction { connection, notice in
            let tables = try self.tables(connection, target.namespace)
            return try tables.update(target, reading: reading, unlessUsed: request, at: time, &notice, body)
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
        try requireSession(session)
        // Looking costs no commit: a poll that finds nothing leaves no trace.
        if !isExpected {
            let isWaiting = try await self.reading { connection in
                let tables = try self.tables(connection, namespace)
                let excluded = self.unreadable.keys(at: self.now())
                return try queues.contains { try tables.oldestTask(kind, $0, excluding: excluded) != nil }
            }
            guard isWaiting else { return nil }
        }
        let time = now()
        return try await transaction { connection, notice in
            let tables = try self.tables(connection, namespace)
            // Once more: a session that closes is taken off this list before its tasks are looked for.
            try self.requireSession(session)
            for queue in queues {
                // More than one round only for runs that cannot be worked on.
                while let task = try tables.oldestTask(kind, queue, excluding: self.unreadable.keys(at: time)) {
                    let result = try self.unreadable.working(on: task.runKey, at: time, connection) {
                        let rows = kind == .activity ? ReadSet(activities: .one(task.scheduledEventID)) : .execution
                        var transition = Transition(state: try tables.state(task.runKey, reading: rows), at: time)
                        let result = try body(&transition, task.scheduledEventID)
                        try tables.write(transition, &notice)
                        return result
                    }
                    if let result { return result }
                }
            }
            return nil
        }
    }

    package func runDue(limit: Int) async throws -> DueRun {
        let time = now()
        let next = try await reading { try self.nextDue(after: time, $0) }
        guard let next, next <= time else { return DueRun(handled: 0, next: next) }
        return try await transaction { connection, notice in
            var handled = 0
            var handledRuns: Set<Int64> = []
            let excluded = self.unreadable.keys(at: time)
            let rows = try SQLiteTables.dueRows(at: time, limit: limit, connection, excluding: excluded)
            for due in rows {
                let isDone = try self.unreadable.working(on: due.runKey, at: time, connection) {
                    let tables = try self.tables(connection, namespaceOf: due.runKey)
                    let state = try tables.state(due.runKey, reading: due.row.readSet)
                    guard state.execution.status == .running, state.holds(due.row) else {
                        // What was due before it in this round has seen to it; otherwise it would be due for ever.
                        if handledRuns.contains(due.runKey) { return false }
                        throw BrokenInvariant("a row is due that the state of the run knows nothing of")
                    }
                    var transition = Transition(state: state, at: time)
                    try transition.perform(due.row)
                    try tables.write(transition, &notice)
                    return true
                }
                guard isDone == true else { continue }
                handled += 1
                handledRuns.insert(due.runKey)
            }
            return DueRun(handled: handled, next: try self.nextDue(after: time, connection))
        }
    }

    /// When the next row is due, but for runs that are left out.
    private func nextDue(after time: Timestamp, _ connection: SQLiteConnection) throws -> Timestamp? {
        let excluded = unreadable.keys(at: time)
        guard !excluded.isEmpty else { return try SQLiteTables.earliestDue(connection) }
        if try !SQLiteTables.dueRows(at: time, limit: 1, connection, excluding: excluded).isEmpty { return time }
        return [try SQLiteTables.earliestDue(connection, after: time), unreadable.next].compactMap { $0 }.min()
    }

    package func read(_ target: RunTarget) async throws -> MutableState {
        try await reading { connection in
            let tables = try self.tables(connection, target.namespace)
            return try tables.state(try tables.key(of: target), reading: .all)
        }
    }

    package func events(_ target: RunTarget, after: Int64, through: Int64) async throws -> [HistoryEvent] {
        try await reading { connection in
            let tables = try self.tables(connection, target.namespace)
            return try HistoryTable.events(try tables.key(of: target), after: after, through: through, connection)
        }
    }

    package func close() async {
        for session in ownSessions.withLock({ $0 }) { database.sessions.unlock(session) }
        await database.closeInBackground()
    }
}
