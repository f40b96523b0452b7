import CSQLite
import CWorkflowHooks
import Glibc
import Synchronization

/// One file: a writer, a few readers, and the small files beside it by which processes meet.
package final class SQLiteDatabase: Sendable {
    /// What to do when there is no file.
    package enum OpenMode: Sendable {
        case mustExist
        case createIfMissing
    }

    /// How a database is opened.
    package struct Options: Sendable {
        /// `FULL` unless a test wants to see what is lost without.
        package var synchronous = "FULL"
        /// Connections for reading.
        package var readers = 2
        /// The VFS of SQLite that leads to the disk; nil is the usual one.
        package var vfs: String?

        package init() {}
    }

    /// In the head of each of our files: "WFLW".
    package static let applicationID: Int32 = 0x5746_4C57

    package let path: String
    private let writer: DatabaseWriter
    private let readers: DatabaseReaders
    private let open: @Sendable () throws -> SQLiteConnection
    private let lastCheckpointLook = Mutex(0)
    private let watcher = Mutex<WakeWatcher?>(nil)
    /// Marks this opening's commits in the wake file.
    private let tag: UInt32
    /// Who is alive: each session holds a byte; everybody who has the file open shares byte 0.
    package let sessions: LockFile

    /// Opens a file. Throws ``DatabaseError`` with one clear line.
    package init(path: String, mode: OpenMode, options: Options = Options()) throws {
        self.path = path
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        if wf_is_network_file_system(directory.isEmpty ? "/" : directory) {
            throw DatabaseError(
                .networkFileSystem,
                "\(path) lies on a network file system, where locks cannot be trusted; put it on a local disk"
            )
        }
        try SQLiteDatabase.checkAccess(path, mode)
        let flags = SQLITE_OPEN_READWRITE | (mode == .createIfMissing ? SQLITE_OPEN_CREATE : 0)
        let open: @Sendable () throws -> SQLiteConnection = {
            try SQLiteConnection(path: path, flags: flags, synchronous: options.synchronous, vfs: options.vfs)
        }
        try SQLiteDatabase.prepare(try open(), path)
        self.open = open
        tag = UInt32.random(in: 1 ... .max)
        sessions = try LockFile(path: path + "-sessions")
        try OpeningLock(file: sessions, path: path).share()
        writer = try DatabaseWriter(
            turn: WriterTurn(file: try LockFile(path: path + "-turn")),
            wakeFile: try LockFile(path: path + "-wake"),
            wakeTag: tag,
            open: open
        )
        readers = try DatabaseReaders(count: options.readers, open: open)
    }

    private static func checkAccess(_ path: String, _ mode: OpenMode) throws {
        if access(path, F_OK) == 0 {
            guard access(path, R_OK | W_OK) == 0 else {
                throw DatabaseError(.readOnly, "\(path) may not be written by this user")
            }
        } else if mode == .mustExist {
            throw DatabaseError(
                .cannotOpen,
                "there is no workflow database at \(path); 'workflowctl schema migrate' makes one"
            )
        }
    }

    /// Makes a new file ours, and refuses one that is not.
    private static func prepare(_ connection: SQLiteConnection, _ path: String) throws {
        defer { connection.close() }
        let application = try connection.query("PRAGMA application_id") { $0.integer(0) }.first ?? 0
        let tables = try connection.query("SELECT count(*) FROM sqlite_schema") { $0.integer(0) }.first ?? 0
        if application != Int64(applicationID) {
            guard application == 0, tables == 0 else {
                throw DatabaseError(.notOurs, "\(path) is a database, but not a workflow database")
            }
            try connection.execute("PRAGMA page_size=4096")
            try connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
            try connection.execute("PRAGMA application_id=\(applicationID)")
        }
        _ = try connection.query("PRAGMA journal_mode=WAL") { $0.text(0) }
    }

    /// Runs `body` on the writer's thread, in a savepoint of a transaction that it may share with others. Answers after
    /// the commit. Throws what `body` throws, and ``DatabaseError``.
    package func write<R: Sendable>(_ body: @escaping @Sendable (SQLiteConnection) throws -> R) async throws -> R {
        try await withCheckedThrowingContinuation { continuation in
            let box = WriteResult<R>()
            writer.submit(
                DatabaseWriter.Member(
                    run: { connection in
                        let made = try body(connection)
                        box.value.withLock { $0 = made }
                    },
                    finish: { error in
                        if let error {
                            continuation.resume(throwing: error)
                        } else if let made = box.value.withLock({ $0 }) {
                            continuation.resume(returning: made)
                        } else {
                            continuation.resume(throwing: DatabaseError(.misuse, "a write gave no result"))
                        }
                    }
                )
            )
        }
    }

    /// Runs `body` on a reader's thread: it sees what was committed when it began. Keep it short.
    package func read<R: Sendable>(_ body: @escaping @Sendable (SQLiteConnection) throws -> R) async throws -> R {
        try await readers.run(body)
    }

    /// Moves what the write-ahead log holds into the file, in the writer's turn.
    package func checkpoint() async throws {
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            writer.checkpoint { continuation.resume(with: $0) }
        }
    }

    /// Writes a consistent copy while others go on working. Refuses a destination that exists.
    package func backup(to destination: String) async throws {
        guard access(destination, F_OK) != 0 else {
            throw DatabaseError(.cannotOpen, "\(destination) exists already; a backup never overwrites")
        }
        let open = open
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            startThread(named: "workflow-backup") {
                continuation.resume(
                    with: Result {
                        let connection = try open()
                        defer { connection.close() }
                        try connection.execute("VACUUM INTO ?", [.text(destination)])
                    }
                )
            }
        }
    }

    /// Checkpoints when the write-ahead log has grown over about 4 000 pages, or when nothing was committed since the last
    /// look.
    package func checkpointIfLong() async throws {
        var facts = stat()
        guard stat(path + "-wal", &facts) == 0, facts.st_size > 0 else { return }
        let commits = counters.commits
        let isIdle = lastCheckpointLook.withLock { last in
            defer { last = commits }
            return last == commits
        }
        if facts.st_size > 4000 * 4096 || isIdle && facts.st_size > 100 * 4096 { try await checkpoint() }
    }

    /// Calls `notice` after commits of other processes, on a thread of its own. A process that asks for nothing pays
    /// nothing.
    package func watchOthers(_ notice: @escaping @Sendable () -> Void) {
        watcher.withLock { watcher in
            guard watcher == nil else { return }
            watcher = WakeWatcher(path: path + "-wake", ownTag: tag, open: open, notice: notice)
        }
    }

    /// Waits a little until nobody else has the file open, and then keeps others from opening it; false when they stay.
    func becomeSoleOpening() async -> Bool {
        let lock = OpeningLock(file: sessions, path: path)
        return await withCheckedContinuation { continuation in
            startThread(named: "workflow-migrate") { continuation.resume(returning: lock.takeAlone()) }
        }
    }

    /// Ends what ``becomeSoleOpening()`` began.
    func letOthersOpen() { _ = sessions.tryShare(OpeningLock.byte) }

    /// What the writer has done.
    package var counters: DatabaseCounters { writer.counters }

    /// Commits what waits and lets go of the file. Blocks briefly.
    package func close() {
        watcher.withLock { $0?.stop() }
        writer.stop()
        readers.stop()
        sessions.unlock(OpeningLock.byte)
    }
}

/// Carries a result from the writer's thread.
final class WriteResult<R: Sendable>: Sendable {
    let value = Mutex<R?>(nil)
}
