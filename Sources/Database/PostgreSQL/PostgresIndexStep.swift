#if PostgreSQL
/// A step of a schema that makes one index while others go on writing.
///
/// It cannot be part of a transaction, so it can be left half done: then an index stands there that is not valid. Whoever
/// comes next drops it and begins anew.
struct PostgresIndexStep {
    private let component: SchemaComponent
    private let version: Int64
    private let step: SchemaStep

    /// The step that makes `version` of the component.
    init(_ component: SchemaComponent, _ version: Int64, _ step: SchemaStep) {
        self.component = component
        self.version = version
        self.step = step
    }

    /// Runs it over a session of its own without limits of time. Answers false when somebody else had done it. Throws
    /// ``DatabaseError``; `busy` while another program does it.
    func run(like database: PostgresDatabase) async throws -> Bool {
        var settings = database.settings
        settings.statementTimeout = .zero
        settings.lockTimeout = .zero
        settings.minimumConnections = 1
        settings.maximumConnections = 1
        let session = try PostgresDatabase(settings)
        do {
            let isDone = try await session.withConnection { try await run(on: $0, settings) }
            await session.close()
            return isDone
        } catch {
            // Its locks end with the session.
            await session.close()
            throw error
        }
    }

    private func run(on connection: PostgresConnection, _ settings: PostgresSettings) async throws -> Bool {
        // Not waited for: making an index waits for transactions that are older, and so for whoever would wait here.
        let isOurs = try await connection.query(
            "SELECT pg_try_advisory_lock(hashtextextended($1, 8))",
            [.text("workflow schema \(settings.schema)")]
        )
        guard try isOurs.boolean(0, 0) else {
            throw DatabaseError(
                .busy,
                "another program makes the index of the step '\(step.name)' of schema '\(component.name)'; run "
                    + "'workflowctl schema migrate' again when it is done"
            )
        }
        let stored = try await PostgresMigrator.storedVersion(of: component, connection)
        guard let stored, stored.version < version else { return false }
        try await make(step.concurrentIndex ?? "", connection)
        try await PostgresMigrator.record(version, of: component, connection)
        return true
    }

    private func make(_ index: String, _ connection: PostgresConnection) async throws {
        if try await isValid(index, connection) == false {
            try await connection.script("DROP INDEX CONCURRENTLY \(PostgresMigrator.quoted(index))")
        }
        guard try await isValid(index, connection) == nil else { return }
        do {
            try await connection.script(step.sql)
        } catch var error as DatabaseError {
            error.message = "the step '\(step.name)' of schema '\(component.name)' failed: \(error.message)"
            throw error
        }
        guard try await isValid(index, connection) == true else {
            throw DatabaseError(
                .misuse,
                "the step '\(step.name)' of schema '\(component.name)' made no index '\(index)'"
            )
        }
    }

    /// Nil when there is none.
    private func isValid(_ index: String, _ connection: PostgresConnection) async throws -> Bool? {
        let found = try await connection.query(
            """
            SELECT i.indisvalid FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            WHERE c.relname = $1 AND c.relnamespace = current_schema()::regnamespace
            """,
            [.text(index)]
        )
        return found.rowCount > 0 ? try found.boolean(0, 0) : nil
    }
}
#endif
