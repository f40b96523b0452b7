import Synchronization

/// The one writer of a file in this process: a plain thread that commits whatever waits.
///
/// No timer: a lone write is committed at once, and what arrives meanwhile is the next batch. ``BatchCommit`` says what
/// a batch promises.
final class DatabaseWriter: Sendable {
    /// One write that waits.
    struct Member: Sendable {
        /// The opening through which it came.
        var owner: Int
        /// Runs in the savepoint; may run again when the batch was undone.
        var run: @Sendable (SQLiteConnection) throws -> Void
        /// Called once: nil after the commit, otherwise why it failed.
        var finish: @Sendable ((any Error)?) -> Void
        /// Was in a batch that was undone, and has to show alone whether it was its fault.
        var isAlone = false
    }

    private struct State {
        var waiting: [Member] = []
        var checkpoints: [@Sendable (Result<Void, any Error>) -> Void] = []
        var isStopping = false
        var counters = DatabaseCounters()

        /// One that has to be alone; otherwise those that wait, up to the next such one.
        var nextBatch: [Member] {
            guard let first = waiting.first, !first.isAlone else { return Array(waiting.prefix(1)) }
            return Array(waiting.prefix(DatabaseWriter.batchLimit).prefix { !$0.isAlone })
        }
    }

    /// The most members of one batch: beyond this latency grows and throughput does not.
    static let batchLimit = 64

    private let state = Mutex(State())
    private let semaphore = ThreadSemaphore()
    private let stopped = ThreadSemaphore()
    private let open: @Sendable () throws -> SQLiteConnection
    private let turn: WriterTurn
    private let committed: @Sendable (Commit) -> Void

    /// What is told after a commit, on the writer's thread.
    struct Commit {
        /// Of this writer, counted from 1.
        var number: Int
        var members: [Member]
        /// Other processes have committed since this writer's last commit.
        var followsOthers: Bool
    }

    init(
        turn: WriterTurn,
        open: @escaping @Sendable () throws -> SQLiteConnection,
        committed: @escaping @Sendable (Commit) -> Void
    ) throws {
        self.turn = turn
        self.open = open
        self.committed = committed
        let first = try FirstConnection(connection: open())
        startThread(named: "workflow-writer") { [self] in loop(first.connection) }
    }

    /// `@unchecked Sendable`: handed to the writer's thread once, before anybody else can use it.
    private struct FirstConnection: @unchecked Sendable {
        let connection: SQLiteConnection
    }

    var counters: DatabaseCounters {
        state.withLock { state in
            var counters = state.counters
            counters.waiting = state.waiting.count
            return counters
        }
    }

    func submit(_ member: Member) {
        let isAccepted = state.withLock { state in
            guard !state.isStopping else { return false }
            state.waiting.append(member)
            return true
        }
        if isAccepted { semaphore.signal() } else { member.finish(DatabaseError.closed) }
    }

    /// Moves the write-ahead log into the file, between two batches and in the writer's turn: others may be reading, so as
    /// much as can be moved is, and the log starts anew when nobody reads it.
    func checkpoint(_ finish: @escaping @Sendable (Result<Void, any Error>) -> Void) {
        let isAccepted = state.withLock { state in
            guard !state.isStopping else { return false }
            state.checkpoints.append(finish)
            return true
        }
        if isAccepted { semaphore.signal() } else { finish(.failure(DatabaseError.closed)) }
    }

    /// Commits what waits, then ends the thread. Blocks until it has let go of the file.
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
        var current: SQLiteConnection? = first
        while true {
            semaphore.wait()
            let (batch, checkpoints, isStopping) = state.withLock { state in
                let batch = state.nextBatch
                state.waiting.removeFirst(batch.count)
                defer { state.checkpoints = [] }
                return (batch, state.checkpoints, state.isStopping)
            }
            if !batch.isEmpty { commit(batch, &current) }
            if !checkpoints.isEmpty {
                let result = Result { try checkpoint(&current) }
                for finish in checkpoints { finish(result) }
            }
            if isStopping, batch.isEmpty { break }
            if isStopping { semaphore.signal() }
        }
        current?.close()
        stopped.signal()
    }

    private func checkpoint(_ current: inout SQLiteConnection?) throws {
        let connection = try current ?? open()
        current = connection
        try turn.take()
        defer { turn.pass() }
        // Whoever reads for long must not hold up all writers, who wait for the turn.
        _ = try connection.withoutWaiting {
            try connection.query("PRAGMA wal_checkpoint(RESTART)") { $0.integer(0) }
        }
    }

    private func commit(_ batch: [Member], _ current: inout SQLiteConnection?) {
        do {
            let connection = try current ?? open()
            current = connection
            try turn.take()
        } catch {
            for member in batch { member.finish(error) }
            return
        }
        defer { turn.pass() }
        commitInTurn(batch, &current)
    }

    /// Commits a batch; when the database undid it, each member is to come again alone, so that one that is too big or wrong
    /// does not take the others with it. What was not begun waits for the next batch, in front of all others.
    private func commitInTurn(_ batch: [Member], _ current: inout SQLiteConnection?) {
        do {
            let connection = try current ?? open()
            current = connection
            let changesBefore = connection.totalChanges
            let commit = BatchCommit(batch: batch, connection: connection)
            switch commit.run() {
            case .committed(let failures, let followsOthers):
                let isEmpty = connection.totalChanges == changesBefore
                putBack(batch.dropFirst(failures.count))
                let done = Array(batch.prefix(failures.count))
                announce(done, connection, followsOthers: followsOthers, isEmpty: isEmpty)
                for (member, failure) in zip(done, failures) { member.finish(failure) }
            case .refused(let error, let isUsable):
                if !isUsable { discard(&current) }
                for member in batch { member.finish(error) }
            case .undone(let error, let isUsable):
                if !isUsable { discard(&current) }
                guard batch.count > 1 else { return batch[0].finish(error) }
                putBack(
                    batch.map { member in
                        var member = member
                        member.isAlone = true
                        return member
                    }
                )
            case .unknown(let error, let failures):
                discard(&current)
                putBack(batch.dropFirst(failures.count))
                for (member, failure) in zip(batch, failures) { member.finish(failure ?? error) }
            }
        } catch {
            for member in batch { member.finish(error) }
        }
    }

    /// They were accepted already: a writer that stops still commits them.
    private func putBack(_ members: some Collection<Member>) {
        guard !members.isEmpty else { return }
        state.withLock { $0.waiting.insert(contentsOf: members, at: 0) }
        semaphore.signal()
    }

    /// A transaction that changed nothing has committed nothing, and nobody need hear of it; unless it was the one that
    /// noticed a commit of others.
    private func announce(
        _ batch: [Member],
        _ connection: SQLiteConnection,
        followsOthers: Bool,
        isEmpty: Bool
    ) {
        let number = state.withLock { state in
            state.counters.statements = connection.statementCount
            guard !isEmpty else { return state.counters.commits }
            state.counters.commits += 1
            state.counters.members += batch.count
            return state.counters.commits
        }
        if !isEmpty || followsOthers {
            committed(Commit(number: number, members: batch, followsOthers: followsOthers))
        }
        for hook in connection.takeCommitHooks() { hook() }
    }

    /// What a connection thinks to know is forgotten with it.
    private func discard(_ current: inout SQLiteConnection?) {
        current?.close()
        current = nil
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
    /// Writes that wait for the next batch.
    package var waiting = 0
}
