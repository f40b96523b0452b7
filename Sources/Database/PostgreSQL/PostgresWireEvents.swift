#if PostgreSQL
import CPostgres

/// What has come of something that happened to a ``PostgresWire``: to be told once its lock is open again.
struct PostgresWireEvents {
    /// Jobs that ended.
    var finished: [(PostgresJob, PostgresJob.Outcome)] = []
    /// What others notify of.
    var notices: [PostgresNotice] = []
    /// The session can be used from now on.
    var becameReady = false
    /// Comes with a new session.
    var cancelling: PostgresCancelling?
    /// The session is over.
    var failure: DatabaseError?
}

/// One notification.
struct PostgresNotice: Hashable, Sendable {
    var channel: String
    var payload: String

    init(_ notice: PGnotify) {
        channel = notice.relname.map { String(cString: $0) } ?? ""
        payload = notice.extra.map { String(cString: $0) } ?? ""
    }
}

/// How to ask the server, over a connection of its own, to cancel what a session is doing.
///
/// `@unchecked Sendable`: libpq made it to be used from any thread, and nobody changes it.
final class PostgresCancelling: @unchecked Sendable {
    private let handle: OpaquePointer

    /// Nil when libpq has no memory.
    init?(_ connection: OpaquePointer) {
        guard let handle = PQgetCancel(connection) else { return nil }
        self.handle = handle
    }

    deinit { PQfreeCancel(handle) }

    /// Blocks until the server has been told. A failure is nobody's loss: the statement goes on.
    func cancel() {
        withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { buffer in
            _ = PQcancel(handle, buffer.baseAddress, Int32(buffer.count))
        }
    }
}
#endif
