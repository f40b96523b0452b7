import Synchronization

/// One file as this process has it open: its one writer, its readers, and the small files by which processes meet. Shared
/// by everybody here who opens the file.
final class OpenFile: Sendable {
    /// Without symbolic links, so that all processes find the same small files.
    let path: String
    let options: SQLiteDatabase.Options
    let open: @Sendable () throws -> SQLiteConnection
    let writer: DatabaseWriter
    let readers: DatabaseReaders
    private let openings: LockFile
    private let turnFile: LockFile
    private let turn: WriterTurn
    private let wakeFile: LockFile
    private let wakeTag: UInt32
    private let listeners: Listeners
    private let guestListeners = Listeners()
    private let watcher = Mutex<WakeWatcher?>(nil)
    private let soleUses = Mutex(0)

    /// Opens a file that is prepared.
    init(path: String, options: SQLiteDatabase.Options, open: @escaping @Sendable () throws -> SQLiteConnection) throws
    {
        let tag = UInt32.random(in: 1 ... .max)
        let wakeFile = try LockFile(path: path + "-wake")
        let listeners = Listeners()
        openings = try LockFile(path: path + "-sessions")
        try OpeningLock(file: openings, path: path).share()
        turnFile = try LockFile(path: path + "-turn")
        turn = WriterTurn(file: turnFile, database: path, patience: Int(options.busyTimeout))
        let writer = try DatabaseWriter(turn: turn, open: open) { commit in
            wakeFile.write(UInt64(tag) << 32 | UInt64(commit.number) & 0xFFFF_FFFF)
            listeners.tell(of: commit)
        }
        do {
            readers = try DatabaseReaders(count: options.readers) {
                let connection = try open()
                try connection.refuseChanges()
                return connection
            }
        } catch {
            writer.stop()
            throw error
        }
        self.path = path
        self.options = options
        self.open = open
        self.writer = writer
        self.wakeFile = wakeFile
        self.listeners = listeners
        wakeTag = tag
    }

    /// Calls `notice` after commits that did not come through the opening `owner` alone, on a thread of its own or on the
    /// writer's.
    func listen(_ owner: Int, _ notice: @escaping @Sendable () -> Void) {
        listeners.add(owner, notice)
        watcher.withLock { watcher in
            guard watcher == nil else { return }
            watcher = WakeWatcher(
                source: wakeSource(),
                wakeFile: wakeFile,
                ownTag: wakeTag,
                open: open,
                notice: { [listeners] in listeners.tellAll() }
            )
        }
    }

    func stopListening(_ owner: Int) {
        listeners.remove(owner)
        guestListeners.remove(owner)
    }

    /// Calls `notice` after writes of guests in this process, whatever came of them.
    func listenToGuests(_ owner: Int, _ notice: @escaping @Sendable () -> Void) { guestListeners.add(owner, notice) }

    /// A guest has written, or may have.
    func tellOfGuest() { guestListeners.tellAll() }

    private func wakeSource() -> any WakeSource {
        #if os(Linux)
        if options.watchesWakeFile, let source = InotifyWakeSource(path: path + "-wake") { return source }
        #endif
        return PollingWakeSource()
    }

    /// Waits a little until no other process has the file open, and then keeps others from opening it; false when they
    /// stay. Blocks.
    func becomeSoleProcess() -> Bool {
        soleUses.withLock { uses in
            guard uses > 0 || OpeningLock(file: openings, path: path).takeAlone() else { return false }
            uses += 1
            return true
        }
    }

    /// Ends what ``becomeSoleProcess()`` began.
    func letOthersOpen() {
        soleUses.withLock { uses in
            uses -= 1
            if uses == 0 { _ = openings.tryShare(OpeningLock.byte) }
        }
    }

    /// Commits what waits and lets go of everything. Blocks until all threads have.
    func close() {
        writer.stop()
        readers.stop()
        watcher.withLock { $0?.stop() }
        // While its thread waits in the kernel the descriptor must not go to another file; the thread lets go of it.
        if turn.stop() { turnFile.closeFile() }
        for file in [openings, wakeFile] { file.closeFile() }
    }
}

/// Who wants to know of commits, by opening.
private final class Listeners: Sendable {
    private let notices = Mutex<[Int: @Sendable () -> Void]>([:])

    func add(_ owner: Int, _ notice: @escaping @Sendable () -> Void) { notices.withLock { $0[owner] = notice } }

    func remove(_ owner: Int) { notices.withLock { _ = $0.removeValue(forKey: owner) } }

    func tellAll() {
        for notice in notices.withLock({ Array($0.values) }) { notice() }
    }

    /// After a commit of this process: an opening is told what it has not written itself.
    func tell(of commit: DatabaseWriter.Commit) {
        if commit.followsOthers { return tellAll() }
        let told = notices.withLock { notices in
            notices.filter { owner, _ in commit.members.contains { $0.owner != owner } }
        }
        for notice in told.values { notice() }
    }
}
