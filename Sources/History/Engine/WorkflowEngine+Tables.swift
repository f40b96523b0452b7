package import Database
public import WorkflowAPI

/// Tables of an application beside the engine's, in the same store: what exactly-once steps write to.
extension WorkflowEngine {
    /// Makes an application's own tables, or brings them up to date. The first script makes version 1 out of nothing, the
    /// next version 2 out of 1; what was published never changes. Each script is SQL without transaction statements.
    ///
    /// Throws ``WorkflowAPI/WorkflowServiceError``: `unimplemented` for a store in memory, `invalidArgument` for a name
    /// that is not the application's to use or a script that is wrong, `unavailable` when older tables cannot be migrated
    /// because other programs have the store open.
    public func prepareTables(named component: String, steps: [String]) async throws {
        try await WorkflowEngine.prepareTables(named: component, steps: steps, in: try requireDatabase())
    }

    /// Writes in a transaction of the store, which it may share with others. Answers after the commit. `body` may run again
    /// when the database undid it, and may take ``WorkflowAPI/ActivityLimits/stepTime``. Throws what `body` throws, ``WorkflowAPI/StoreError``, and
    /// ``WorkflowAPI/WorkflowServiceError`` with `unavailable` or `outcomeUnknown`.
    public func transact<R: Sendable>(
        _ body: @escaping @Sendable (borrowing any StoreTransaction) throws -> R
    ) async throws -> R {
        let database = try requireDatabase()
        return try await WorkflowEngine.translated {
            try await database.transactAsGuest(limit: ActivityLimits.stepTime) { try body($0) }
        }
    }

    /// Reads what was committed when it began, for at most ten seconds. Throws as ``transact(_:)`` does.
    public func look<R: Sendable>(
        _ body: @escaping @Sendable (borrowing any StoreTransaction) throws -> R
    ) async throws -> R {
        let database = try requireDatabase()
        return try await WorkflowEngine.translated { try await database.look { try body($0) } }
    }

    private func requireDatabase() throws -> any ApplicationDatabase {
        guard let tables else {
            throw WorkflowServiceError(.unimplemented, "a store in memory has no tables for applications")
        }
        return tables
    }

    package static func prepareTables(
        named component: String,
        steps: [String],
        in database: any ApplicationDatabase
    ) async throws {
        guard component != SQLiteSchema.component.name, !component.isEmpty, component.utf8.count <= 100 else {
            throw WorkflowServiceError(
                .invalidArgument,
                "'\(component)' cannot name an application's tables: 1 to 100 bytes, and not the engine's own name"
            )
        }
        let named = steps.enumerated().map { SchemaStep("version \($0.offset + 1)", $0.element) }
        _ = try await translated {
            try await database.prepare(
                SchemaComponent(name: component, whole: steps.joined(separator: "\n;\n"), steps: named)
            )
        }
    }

    /// Trouble of the database in the words of the service.
    static func translated<R: Sendable>(_ body: () async throws -> R) async throws -> R {
        do {
            return try await body()
        } catch let error as DatabaseError {
            throw WorkflowServiceError(error)
        }
    }
}

extension WorkflowServiceError {
    /// What a caller can do about trouble of the database.
    init(_ error: DatabaseError) {
        switch error.code {
        case .outcomeUnknown: self.init(.outcomeUnknown, error.message)
        case .misuse, .constraint, .unique: self.init(.invalidArgument, error.message)
        default: self.init(.unavailable, error.message)
        }
    }
}

extension ApplicationDatabase {
    /// Writes as code of an application: the engine's own tables are closed to it, but for the inbox.
    func transactAsGuest<R: Sendable>(
        limit: Duration?,
        _ body: @escaping @Sendable (any StoreTransaction) throws -> R
    ) async throws -> R {
        if let file = self as? SQLiteDatabase {
            return try await file.transact(SQLiteSchema.guestRights, limit: limit, body)
        }
        #if PostgreSQL
        if let server = self as? PostgresDatabase {
            return try await server.transact(guest: PostgresSchema.guestSetting, limit: limit, body)
        }
        #endif
        return try await transact(limit: limit, body)
    }

    /// The version of the engine's schema that this program writes to such a database.
    var knownVersion: Int64 {
        #if PostgreSQL
        if dialect == .postgres { return PostgresSchema.version }
        #endif
        return SQLiteSchema.version
    }
}
