#if PostgreSQL
import Synchronization
package import WorkflowAPI

/// A savepoint of a transaction as others may use it, on a thread that may block.
///
/// Each statement has a savepoint of its own, so that a step may catch a broken rule and go on. Trouble of the store itself is
/// remembered, refuses what follows, and is thrown at the end even if the step caught it.
final class PostgresStoreTransaction: StoreTransaction {
    private let connection: PostgresConnection
    private let mayWrite: Bool
    private let deadline: Int64?
    private var isOver = false
    private(set) var trouble: (any Error)?

    init(_ connection: PostgresConnection, mayWrite: Bool, deadline: Int64?) {
        self.connection = connection
        self.mayWrite = mayWrite
        self.deadline = deadline
    }

    /// From now on everything is refused.
    func end() { isOver = true }

    func execute(_ sql: String, _ values: [StoreValue]) throws -> Int {
        let result = try run(sql, values)
        return result.commandTag.hasPrefix("SELECT") ? 0 : result.affectedRows
    }

    func query(_ sql: String, _ values: [StoreValue]) throws -> [StoreRow] {
        let result = try run(sql, values)
        return try (0..<result.rowCount).map { try result.row($0) }
    }

    private func run(_ sql: String, _ values: [StoreValue]) throws -> PostgresResult {
        guard !isOver else {
            throw StoreError(.over, "the transaction is over: it may be used only while the step that got it runs")
        }
        if let trouble { throw trouble }
        try refuseWhatIsNoStatement(sql)
        if let deadline, MonotonicClock.nanoseconds > deadline { throw late() }
        let (statement, count) = PlaceholderRewriter.rewrite(sql)
        guard count == values.count else {
            throw StoreError(.statement, "the statement has \(count) places for \(values.count) values")
        }
        do {
            let results = try connection.pipelineBlocking([
                PostgresStatement("SAVEPOINT statement"),
                PostgresStatement(statement, values.map { PostgresValue($0) }),
                PostgresStatement("RELEASE SAVEPOINT statement"),
            ])
            return results[1]
        } catch let error as DatabaseError {
            throw judged(error)
        }
    }

    private static let verbs: Set = ["SELECT", "INSERT", "UPDATE", "DELETE", "WITH", "VALUES"]

    private func refuseWhatIsNoStatement(_ sql: String) throws {
        let verb = sql.drop { $0.isWhitespace || $0 == "(" }.prefix { $0.isLetter }.uppercased()
        // By settings policies know who writes, and those of the session would be left to whoever has the connection next. This
        // stops mistakes: a step is the author's own code, and could call these by a function that runs text.
        let words = sql.lowercased().split { !($0.isLetter || $0.isNumber || $0 == "_") }
        guard PostgresStoreTransaction.verbs.contains(verb), !words.contains("set_config"),
            !words.contains("pg_settings")
        else {
            throw StoreError(.refused, "a step may read and change rows only, no transactions, schemas or settings")
        }
    }

    private func late() -> StoreError {
        let error = StoreError(.tooLong, PostgresConnection.tooLong)
        trouble = error
        return error
    }

    /// The step's own mistake, which it may handle; or trouble of the store.
    private func judged(_ error: DatabaseError) -> any Error {
        if let deadline, MonotonicClock.nanoseconds > deadline { return late() }
        let code: StoreError.Code? =
            switch error.code {
            case .unique: .unique
            case .constraint: .constraint
            case .misuse: .statement
            case .notPermitted: .refused
            default: nil
            }
        guard let code else {
            trouble = error
            return error
        }
        do {
            try connection.scriptBlocking("ROLLBACK TO SAVEPOINT statement; RELEASE SAVEPOINT statement")
        } catch {
            trouble = error
            return error
        }
        return StoreError(code, error.message)
    }
}

extension PostgresConnection {
    static let tooLong = "the step took longer than it may; slow work belongs in an activity before it"

