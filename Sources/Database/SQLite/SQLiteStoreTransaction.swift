import CSQLite
package import WorkflowAPI

/// A savepoint of the writer's transaction as others may use it.
///
/// Trouble of the store itself (a full disk, say) may have undone more than the statement. It is remembered, refuses what
/// follows, and is thrown at the end even if the step caught it: what then happened is not the step's to decide.
final class SQLiteStoreTransaction: StoreTransaction {
    private let connection: SQLiteConnection
    private let rights: GuestRights
    private var isOver = false
    private(set) var trouble: (any Error)?

    init(_ connection: SQLiteConnection, _ rights: GuestRights) {
        self.connection = connection
        self.rights = rights
    }

    /// From now on everything is refused.
    func end() { isOver = true }

    func execute(_ sql: String, _ values: [StoreValue]) throws -> Int {
        try run(sql, values) { statement in
            while try statement.step() {}
            // What triggers and foreign keys changed on the way does not count.
            return statement.isReadOnly ? 0 : connection.changes
        }
    }

    func query(_ sql: String, _ values: [StoreValue]) throws -> [StoreRow] {
        try run(sql, values) { statement in
            var rows: [StoreRow] = []
            while try statement.step() { rows.append(statement.row) }
            return rows
        }
    }

    private func run<R>(_ sql: String, _ values: [StoreValue], _ body: (SQLiteStatement) throws -> R) throws -> R {
        guard !isOver else {
            throw StoreError(.over, "the transaction is over: it may be used only while the step that got it runs")
        }
        if let trouble { throw trouble }
        do {
            return try connection.guarded(rights) {
                let statement = try connection.guestStatement(sql, rights)
                defer { statement.reset() }
                try statement.bind(guest: values)
                return try body(statement)
            }
        } catch let error as DatabaseError {
            throw judged(error)
        }
    }

    /// The step's own mistake, which it may handle; or trouble of the store.
    private func judged(_ error: DatabaseError) -> any Error {
        if connection.guard.isLate {
            trouble = StoreError(.tooLong, SQLiteConnection.tooLong)
            return StoreError(.tooLong, SQLiteConnection.tooLong)
        }
        if let refusal = connection.guard.refusal { return StoreError(.refused, refusal) }
        // Where the file lies is nobody's business who reads a history.
        let place = "\(connection.path): "
        let message = error.message.hasPrefix(place) ? String(error.message.dropFirst(place.count)) : error.message
        let code: StoreError.Code? =
            switch error.code {
            case .unique: .unique
            case .constraint: .constraint
            case .misuse: .statement
            // "No such table": this connection has learned the tables already, so there is none.
            case .io where error.nativeCode == SQLITE_ERROR: .statement
            default: nil
            }
        guard let code else {
            trouble = error
            return error
        }
        guard connection.isAutocommit else { return StoreError(code, message) }
        // `OR ROLLBACK`: the statement has undone what others wrote as well, and nothing may follow it.
        let undone = StoreError(
            code,
            "\(message); the statement undid the whole transaction: never use ROLLBACK in one"
        )
        trouble = undone
        return undone
    }
}

extension SQLiteConnection {
    static let tooLong = "the step took longer than it may; slow work belongs in an activity before it"

    /// Runs `body` in a savepoint with a transaction for others: what it wrote is undone when it throws or takes longer
    /// than `limit`. Throws what `body` throws, ``StoreError`` and ``DatabaseError``.
    package func step<R>(
        _ rights: GuestRights = .all,
        limit: Duration? = nil,
        _ body: (any StoreTransaction) throws -> R
    ) throws -> R {
        let transaction = SQLiteStoreTransaction(self, rights)
        let deadline = limit.map { MonotonicClock.nanoseconds + $0.wholeNanoseconds }
        defer { transaction.end() }
        let result = try savepoint {
            `guard`.deadline = deadline
            defer { `guard`.deadline = nil }
            let result = Result { try body(transaction) }
            let isLate = `guard`.isLate
            if isLate { throw StoreError(.tooLong, SQLiteConnection.tooLong) }
            if let trouble = transaction.trouble { throw trouble }
            let value = try result.get()
            // What would fail at the commit would fail everybody's.
            if hasUnresolvedForeignKeys {
                throw StoreError(.constraint, "FOREIGN KEY constraint failed: a row refers to one that is not there")
            }
            return value
        }
        return result
    }

    /// A transaction for reading, on a connection of its own, for at most `limit`: readers are few.
    package func look<R>(limit: Duration? = .seconds(10), _ body: (any StoreTransaction) throws -> R) throws -> R {
        let transaction = SQLiteStoreTransaction(self, .reading)
        defer { transaction.end() }
        `guard`.deadline = limit.map { MonotonicClock.nanoseconds + $0.wholeNanoseconds }
        defer { `guard`.deadline = nil }
        let result = Result { try body(transaction) }
        if let trouble = transaction.trouble { throw trouble }
        return try result.get()
    }
}

extension SQLiteStatement {
    /// The row on which the statement stands.
    fileprivate var row: StoreRow { StoreRow((0..<columnCount).map { value($0) }) }

    /// Binds exactly as many values as the statement has places.
    fileprivate func bind(guest values: [StoreValue]) throws {
        guard values.count == parameterCount else {
            throw DatabaseError(.misuse, "the statement has \(parameterCount) places for \(values.count) values")
        }
        try bind(values)
    }
}

extension Duration {
    /// Nanoseconds, held to what 64 bits hold.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max / 2 : min(.max / 2, whole + attoseconds / 1_000_000_000)
    }
}
