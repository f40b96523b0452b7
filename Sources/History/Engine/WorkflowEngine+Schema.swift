package import Database
import WorkflowAPI

/// Looking after the schema of a store that may be too old or too new to be opened.
extension WorkflowEngine {
    /// The parts that stand in a PostgreSQL database, the engine's first; nothing is changed. Nil for other stores, which are
    /// opened to be looked at. Throws ``Database/DatabaseError``.
    package static func schemaParts(of store: Store) async throws -> [SchemaPart]? {
        #if PostgreSQL
        guard case .postgres(let connection, let schema) = store else { return nil }
        return try await withDatabase(connection, schema) { database in
            let stored = try await PostgresMigrator.storedVersions(database)
            let ours = PostgresSchema.component
            return stored.sorted {
                ($0.component != ours.name ? 1 : 0, $0.component) < ($1.component != ours.name ? 1 : 0, $1.component)
            }
            .map {
                SchemaPart(
                    component: $0.component,
                    version: $0.version,
                    usableBy: $0.usableBy,
                    known: $0.component == ours.name ? ours.version : nil
                )
            }
        }
        #else
        return nil
        #endif
    }

    /// What would be done to the engine's own tables; nothing is changed, nor made. Notes it in the journal that is in force.
    /// - Returns: whether there is a store that can be opened to look at the other parts.
    package static func rehearseMigration(of store: Store, _ journal: SchemaJournal) async throws -> Bool {
        switch store {
        case .memory: return true
        case .sqlite(let path):
            guard FileInspection.holdsData(path) else {
                journal.note(SQLiteSchema.component, ["create"])
                return false
            }
            return true
        #if PostgreSQL
        case .postgres(let connection, let schema):
            return try await withDatabase(connection, schema) { database in
                let isThere = try await !PostgresMigrator.storedVersions(database).isEmpty
                try await SchemaJournal.$current.withValue(journal) {
                    try await PostgresSchema.prepare(database, createIfMissing: true, at: 0)
                }
                return isThere
            }
        #endif
        }
    }

    #if PostgreSQL
    private static func withDatabase<R: Sendable>(
        _ connection: String,
        _ schema: String,
        _ body: (PostgresDatabase) async throws -> R
    ) async throws -> R {
        var settings = try PostgresSettings(connection)
        settings.searchPath = [schema, "public"]
        let database = try PostgresDatabase(settings)
        let result: Result<R, any Error>
        do {
            try await database.start()
            result = .success(try await body(database))
        } catch {
            result = .failure(error)
        }
        await database.close()
        return try result.get()
    }
    #endif
}
