import Glibc
import Synchronization

/// The one writer of a file in this process: a plain thread that commits whatever waits.
///
/// Members of a batch share one transaction, each in a savepoint: one that throws fails alone. Nobody is told before the
/// commit. No timer: a lone write is committed at once, and what arrives meanwhile is the next batch.
final class DatabaseWriter: Sendable {
    /// One write that waits.
    struct Member: Sendable {
        /// Runs in the savepoint; answers what to call when the batch is committed or has failed.
        var run: @Sendable (SQLiteConnection) throws -> Void
        /// Called once: nil after the commit, otherwise why it failed.
        var finish: @Sendable ((any Error)?) -> Void
    }

    private struct State {
        var waiting: [Member] = []
        var checkpoints: [@Sendable (Result<Void, any Error>) -> Void] = []
        var isStopping = false
        var counters = DatabaseCounters()
    }

    /// The most members of one batch: beyond this latency grows and throughput does not.
    static let batchLimit = 64

    private let state = Mutex(State())
    private let semaphore = ThreadSemaphore()
    private let stopped = ThreadSemaphore()
    private let open: @Sendable () throws -> SQLiteConnection
    private let turn: WriterTurn?
    private let wakeFile: LockFile?
    private let wakeTag: UInt32

    init(
        turn: WriterTurn?,
        wakeFile: LockFile?,
        wakeTag: UInt32,
        open: @escaping @Sendable () throws -> SQLiteConnection
    ) throws {
        self.turn = turn
        self.wakeFile = wakeFile
        self.wakeTag = wakeTag
        self.open = open
        let first = try FirstConnection(connection: open())
        startThread(named: "workflow-writer") { [self] in loop(first.connection) }
    }

    /// `@unchecked Sendable`: handed to the writer's thread once, before anybody else can use it.
    private struct FirstConnection: @unchecked Sendable {
        let connection: SQLiteConnection
    }

    var counters: DatabaseCounters { state.withLock { $0.counters } }

    func submit(_ member: Member) {
        let isAccepted = state.withLock { state in
            guard !state.isStopping else { return false }
            state.waiting.append(member)
            return true
        }
        if isAccepted {
            semaphore.signal()
        } else {
            member.finish(DatabaseError(.closed, "the database was closed"))
        }
    }

    /// Commits what waits, then ends the thread. Blocks until it has ended.
    func stop() {
        let isFirst = state.withLock { state in
            defer { state.isStopping = true }
            return !state.isStopping
        }
        guard isFirst else { return }
        semaphore.signal()
        stopped.wait()
    }

    private func loop(_ first: SQLiteConnection) {
        var connection: SQLiteConnection? = first
        while true {
            semaphore.wait()
            let (batch, checkpoints, isStopping) = state.withLock { state in
                let batch = Array(state.waiting.prefix(DatabaseWriter.batchLimit))
                state.waiting.removeFirst(batch.count)
                defer { state.checkpoints = [] }
                return (batch, state.checkpoints, state.isStopping)
            }
            if !batch.isEmpty { connection = commit(batch, on: connection) }
            checkpoint(checkpoints, on: connection)
            if isStopping, batch.isEmpty { break }
            if isStopping { semaphore.signal() }
        }
        connection?.close()
        stopped.signal()
    }

    /// Moves the write-ahead log into the file, between two batches and in the writer's turn: others may be reading, so as
    /// much as can be moved is, and the log starts anew when nobody reads it.
    func checkpoint(_ finish: @escaping @Sendable (Result<Void, any Error>) -> Void) {
        let isAccepted = state.withLock { state in
            guard !state.isStopping else { return false }
            state.checkpoints.append(finish)
            return true
        }
        if isAccepted {
            semaphore.signal()
        } else {
            finish(.failure(DatabaseError(.closed, "the database was closed")))
        }
    }

