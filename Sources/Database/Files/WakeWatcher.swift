import CWorkflowHooks
import Glibc
import Synchronization

/// Notices commits of other processes: they rewrite eight bytes of the wake file, which inotify tells within
/// microseconds; once a second `PRAGMA data_version` catches what was missed.
final class WakeWatcher: Sendable {
    private let isStopping = Mutex(false)
    private let path: String
    private let ownTag: UInt32
    private let notice: @Sendable () -> Void

    /// Starts a thread that calls `notice` after commits that do not carry `ownTag`.
    init(
        path: String,
        ownTag: UInt32,
        open: @escaping @Sendable () throws -> SQLiteConnection,
        notice: @escaping @Sendable () -> Void
    ) {
        self.path = path
        self.ownTag = ownTag
        self.notice = notice
        startThread(named: "workflow-wake") { [self] in loop(open) }
    }

    func stop() { isStopping.withLock { $0 = true } }

    private func loop(_ open: @Sendable () throws -> SQLiteConnection) {
        let watch = inotify_init1(Int32(IN_CLOEXEC) | Int32(IN_NONBLOCK))
        let file = Glibc.open(path, O_RDONLY | O_CLOEXEC)
        defer {
            Glibc.close(watch)
            Glibc.close(file)
        }
        _ = inotify_add_watch(watch, path, UInt32(IN_MODIFY))
        let connection = try? open()
        var version = dataVersion(connection)
        var buffer = [UInt8](repeating: 0, count: 4096)
        while !isStopping.withLock({ $0 }) {
            var descriptor = pollfd(fd: watch, events: Int16(POLLIN), revents: 0)
            if poll(&descriptor, 1, 1000) > 0 {
                while Glibc.read(watch, &buffer, buffer.count) > 0 {}
                if lastTag(file) != ownTag { notice() }
            } else {
                let now = dataVersion(connection)
                if now != version { notice() }
                version = now
            }
        }
        connection?.close()
    }

    private func lastTag(_ file: Int32) -> UInt32 {
        var number: UInt64 = 0
        _ = withUnsafeMutableBytes(of: &number) { pread(file, $0.baseAddress, $0.count, 0) }
        return UInt32(truncatingIfNeeded: UInt64(littleEndian: number) >> 32)
    }

    private func dataVersion(_ connection: SQLiteConnection?) -> Int64 {
        (try? connection?.query("PRAGMA data_version") { $0.integer(0) }.first) ?? 0
    }
}
