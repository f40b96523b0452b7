import CSQLite
package import WorkflowAPI

/// One connection, for one thread at a time.
package final class SQLiteConnection {
    private var handle: OpaquePointer?
    private var statements: [String: SQLiteStatement] = [:]
    private var guestStatements: [GuestRights: [String: SQLiteStatement]] = [:]
    let `guard` = StatementGuard()
    private var dataVersion: Int64 = 0
    private var afterCommit: [@Sendable () -> Void] = []
    private let busyTimeout: Int32
    package let path: String

    /// How many statements have run: for benchmarks and tests.
    package private(set) var statementCount = 0

    /// Opens a connection and settles how it behaves; `vfs` names another way to the disk, `busyTimeout` is in
    /// milliseconds. Throws ``DatabaseError``.
    package init(
        path: String,
        flags: Int32,
        synchronous: String,
        vfs: String? = nil,
        busyTimeout: Int32 = 10_000
    ) throws {
        self.path = path
        self.busyTimeout = busyTimeout
        let result = sqlite3_open_v2(path, &handle, flags | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE, vfs)
        guard result == SQLITE_OK else {
            let error = self.error(result)
            sqlite3_close_v2(handle)
            handle = nil
            throw error
        }
        sqlite3_busy_timeout(handle, busyTimeout)
        `guard`.install(on: handle)
        do {
            // Checkpoints are made by the one who holds the writer's turn, and by nobody else: SQLite before 3.51.3 can
            // lose a reset of the write-ahead log otherwise.
            wf_sqlite3_no_checkpoint_on_close(handle)
            try execute("PRAGMA wal_autocheckpoint=0")
            try execute("PRAGMA mmap_size=0")
            try execute("PRAGMA foreign_keys=ON")
            try execute("PRAGMA temp_store=MEMORY")
            try execute("PRAGMA synchronous=\(synchronous)")
        } catch {
            close()
            throw error
        }
    }

    deinit { close() }

    /// Lets go of the file.
    package func close() {
        statements.removeAll()
        guestStatements.removeAll()
        sqlite3_close_v2(handle)
        handle = nil
    }

    /// A prepared statement, kept for the next time.
    package func statement(_ sql: String) throws -> SQLiteStatement {
        statementCount += 1
        if let known = statements[sql] {
            known.reset()
            return known
        }
        guard let handle else { throw DatabaseError(.closed, "the database \(path) is closed") }
        let made = try SQLiteStatement(sql, on: handle, owner: self)
        statements[sql] = made
        return made
    }

    /// A prepared statement of others, kept apart from ours and by what it may do: it was let through by the guard. Their
    /// number is not ours to bound, what is kept of them is.
    func guestStatement(_ sql: String, _ rights: GuestRights) throws -> SQLiteStatement {
        statementCount += 1
        if let known = guestStatements[rights]?[sql] {
            known.reset()
            return known
        }
        guard let handle else { throw DatabaseError(.closed, "the database \(path) is closed") }
        let made = try SQLiteStatement(sql, on: handle, owner: self, isAlone: true)
        if guestStatements[rights, default: [:]].count >= 512 { guestStatements[rights] = [:] }
        guestStatements[rights, default: [:]][sql] = made
        return made
    }

    /// Runs `body` with the guard on duty.
    func guarded<R>(_ rights: GuestRights, _ body: () throws -> R) rethrows -> R {
        `guard`.rights = rights
        `guard`.refusal = nil
        defer { `guard`.rights = nil }
        return try body()
    }

    /// A foreign key that is checked at the commit points to nothing at the moment.
    var hasUnresolvedForeignKeys: Bool {
        var current: Int32 = 0
        var highest: Int32 = 0
        sqlite3_db_status(handle, SQLITE_DBSTATUS_DEFERRED_FKS, &current, &highest, 0)
        return current != 0
    }

    /// Refuses every change from now on: for connections that only read.
    func refuseChanges() throws { try execute("PRAGMA query_only=ON") }

    /// Runs a statement to its end.
    package func execute(_ sql: String, _ bindings: [StoreValue] = []) throws {
        let statement = try statement(sql)
        try statement.bind(bindings)
        while try statement.step() {}
        statement.reset()
    }

    /// Runs several statements, as a schema has them.
    package func executeScript(_ sql: String) throws {
        let result = sqlite3_exec(handle, sql, nil, nil, nil)
        guard result == SQLITE_OK else { throw error(result) }
    }

    /// The rows of a query, each made into a value.
    package func query<Value>(
        _ sql: String,
        _ bindings: [StoreValue] = [],
        _ row: (SQLiteStatement) throws -> Value
    ) throws -> [Value] {
        let statement = try statement(sql)
        defer { statement.reset() }
        try statement.bind(bindings)
        var values: [Value] = []
        while try statement.step() { values.append(try row(statement)) }
        return values
    }

    /// Rows that the last statement changed.
    package var changes: Int { Int(sqlite3_changes64(handle)) }

    /// Rows that all statements so far have changed.
    var totalChanges: Int { Int(sqlite3_total_changes64(handle)) }

    /// The key of the row inserted last.
    package var lastInsertRowID: Int64 { sqlite3_last_insert_rowid(handle) }

    /// No transaction is open.
    package var isAutocommit: Bool { sqlite3_get_autocommit(handle) != 0 }

    /// Runs `body` without waiting for locks of others: what would have to wait is left.
    func withoutWaiting<R>(_ body: () throws -> R) rethrows -> R {
        sqlite3_busy_timeout(handle, 0)
        defer { sqlite3_busy_timeout(handle, busyTimeout) }
        return try body()
    }

    /// Another connection has committed since this was last asked.
    func othersHaveCommitted() throws -> Bool {
        let version = try query("PRAGMA data_version") { $0.integer(0) }.first ?? 0
        defer { dataVersion = version }
        return version != dataVersion
    }

    /// Runs `body` in a savepoint: what it wrote is undone when it throws.
    package func savepoint<R>(_ body: () throws -> R) throws -> R {
        let hooks = afterCommit.count
        try execute("SAVEPOINT member")
        do {
            let result = try body()
            try execute("RELEASE member")
            return result
        } catch {
            afterCommit.removeSubrange(hooks...)
            // If the database undid the whole transaction there is no savepoint left to return to.
            guard !isAutocommit else { throw error }
            do {
                try execute("ROLLBACK TO member")
                try execute("RELEASE member")
            } catch {
                throw SavepointFailure(cause: error)
            }
            throw error
        }
    }

    /// Does something once what is being written is committed; never when it is not.
    package func onCommit(_ hook: @escaping @Sendable () -> Void) { afterCommit.append(hook) }

    /// Takes the hooks of a transaction that ended.
    func takeCommitHooks() -> [@Sendable () -> Void] {
        defer { afterCommit = [] }
        return afterCommit
    }

    /// What a result code means, in our words.
    func error(_ result: Int32) -> DatabaseError {
        let text = handle.map { String(cString: sqlite3_errmsg($0)) } ?? String(cString: sqlite3_errstr(result))
        let code: DatabaseError.Code =
            switch (result, result & 0xFF) {
            // SQLITE_CONSTRAINT_UNIQUE, _PRIMARYKEY and _ROWID: macros that Swift cannot see.
            case (2067, _), (1555, _), (2579, _): .unique
            case (_, SQLITE_CONSTRAINT): .constraint
            case (_, SQLITE_BUSY), (_, SQLITE_LOCKED): .busy
            case (_, SQLITE_FULL): .full
            case (_, SQLITE_IOERR): .io
            case (_, SQLITE_NOMEM): .noMemory
            case (_, SQLITE_CORRUPT): .corrupt
            case (_, SQLITE_NOTADB): .notOurs
            case (_, SQLITE_READONLY), (_, SQLITE_PERM): .readOnly
            case (_, SQLITE_CANTOPEN): .cannotOpen
            // A read that fails while a new connection learns the tables is not told as what it is. The next statement
            // reads them again.
            case (SQLITE_ERROR, _) where text.hasPrefix("no such table"): .io
            default: .misuse
            }
        return DatabaseError(code, "\(path): \(text)", nativeCode: result)
    }
}