    private func checkpoint(_ waiting: [@Sendable (Result<Void, any Error>) -> Void], on connection: SQLiteConnection?)
    {
        guard !waiting.isEmpty else { return }
        let result = Result<Void, any Error> {
            guard let connection else { return }
            try turn?.take()
            defer { turn?.pass() }
            _ = try connection.query("PRAGMA wal_checkpoint(RESTART)") { $0.integer(0) }
        }
        for finish in waiting { finish(result) }
    }

    /// Commits a batch; answers the connection to go on with, nil when it has to be opened anew.
    private func commit(_ batch: [Member], on current: SQLiteConnection?) -> SQLiteConnection? {
        do {
            let connection = try current ?? open()
            try turn?.take()
            defer { turn?.pass() }
            return commit(batch, using: connection)
        } catch {
            for member in batch { member.finish(error) }
            return current
        }
    }

    private func commit(_ batch: [Member], using connection: SQLiteConnection) -> SQLiteConnection? {
        let changesBefore = connection.totalChanges
        var failures: [(any Error)?] = Array(repeating: nil, count: batch.count)
        do {
            try connection.execute("BEGIN IMMEDIATE")
        } catch {
            for member in batch { member.finish(error) }
            return connection
        }
        for (index, member) in batch.enumerated() {
            do {
                try connection.savepoint { try member.run(connection) }
            } catch {
                failures[index] = error
                guard connection.isAutocommit else { continue }
                // The database undid the whole transaction: full disk, I/O error, no memory.
                _ = connection.takeCommitHooks()
                return batch.count == 1 ? fail(member, error, connection) : commitSingly(batch, using: connection)
            }
        }
        do {
            try connection.execute("COMMIT")
        } catch {
            return commitFailed(batch, failures, error, connection)
        }
        let hooks = connection.takeCommitHooks()
        noteCommit(of: batch.count, connection, isEmpty: connection.totalChanges == changesBefore)
        for hook in hooks { hook() }
        for (member, failure) in zip(batch, failures) { member.finish(failure) }
        return connection
    }

    /// A transaction that changed nothing has committed nothing, and nobody need hear of it.
    private func noteCommit(of members: Int, _ connection: SQLiteConnection, isEmpty: Bool) {
        let commits = state.withLock { state in
            state.counters.statements = connection.statementCount
            guard !isEmpty else { return 0 }
            state.counters.commits += 1
            state.counters.members += members
            return state.counters.commits
        }
        if !isEmpty { wakeFile?.write(UInt64(wakeTag) << 32 | UInt64(commits) & 0xFFFF_FFFF) }
    }

    private func fail(_ member: Member, _ error: any Error, _ connection: SQLiteConnection) -> SQLiteConnection? {
        member.finish(error)
        return connection
    }

    private func commitSingly(_ batch: [Member], using connection: SQLiteConnection) -> SQLiteConnection? {
        var current: SQLiteConnection? = connection
        for member in batch {
            guard let open = current ?? (try? open()) else {
                member.finish(DatabaseError(.io, "the database cannot be opened again"))
                continue
            }
            current = commit([member], using: open)
        }
        return current
    }

    /// A commit that fails for lack of a lock or of space was undone; after anything else nobody knows, so the connection
    /// goes, and with it everything that was thought to be written.
    private func commitFailed(
        _ batch: [Member],
        _ failures: [(any Error)?],
        _ error: any Error,
        _ connection: SQLiteConnection
    ) -> SQLiteConnection? {
        _ = connection.takeCommitHooks()
        let code = (error as? DatabaseError)?.code
        let isUndone = code == .constraint || code == .full && connection.isAutocommit
        if !connection.isAutocommit { try? connection.execute("ROLLBACK") }
        let reason =
            isUndone
            ? error
            : DatabaseError(.outcomeUnknown, "the commit failed (\(error)); whether it happened is not known")
        for (member, failure) in zip(batch, failures) { member.finish(failure ?? reason) }
        if isUndone { return connection }
        connection.close()
        return nil
    }
}

/// What the writer has done, for benchmarks and tests.
package struct DatabaseCounters: Hashable, Sendable {
    /// Transactions committed.
    package var commits = 0
    /// Writes in them.
    package var members = 0
    /// Statements run.
    package var statements = 0
}
