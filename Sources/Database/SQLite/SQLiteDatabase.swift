import CSQLite
import CWorkflowHooks
import Synchronization
package import WorkflowAPI

#if canImport(Glibc)
import Glibc
#elseif canImport(Darwin)
import Darwin
#endif

/// An opening of one file. Openings of the same file in one process share a writer and readers, whatever path they came
/// by; each is closed on its own.
package final class SQLiteDatabase: Sendable {
    /// What to do when there is no file.
    package enum OpenMode: Sendable {
        case mustExist
        case createIfMissing
    }

    /// How a file is opened; the same for all openings of one file in a process.
    package struct Options: Hashable, Sendable {
        /// `FULL` unless a test wants to see what is lost without.
        package var synchronous = "FULL"
        /// Connections for reading.
        package var readers = 2
        /// The VFS of SQLite that leads to the disk; nil is the usual one.
        package var vfs: String?
        /// How long to wait for programs that lock the file without taking turns, in milliseconds.
        package var busyTimeout = usualBusyTimeout
        /// The kernel tells of commits of other processes; otherwise they are noticed within a second.
        package var watchesWakeFile = true
        /// Shares nothing with other openings of this process, as if it were another process: for tests.
        package var standsAlone = false
        /// What the file system calls itself, as `statfs` has it; nil asks it. For tests.
        package var fileSystemType: UInt32?

        /// What ``busyTimeout`` is unless somebody says otherwise: a program may set it for all that it opens in a scope.
        @TaskLocal package static var usualBusyTimeout: Int32 = 10_000

        package init() {}
    }

    /// In the head of each of our files: "WFLW".
    package static let applicationID: Int32 = 0x5746_4C57

    /// Where the file is, without symbolic links.
    package var path: String { file.path }
    private let file: OpenFile
    private let number: Int
    private let isClosed = Mutex(false)
    private let lastCheckpointLook = Mutex(0)
    private static let openings = Mutex(0)
    /// Who is alive: each session holds a byte.
    package let sessions: LockFile

    /// Opens a file. Throws ``DatabaseError`` with one clear line; a file whose schema is newer than `components` is
    /// refused before anything of it changes.
    package init(
        path: String,
        mode: OpenMode,
        options: Options = Options(),
        knowing components: [SchemaComponent] = []
    ) throws {
        let directory = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        let type = options.fileSystemType ?? wf_file_system_type(directory.isEmpty ? "/" : directory)
        if wf_is_network_file_system(type) {
            throw DatabaseError(
                .networkFileSystem,
                "\(path) lies on a network file system, where locks cannot be trusted; put it on a local disk"
            )
        }
        try SQLiteDatabase.checkAccess(path, mode)
        let file = try OpenFiles.take(path, options: options) { path in
            try FileInspection.refuse(path, mode: mode, options: options, knowing: components)
            let connect: @Sendable (Int32) throws -> SQLiteConnection = { flags in
                try SQLiteConnection(
                    path: path,
                    flags: flags,
                    synchronous: options.synchronous,
                    vfs: options.vfs,
                    busyTimeout: options.busyTimeout
                )
            }
            let creation = mode == .createIfMissing ? SQLITE_OPEN_CREATE : 0
            try SQLiteDatabase.prepare(try connect(SQLITE_OPEN_READWRITE | creation), path)
            // From here on a file that is gone is an error, never a new empty one.
            return try OpenFile(path: path, options: options) { try connect(SQLITE_OPEN_READWRITE) }
        }
        do {
            sessions = try LockFile(path: file.path + "-sessions")
        } catch {
            OpenFiles.release(file)
            throw error
        }
        self.file = file
        number = SQLiteDatabase.openings.withLock { openings in
            openings += 1
            return openings
        }
    }

    private static func checkAccess(_ path: String, _ mode: OpenMode) throws {
        var facts = stat()
        if stat(path, &facts) == 0 {
            try FileInspection.refuseKind(path, facts.st_mode)
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
        if try !FileInspection.refuseForeign(connection, path) {
            try connection.execute("PRAGMA page_size=4096")
            try connection.execute("PRAGMA auto_vacuum=INCREMENTAL")
            try connection.execute("PRAGMA application_id=\(applicationID)")
        }
        _ = try connection.query("PRAGMA journal_mode=WAL") { $0.text(0) }
    }

    private func checkOpen() throws {
        if isClosed.withLock({ $0 }) { throw DatabaseError.closed }
    }

    /// Runs `body` on the writer's thread, in a savepoint of a transaction that it may share with others. Answers after
    /// the commit. `body` may run again when the transaction was undone. Throws what `body` throws, and ``DatabaseError``.
    package func write<R: Sendable>(_ body: @escaping @Sendable (SQLiteConnection) throws -> R) async throws -> R {
        try checkOpen()
        return try await withCheckedThrowingContinuation { continuation in
            let box = WriteResult<R>()
            file.writer.submit(
                DatabaseWriter.Member(
                    owner: number,
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
        try checkOpen()
        return try await file.readers.run(body)
    }

    /// ``write(_:)`` with a transaction as steps have it: for services whose work is done in steps and outside of them, and
    /// for applications. Throws ``WorkflowAPI/StoreError`` as well, `tooLong` beyond `limit`.
    package func transact<R: Sendable>(
        _ rights: GuestRights = .all,
        limit: Duration? = nil,
        _ body: @escaping @Sendable (any StoreTransaction) throws -> R
    ) async throws -> R {
        // Also when nobody knows whether it was committed.
        defer { file.tellOfGuest() }
        return try await write { connection in try connection.step(rights, limit: limit) { try body($0) } }
    }

    /// Calls `notice` after each ``transact(_:limit:_:)`` of this process.
    package func watchGuests(_ notice: @escaping @Sendable () -> Void) { file.listenToGuests(number, notice) }

    /// ``read(_:)`` with a transaction as steps have it.
    package func look<R: Sendable>(_ body: @escaping @Sendable (any StoreTransaction) throws -> R) async throws -> R {
        try await read { connection in try connection.look { try body($0) } }
    }

    /// Moves what the write-ahead log holds into the file, in the writer's turn.
    package func checkpoint() async throws {
        try checkOpen()
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            file.writer.checkpoint { continuation.resume(with: $0) }
        }
    }

    /// Writes a consistent copy while others go on working. Refuses a destination that exists.
    package func backup(to destination: String) async throws {
        try checkOpen()
        guard access(destination, F_OK) != 0 else {
            throw DatabaseError(.cannotOpen, "\(destination) exists already; a backup never overwrites")
        }
        try await onPlainThread(named: "workflow-backup") { [file] in
            let connection = try file.open()
            defer { connection.close() }
            try connection.execute("VACUUM INTO ?", [.text(destination)])
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

    /// Calls `notice` after commits of other processes and other openings. A process that asks for nothing pays nothing.
    package func watchOthers(_ notice: @escaping @Sendable () -> Void) { file.listen(number, notice) }

    /// Waits a little until no other process has the file open, and then keeps others from opening it; false when they
    /// stay.
    func becomeSoleProcess() async throws -> Bool {
        try await onPlainThread(named: "workflow-migrate") { [file] in file.becomeSoleProcess() }
    }

    /// Ends what ``becomeSoleProcess()`` began.
    func letOthersOpen() { file.letOthersOpen() }

    /// What the writer has done.
    package var counters: DatabaseCounters { file.writer.counters }

    /// Lets go of the file; the last opening commits what waits and ends the threads. Blocks until no descriptor is left.
    package func close() {
        let isFirst = isClosed.withLock { isClosed in
            defer { isClosed = true }
            return !isClosed
        }
        guard isFirst else { return }
        file.stopListening(number)
        OpenFiles.release(file)
        sessions.closeFile()
    }

    /// ``close()`` without blocking the caller's thread.
    package func closeInBackground() async {
        try? await onPlainThread(named: "workflow-close") { [self] in close() }
    }
}

/// Carries a result from the writer's thread.
final class WriteResult<R: Sendable>: Sendable {
    let value = Mutex<R?>(nil)
}
