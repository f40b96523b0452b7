#if PostgreSQL
extension PostgresSettings {
    /// The schema of the engine: the first place where tables are looked for.
    package var schema: String { searchPath.first ?? "public" }
}

extension DatabaseError {
    /// The transaction was undone for a reason that may be gone the next time: others were in the way, the connection was lost.
    package var isWorthRetrying: Bool { [.serialization, .busy, .connectionLost].contains(code) }
}

extension PostgresDatabase: ApplicationDatabase {
    package var dialect: SQLDialect { .postgres }

    package func prepare(_ component: SchemaComponent) async throws {
        try await PostgresMigrator.prepare(component, in: self, createIfMissing: true)
    }

    package func storedVersions() async throws -> [(component: String, version: Int64)] {
        try await PostgresMigrator.storedVersions(self).map { ($0.component, $0.version) }
    }
}
#endif
