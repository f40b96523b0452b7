#if PostgreSQL
import WorkflowAPI

/// Brings the tables of a component in a database to the version that this program knows, in one transaction under a lock that
/// every program takes that migrates.
///
/// A program never migrates by itself what others may be using: it makes what is not there, and otherwise says what to do. The
/// program before may go on with the tables of the program after it, for one version: a step that it could not live with has
/// to come in two.
package enum PostgresMigrator {
    /// What stands in a database.
    package struct Stored: Hashable, Sendable {
        package let component: String
        package let version: Int64
        /// The oldest program, by the version it knows, that may use these tables.
        package let usableBy: Int64
    }

    /// Makes the tables of a component where there are none, and `fill`s them; accepts tables of this version and of one that
    /// allows it. While a ``SchemaJournal`` is in force it migrates as well. Throws ``DatabaseError``: `schemaTooNew`,
    /// `schemaTooOld`, also when there are none and none are to be made.
    package static func prepare(
        _ component: SchemaComponent,
        in database: PostgresDatabase,
        createIfMissing: Bool,
        fill: [PostgresStatement] = []
    ) async throws {
        if let journal = SchemaJournal.current {
            guard !journal.isLook else { return journal.note(component, []) }
            let steps = try await migrate(component, in: database, dryRun: journal.isRehearsal, fill: fill)
            return journal.note(component, steps)
        }
        if let stored = try await storedVersions(database).first(where: { $0.component == component.name }) {
            return try accept(stored, component, database)
        }
        guard createIfMissing else {
            throw DatabaseError(
                .schemaTooOld,
                "\(database.settings) has no schema '\(database.settings.schema)' of ours; run 'workflowctl schema migrate'"
            )
        }
        _ = try await change(component, in: database, migrating: false, fill: fill)
    }

    /// Runs the steps that are missing. With `dryRun` says which ones, and undoes them after having tried them, but for
    /// indexes that are made concurrently. Throws ``DatabaseError``: `schemaTooNew`; `busy` while another program makes an
    /// index.
    /// - Returns: the names of the steps, or `create` when there was nothing.
    package static func migrate(
        _ component: SchemaComponent,
        in database: PostgresDatabase,
        dryRun: Bool,
        fill: [PostgresStatement] = []
    ) async throws -> [String] {
        var names: [String] = []
        while true {
            let change = try await change(component, in: database, migrating: true, dryRun: dryRun, fill: fill)
            names += change.steps
            guard let version = change.indexBefore,
                let step = component.onPostgres.steps(after: version - 1).first
            else { return names }
            if try await PostgresIndexStep(component, version, step).run(like: database) { names.append(step.name) }
        }
    }

    /// The versions of all components, by name; none when there is no schema.
    package static func storedVersions(_ database: PostgresDatabase) async throws -> [Stored] {
        let table = try await database.query(
            "SELECT to_regclass($1) IS NOT NULL",
            [.text(quoted(database.settings.schema) + ".schema_version")]
        )
        guard try table.boolean(0, 0) else { return [] }
        let result = try await database.query(
            "SELECT component, version, usable_by FROM schema_version ORDER BY component DESC"
        )
        return try (0..<result.rowCount).map {
            Stored(
                component: try result.text($0, 0),
                version: try result.integer($0, 1),
                usableBy: try result.integer($0, 2)
            )
        }
    }

    private static func accept(_ stored: Stored, _ component: SchemaComponent, _ database: PostgresDatabase) throws {
        if stored.version >= component.onPostgres.version, stored.usableBy <= component.onPostgres.version { return }
        guard stored.version < component.onPostgres.version else {
            throw DatabaseError(
                .schemaTooNew,
                "\(database.settings) has schema \(stored.version) of '\(component.name)', this program knows "
                    + "\(component.onPostgres.version); use a newer program"
            )
        }
        throw DatabaseError(
            .schemaTooOld,
            "\(database.settings) has schema \(stored.version) of '\(component.name)', this program needs "
                + "\(component.onPostgres.version); run 'workflowctl schema migrate', the programs that run now may go on"
        )
    }

    /// What one transaction did.
    private struct Change: Sendable {
        var steps: [String] = []
        /// The version whose step comes next and is none for a transaction.
        var indexBefore: Int64?
    }

    private static func change(
        _ component: SchemaComponent,
        in database: PostgresDatabase,
        migrating: Bool,
        dryRun: Bool = false,
        fill: [PostgresStatement]
    ) async throws -> Change {
        try await database.withConnection { connection in
            try await connection.script("BEGIN")
            // Everybody who migrates takes this lock first; it ends with the transaction.
            // A step is nothing to repeat because this process got no time for a moment, as work on a few rows is.
            try await connection.script(
                """
                SET LOCAL lock_timeout = '60s'; SET LOCAL statement_timeout = 0;
                SET LOCAL idle_in_transaction_session_timeout = '60s'
                """
            )
            _ = try await connection.query(
                "SELECT pg_advisory_xact_lock(hashtextextended($1, 7))",
                [.text("workflow schema \(database.settings.schema)")]
            )
            try await refuseForeignTables(connection, database)
            try await makeVersionTable(connection, database.settings.schema)
            let stored = try await storedVersion(of: component, connection)
            var change = Change()
            if let stored {
                if !migrating || stored.version >= component.onPostgres.version {
                    try accept(stored, component, database)
                }
                if migrating { change = try await runSteps(of: component, after: stored.version, dryRun, connection) }
            } else {
                try await connection.script(component.onPostgres.whole)
                if !fill.isEmpty { _ = try await connection.pipeline(fill) }
                try await record(component.onPostgres.version, of: component, connection)
                change.steps = ["create"]
            }
            try await connection.script(dryRun ? "ROLLBACK" : "COMMIT")
            return change
        }
    }

    /// The steps up to the first that is none for a transaction; in a dry run all others.
    private static func runSteps(
        of component: SchemaComponent,
        after stored: Int64,
        _ dryRun: Bool,
        _ connection: PostgresConnection
    ) async throws -> Change {
        var change = Change()
        var version = stored
        for step in component.onPostgres.steps(after: stored) {
            guard step.concurrentIndex == nil || dryRun else {
                change.indexBefore = version + 1
                break
            }
            if step.concurrentIndex == nil { try await run(step, of: component, connection) }
            change.steps.append(step.name)
            version += 1
        }
        if version > stored { try await record(version, of: component, connection) }
        return change
    }

    static func storedVersion(of component: SchemaComponent, _ connection: PostgresConnection) async throws -> Stored? {
        let found = try await connection.query(
            "SELECT version, usable_by FROM schema_version WHERE component = $1",
            [.text(component.name)]
        )
        guard found.rowCount > 0 else { return nil }
        return Stored(
            component: component.name,
            version: try found.integer(0, 0),
            usableBy: try found.integer(0, 1)
        )
    }

    private static func run(
        _ step: SchemaStep,
        of component: SchemaComponent,
        _ connection: PostgresConnection
    ) async throws {
        do {
            try await connection.script(step.sql)
        } catch var error as DatabaseError {
            error.message = "the step '\(step.name)' of schema '\(component.name)' failed: \(error.message)"
            throw error
        }
    }

    /// Where nothing of ours stands there may be nothing of anybody's: tables that are taken over would be closed to their owners.
    private static func refuseForeignTables(_ connection: PostgresConnection, _ database: PostgresDatabase) async throws
    {
        let schema = database.settings.schema
        let found = try await connection.query(
            """
            SELECT relname::text FROM pg_class WHERE relnamespace = to_regnamespace($1) AND relkind IN ('r', 'p')
                AND to_regclass($2) IS NULL LIMIT 1
            """,
            [.text(quoted(schema)), .text(quoted(schema) + ".schema_version")]
        )
        guard found.rowCount > 0 else { return }
        throw DatabaseError(
            .misuse,
            "the schema '\(schema)' of \(database.settings) holds the table '\(try found.text(0, 0))', which is not ours; "
                + "move it away, or take another database"
        )
    }

    private static func makeVersionTable(_ connection: PostgresConnection, _ schema: String) async throws {
        try await connection.script(
            """
            CREATE SCHEMA IF NOT EXISTS \(quoted(schema));
            CREATE TABLE IF NOT EXISTS schema_version (
                component TEXT PRIMARY KEY, version BIGINT NOT NULL, usable_by BIGINT NOT NULL)
            """
        )
    }

    static func record(
        _ version: Int64,
        of component: SchemaComponent,
        _ connection: PostgresConnection
    ) async throws {
        _ = try await connection.query(
            """
            INSERT INTO schema_version (component, version, usable_by) VALUES ($1, $2, $3)
            ON CONFLICT (component) DO UPDATE SET version = excluded.version, usable_by = excluded.usable_by
            """,
            [.text(component.name), .integer(version), .integer(max(1, version - 1))]
        )
    }

    /// An identifier as SQL takes it, whatever is in it.
    package static func quoted(_ name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}
#endif