    /// Runs `body` in a savepoint with a transaction for others: what it wrote is undone when it throws or takes longer than
    /// `limit`. `guest` is a setting that is `on` meanwhile, by which policies know who writes. Blocks the thread. Throws what
    /// `body` throws, ``WorkflowAPI/StoreError`` and ``DatabaseError``.
    package func step<R>(
        _ guest: String?,
        limit: Duration? = nil,
        mayWrite: Bool = true,
        _ body: (any StoreTransaction) throws -> R
    ) throws -> R {
        let deadline = limit.map { MonotonicClock.nanoseconds + $0.wholeNanoseconds }
        let transaction = PostgresStoreTransaction(self, mayWrite: mayWrite, deadline: deadline)
        defer { transaction.end() }
        var script = "SAVEPOINT step;"
        if let guest { script += " SET LOCAL \(guest) = 'on';" }
        if let limit { script += " SET LOCAL statement_timeout = \(limit.wholeNanoseconds / 1_000_000);" }
        try scriptBlocking(script)
        do {
            let value = try body(transaction)
            if let trouble = transaction.trouble { throw trouble }
            if let deadline, MonotonicClock.nanoseconds > deadline {
                throw StoreError(.tooLong, PostgresConnection.tooLong)
            }
            // What would fail at the commit would fail everything that is recorded with it.
            try checkDeferredConstraints()
            var script = "RELEASE SAVEPOINT step;"
            if let guest { script += " SET LOCAL \(guest) = 'off';" }
            if limit != nil { script += " SET LOCAL statement_timeout = DEFAULT;" }
            try scriptBlocking(script)
            return value
        } catch {
            let cause = transaction.trouble ?? error
            // What cannot be taken back alone takes the whole transaction with it.
            if (cause as? DatabaseError) == nil {
                try scriptBlocking("ROLLBACK TO SAVEPOINT step; RELEASE SAVEPOINT step")
            }
            throw cause
        }
    }

    private func checkDeferredConstraints() throws {
        do {
            try scriptBlocking("SET CONSTRAINTS ALL IMMEDIATE")
        } catch let error as DatabaseError where [.constraint, .unique].contains(error.code) {
            throw StoreError(error.code == .unique ? .unique : .constraint, error.message)
        }
    }
}

extension PostgresDatabase {
    /// Work of others in a transaction of its own, as steps have it. Throws what `body` throws, ``WorkflowAPI/StoreError``
    /// and ``DatabaseError``. Transactions are serializable, so that two that would have read what the other wrote run one
    /// after the other; `body` may run again.
    package func transact<R: Sendable>(
        limit: Duration?,
        _ body: @escaping @Sendable (any StoreTransaction) throws -> R
    ) async throws -> R {
        try await transact(guest: nil, limit: limit, body)
    }

    /// The same with a setting that is `on` meanwhile, by which policies know who writes.
    package func transact<R: Sendable>(
        guest: String?,
        limit: Duration?,
        _ body: @escaping @Sendable (any StoreTransaction) throws -> R
    ) async throws -> R {
        try await run("BEGIN ISOLATION LEVEL SERIALIZABLE", guest: guest, limit: limit, body)
    }

    /// Reads what one moment shows, for at most ten seconds.
    package func look<R: Sendable>(_ body: @escaping @Sendable (any StoreTransaction) throws -> R) async throws -> R {
        try await run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", guest: nil, limit: .seconds(10), body)
    }

    private func run<R: Sendable>(
        _ begin: String,
        guest: String?,
        limit: Duration?,
        _ body: @escaping @Sendable (any StoreTransaction) throws -> R
    ) async throws -> R {
        var attempts = 0
        while true {
            do {
                return try await withGuestConnection { connection in
                    try await self.onThread {
                        try connection.scriptBlocking(begin)
                        do {
                            let value = try connection.step(guest, limit: limit, body)
                            try connection.scriptBlocking("COMMIT")
                            return value
                        } catch let error where !(error is DatabaseError) {
                            try connection.scriptBlocking("ROLLBACK")
                            throw error
                        }
                    }
                }
            } catch let error as DatabaseError where error.isWorthRetrying && attempts < 16 {
                attempts += 1
                await pauseBeforeRetry(attempts)
            }
        }
    }
}
#endif
