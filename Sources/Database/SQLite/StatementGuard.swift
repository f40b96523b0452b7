import CSQLite

/// What statements of others may do on a connection: read and change rows, but for protected tables. SQLite asks for
/// each action while it prepares a statement.
final class StatementGuard {
    /// What may be done; nil while our own statements are prepared, which may do anything.
    var rights: GuestRights?
    /// Why the last statement was not let through.
    var refusal: String?
    /// When a step has to be over, on the clock of ``MonotonicClock``; nil for no limit.
    var deadline: Int64?

    /// Puts the guard in front of a connection, which has to outlive its use.
    func install(on handle: OpaquePointer?) {
        let context = Unmanaged.passUnretained(self).toOpaque()
        sqlite3_set_authorizer(
            handle,
            { context, action, first, _, _, _ in
                guard let context else { return SQLITE_DENY }
                let judge = Unmanaged<StatementGuard>.fromOpaque(context).takeUnretainedValue()
                return judge.isAllowed(action, first) ? SQLITE_OK : SQLITE_DENY
            },
            context
        )
        // Asked every few microseconds of work, and only while a step runs.
        sqlite3_progress_handler(
            handle,
            20_000,
            { context in
                guard let context else { return 0 }
                let judge = Unmanaged<StatementGuard>.fromOpaque(context).takeUnretainedValue()
                return judge.isLate ? 1 : 0
            },
            context
        )
    }

    /// The step has taken longer than it may.
    var isLate: Bool { deadline.map { MonotonicClock.nanoseconds > $0 } ?? false }

    private func isAllowed(_ action: Int32, _ name: UnsafePointer<CChar>?) -> Bool {
        guard let rights else { return true }
        switch action {
        case SQLITE_SELECT, SQLITE_READ, SQLITE_FUNCTION, SQLITE_RECURSIVE: return true
        case SQLITE_INSERT, SQLITE_UPDATE, SQLITE_DELETE:
            let table = name.map { String(cString: $0) } ?? ""
            guard let problem = rights.refusal(isInsert: action == SQLITE_INSERT, of: table) else { return true }
            refusal = problem
            return false
        default:
            refusal = "a step may read and change rows only, no transactions, schemas or settings"
            return false
        }
    }
}
