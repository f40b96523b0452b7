#if PostgreSQL
import CPostgres

/// One job on its way: what was sent, what has come back, and what it means if nothing more comes.
struct PostgresRun {
    /// What the server answers to, in this order, and a Sync at the end.
    private enum Item {
        case prepare(sql: String, name: String)
        /// The statement of that number.
        case execute(Int)
    }

    /// What an answer leads to.
    enum Step {
        case more
        case done(PostgresJob.Outcome)
        /// The session is over.
        case lost(DatabaseError)
    }

    let job: PostgresJob
    private let wasInTransaction: Bool
    private var items: [Item] = []
    private var position = 0
    /// The item's answer has come; a null that says so follows.
    private var isAnswered = false
    private var results: [PostgresResult] = []
    private var error: DatabaseError?
    /// The item whose answer says that something was committed; as many as there are items stand for the Sync.
    private var commit: Int?
    /// Answers that were none, in a row.
    private var blanks = 0

    init(_ job: PostgresJob, isInTransaction: Bool) {
        self.job = job
        wasInTransaction = isInTransaction
    }

    var isScript: Bool { if case .script = job.work { true } else { false } }

    /// Hands everything to libpq, which sends what the socket takes. False when it cannot.
    mutating func send(
        on handle: OpaquePointer,
        _ prepared: inout PostgresPreparedStatements,
        _ counters: PostgresCounters
    ) -> Bool {
        switch job.work {
        case .script(let sql):
            counters.count { $0.roundTrips += 1 }
            commit = 0
            return PQexitPipelineMode(handle) == 1 && PQsendQuery(handle, sql) == 1
        case .pipeline(let statements):
            var isSent = true
            for (index, statement) in statements.enumerated() where isSent {
                isSent = send(statement, index, on: handle, &prepared)
            }
            findCommit(statements)
            let count = items.count { if case .prepare = $0 { true } else { false } }
            counters.count {
                $0.roundTrips += 1
                $0.statements += statements.count
                $0.prepared += count
                $0.parameterBytes += statements.reduce(0) { $0 + $1.parameters.byteCount }
            }
            return isSent && PQpipelineSync(handle) == 1
        }
    }

    private mutating func send(
        _ statement: PostgresJob.Statement,
        _ index: Int,
        on handle: OpaquePointer,
        _ prepared: inout PostgresPreparedStatements
    ) -> Bool {
        let parameters = statement.parameters
        if statement.isOneOff {
            items.append(.execute(index))
            return parameters.withPointers { count, values, lengths, formats in
                PQsendQueryParams(handle, statement.sql, count, parameters.types, values, lengths, formats, 1) == 1
            }
        }
        let name: String
        switch prepared.plan(statement.sql, parameters.types) {
        case .ready(let known): name = known
        case .prepare(let new, let types):
            items.append(.prepare(sql: statement.sql, name: new))
            guard PQsendPrepare(handle, new, statement.sql, Int32(types.count), types) == 1 else { return false }
            name = new
        }
        items.append(.execute(index))
        return parameters.withPointers { count, values, lengths, formats in
            PQsendQueryPrepared(handle, name, count, values, lengths, formats, 1) == 1
        }
    }

    /// Statements outside of a transaction are committed by the Sync.
    private mutating func findCommit(_ statements: [PostgresJob.Statement]) {
        var isOpen = wasInTransaction
        var hasWritten = false
        for (position, item) in items.enumerated() {
            guard case .execute(let index) = item else { continue }
            switch statements[index].kind {
            case .begin: isOpen = true
            case .commit:
                commit = position
                return
            case .rollback:
                isOpen = false
                hasWritten = false
            case .reading: break
            case .writing: hasWritten = true
            }
        }
        if hasWritten, !isOpen { commit = items.count }
    }

    /// What the loss of the session means to who waits.
    func judge(loss error: DatabaseError) -> DatabaseError {
        // A server that still said why had not got further than that; what we are to blame for was no loss.
        guard error.code != .misuse else { return error }
        let isDecided = error.sqlState != nil && !isScript && position < commit ?? .max
        guard commit != nil, !isDecided else { return error }
        return DatabaseError(
            .outcomeUnknown,
            "the connection was lost during a commit, which may have happened: \(error.message)",
            sqlState: error.sqlState
        )
    }

    /// Takes what libpq has; a null ends the answer to one item.
    mutating func take(_ result: OpaquePointer?, _ prepared: inout PostgresPreparedStatements) -> Step {
        guard let result else { return takeEnd() }
        blanks = 0
        switch PQresultStatus(result) {
        case PGRES_PIPELINE_SYNC:
            PQclear(result)
            return .done(outcome)
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY:
            isAnswered = true
            succeed(PostgresResult(owning: result))
            return .more
        case PGRES_PIPELINE_ABORTED:
            PQclear(result)
            isAnswered = true
            undo(&prepared)
            return .more
        case PGRES_COPY_IN, PGRES_COPY_OUT, PGRES_COPY_BOTH:
            PQclear(result)
            return .lost(DatabaseError(.misuse, "COPY to and from the client is not for this connection"))
        default:
            defer { PQclear(result) }
            isAnswered = true
            return fail(DatabaseError(postgres: result), isFatal: DatabaseError.isFatal(result), &prepared)
        }
    }

    private var outcome: PostgresJob.Outcome { error.map { .failure($0) } ?? .success(results) }

    private mutating func takeEnd() -> Step {
        if isScript { return .done(outcome) }
        if isAnswered {
            isAnswered = false
            position += 1
            return .more
        }
        // libpq says null between answers too; but a server that says nothing else is not one.
        blanks += 1
        return blanks < 1_000 ? .more : .lost(DatabaseError(.connectionLost, "PostgreSQL answers with nothing"))
    }

    private mutating func succeed(_ result: PostgresResult) {
        guard !isScript, position < items.count, case .execute(let index) = items[position] else { return }
        results.append(result)
        // PostgreSQL answers a COMMIT of a failed transaction with a friendly ROLLBACK.
        guard case .pipeline(let statements) = job.work, statements[index].kind == .commit,
            result.commandTag == "ROLLBACK", error == nil
        else { return }
        let message = "PostgreSQL: nothing was committed: a statement of the transaction had failed (SQLSTATE 25P02)"
        error = DatabaseError(.misuse, message, sqlState: "25P02")
    }

    private mutating func fail(
        _ failure: DatabaseError,
        isFatal: Bool,
        _ prepared: inout PostgresPreparedStatements
    ) -> Step {
        if isFatal { return .lost(failure) }
        undo(&prepared)
        if error == nil { error = failure }
        switch failure.sqlState {
        case "26000": prepared.reset()
        case "0A000" where failure.code == .serialization: prepared.forgetAll()
        default: break
        }
        return .more
    }

    /// The item was not run.
    private func undo(_ prepared: inout PostgresPreparedStatements) {
        guard !isScript, position < items.count, case .prepare(let sql, let name) = items[position] else { return }
        prepared.wasNotPrepared(sql, name)
    }
}
#endif
