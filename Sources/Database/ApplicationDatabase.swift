package import WorkflowAPI

/// A database that holds tables of services and applications beside the engine's, whichever it is.
package protocol ApplicationDatabase: Sendable {
    /// Which words of SQL it understands where the two differ.
    var dialect: SQLDialect { get }

    /// Writes in a transaction, as exactly-once steps have it. Answers after the commit. `body` may run again. Throws what
    /// `body` throws, ``WorkflowAPI/StoreError`` (`tooLong` beyond `limit`) and ``DatabaseError``.
    func transact<R: Sendable>(
        limit: Duration?,
        _ body: @escaping @Sendable (any StoreTransaction) throws -> R
    ) async throws -> R

    /// Reads what one moment shows, for at most ten seconds.
    func look<R: Sendable>(_ body: @escaping @Sendable (any StoreTransaction) throws -> R) async throws -> R

    /// Makes the tables of a component, or brings them up to date as far as the database allows it while others use it.
    func prepare(_ component: SchemaComponent) async throws

    /// The versions of all components that stand in it, by name.
    func storedVersions() async throws -> [(component: String, version: Int64)]
}

/// Which SQL a database understands.
package enum SQLDialect: Hashable, Sendable {
    case sqlite
    case postgres
}

extension ApplicationDatabase {
    /// The same without a limit of time.
    package func transact<R: Sendable>(
        _ body: @escaping @Sendable (any StoreTransaction) throws -> R
    ) async throws -> R {
        try await transact(limit: nil, body)
    }
}

extension SQLiteDatabase: ApplicationDatabase {
    package var dialect: SQLDialect { .sqlite }

    package func transact<R: Sendable>(
        limit: Duration?,
        _ body: @escaping @Sendable (any StoreTransaction) throws -> R
    ) async throws -> R {
        try await transact(.all, limit: limit, body)
    }

    package func prepare(_ component: SchemaComponent) async throws {
        try await SchemaMigrator.prepare(component, in: self)
    }

    package func storedVersions() async throws -> [(component: String, version: Int64)] {
        try await read { try SchemaMigrator.storedVersions($0) }
    }
}
