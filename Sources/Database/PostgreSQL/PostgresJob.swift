#if PostgreSQL
/// What a connection is to do next, encoded on the thread of who asks.
struct PostgresJob: Sendable {
    /// A statement ready to be sent.
    struct Statement: Sendable {
        var sql: String
        var parameters: PostgresParameters
        var isOneOff: Bool
        var kind: PostgresStatementKind
    }

    enum Work: Sendable {
        /// With one Sync at the end; none at all asks only whether the server is there.
        case pipeline([Statement])
        /// Several statements in the simple protocol.
        case script(String)
    }

    typealias Outcome = Result<[PostgresResult], DatabaseError>

    var work: Work
    /// How long the server may keep silent, in nanoseconds; nil is for ever.
    var patience: Int64?
    /// Called once, on any thread, never under a lock.
    var finish: @Sendable (Outcome) -> Void

    /// Encodes statements. Throws ``DatabaseError`` `misuse` over what cannot be sent.
    static func encode(_ statements: [PostgresStatement]) throws -> [Statement] {
        try statements.map { statement in
            guard !statement.sql.utf8.contains(0) else { throw DatabaseError(.misuse, "the statement holds a NUL") }
            return Statement(
                sql: statement.sql,
                parameters: try PostgresParameters(statement.values),
                isOneOff: statement.isOneOff,
                kind: PostgresStatementKind(statement.sql)
            )
        }
    }
}
#endif
