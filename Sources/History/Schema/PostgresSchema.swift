#if PostgreSQL
package import Database

/// The tables of the engine on PostgreSQL, in a schema of their own.
package enum PostgresSchema {
    /// The engine's part of a database.
    package static let component = SchemaComponent(
        name: SchemaMigrator.firstComponent,
        whole: String(decoding: PackageResources.postgres_schema_sql, as: UTF8.self),
        steps: [SchemaStep("initial", String(decoding: PackageResources.postgres_schema_sql, as: UTF8.self))]
    )

    /// The version that this code reads and writes.
    package static let version = component.version

    /// The setting by which a transaction says that code of others runs in it: the policies of the engine's tables look at it.
    static let guestSetting = "workflow.guest"

    /// Makes the schema where there is none; refuses one that is not of this version. Throws ``DatabaseError``.
    package static func prepare(_ database: PostgresDatabase, createIfMissing: Bool, at time: Int64) async throws {
        try await PostgresMigrator.prepare(
            component,
            in: database,
            createIfMissing: createIfMissing,
            fill: [
                PostgresStatement(
                    "INSERT INTO namespace (namespace_id, name, created_time) VALUES (1, 'default', $1)",
                    [.integer(time)]
                ),
                PostgresStatement("INSERT INTO namespace_grant (role_name, namespace_id) VALUES (current_user, 1)"),
            ]
        )
    }
}
#endif
