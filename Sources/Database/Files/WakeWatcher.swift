import Synchronization

/// Notices commits of other processes: they rewrite eight bytes of the wake file, which is told at once; once a second
/// `PRAGMA data_version` catches what was missed, and does all the work where nothing is told.
///
/// A commit of ours that follows one of others hides theirs in the wake file; the writer notices that itself.
final class WakeWatcher: Sendable {
    private let isStopping = Mutex(false)
    private let stopped = ThreadSemaphore()
    private let source: any WakeSource
    private let wakeFile: LockFile
    private let ownTag: UInt32
    private let notice: @Sendable () -> Void

    /// How long a missed commit may stay unnoticed.
    private static let patience: Int32 = 1000

    /// Starts a thread that calls `notice` after commits that do not carry `ownTag`.
    init(
        source: any WakeSource,
        wakeFile: LockFile,
        ownTag: UInt32,
        open: @escaping @Sendable () throws -> SQLiteConnection,
        notice: @escaping @Sendable () -> Void
    ) {
        self.source = source
        self.wakeFile = wakeFile
        self.ownTag = ownTag
        self.notice = notice
        // Before anybody relies on being told: what is committed from here on is noticed.
        let first = FirstConnection(connection: try? open())
        _ = try? first.connection?.othersHaveCommitted()
        startThread(named: "workflow-wake") { [self] in loop(first.connection, open) }
    }

    /// `@unchecked Sendable`: handed to the watcher's thread, and to nobody else.
    private struct FirstConnection: @unchecked Sendable {
        let connection: SQLiteConnection?
    }

    /// Ends the thread. Blocks until it has let go of the file.
    func stop() {
        let isFirst = isStopping.withLock { isStopping in
            defer { isStopping = true }
            return !isStopping
        }
        guard isFirst else { return }
        source.interrupt()
        stopped.wait()
    }

    private func loop(_ first: SQLiteConnection?, _ open: @Sendable () throws -> SQLiteConnection) {
        var connection = first
        while !isStopping.withLock({ $0 }) {
            if source.wait(milliseconds: WakeWatcher.patience) {
                if UInt32(truncatingIfNeeded: wakeFile.number() >> 32) != ownTag { notice() }
                continue
            }
            do {
                let known = try connection ?? open()
                connection = known
                if try known.othersHaveCommitted() { notice() }
            } catch {
                // Trouble with the file shows where the file is used; here it only means to look again.
                connection?.close()
                connection = nil
                notice()
            }
        }
        connection?.close()
        source.close()
        stopped.signal()
    }
}
