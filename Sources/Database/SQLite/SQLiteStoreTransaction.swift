import CSQLite
package import WorkflowAPI

/// A savepoint of the writer's transaction as others may use it.
///
/// Trouble of the store itself (a full disk, say) may have undone more than the statement. It is remembered, refuses what
/// follows, and is thrown at the end even if the step caught it: what then happened is not the step's to decide.
final class SQLiteStoreTransaction: StoreTransaction {
    private let connection: SQLiteConnection
    private let protected: Set<String>
    private var isOver = false
    private(set) var trouble: DatabaseError?

    init(_ connection: SQLiteConnection, protecting protected: Set<String>) {
        self.connection = connection
        self.protected = protected
    }

    /// From now on everything is refused.
    func end() { isOver = true }

    func execute(_ sql: String, _ values: [StoreValue]) throws -> Int {
        try run(sql, values) { statement in
            let before = connection.totalChanges
            while try statement.step() {}
            return connection.totalChanges - before
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
            return try connection.guarded(protected) {
                let statement = try connection.guestStatement(sql)
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
            trouble = error
            return StoreError(.tooLong, SQLiteConnection.tooLong)
        }
        if let refusal = connection.guard.refusal { return StoreError(.refused, refusal) }
        // Where the file lies is nobody's business who reads a history.
        let place = "\(connection.path): "
        let message = error.message.hasPrefix(place) ? String(error.message.dropFirst(place.count)) : error.message
        switch error.code {
        case _ where connection.isAutocommit: break
        case .unique: return StoreError(.unique, message)
        case .constraint: return StoreError(.constraint, message)
        case .misuse: return StoreError(.statement, message)
        // "No such table": this connection has learned the tables already, so there is none.
        case .io where error.nativeCode == SQLITE_ERROR: return StoreError(.statement, message)
        default: break
        }
        trouble = error
        return error
    }
}

extension SQLiteConnection {
    static let tooLong = "the step took longer than it may; slow work belongs in an activity before it"

    /// Runs `body` in a savepoint with a transaction for others: what it wrote is undone when it throws or takes longer
    /// than `limit`. Throws what `body` throws, ``StoreError`` and ``DatabaseError``.
    package func step<R>(
        protecting protected: Set<String> = [],
        limit: Duration? = nil,
        _ body: (any StoreTransaction) throws -> R
    ) throws -> R {
        let transaction = SQLiteStoreTransaction(self, protecting: protected)
        let deadline = limit.map { MonotonicClock.nanoseconds + $0.wholeNanoseconds }
        defer { transaction.end() }
        let result = try savepoint {
            `guard`.deadline = deadline
            defer { `guard`.deadline = nil }
            let result = Result { try body(transaction) }
            let isLate = `guard`.isLate
            if isLate { throw StoreError(.tooLong, SQLiteConnection.tooLong) }
            if let trouble = transaction.trouble { throw trouble }
            return try result.get()
        }
        return result
    }

    /// A transaction for reading, on a connection of its own.
    package func look<R>(_ body: (any StoreTransaction) throws -> R) throws -> R {
        let transaction = SQLiteStoreTransaction(self, protecting: [])
        defer { transaction.end() }
        let result = try body(transaction)
        if let trouble = transaction.trouble { throw trouble }
        return result
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
    fileprivate var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? .max / 2 : min(.max / 2, whole + attoseconds / 1_000_000_000)
    }
}
