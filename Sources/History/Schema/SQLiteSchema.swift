package import Database

/// The tables of the engine on SQLite. `schema.sql` says what there is, `Steps` how older files get there.
package enum SQLiteSchema {
    /// The engine's part of a file.
    package static let component = SchemaComponent(
        name: SchemaMigrator.firstComponent,
        whole: text(PackageResources.schema_sql),
        steps: [
            SchemaStep("initial", text(PackageResources.step_0001_initial_sql)),
            SchemaStep("workflow_inbox", text(PackageResources.step_0002_inbox_sql)),
            SchemaStep("index for retention", text(PackageResources.step_0003_retention_sql)),
        ]
    )

    /// The version that this code reads and writes.
    package static let version = component.version

    /// What steps of others may not do: write to the engine's own tables, but for adding rows to the one that others are to
    /// write to.
    static let guestRights = GuestRights(
        protected: Set(component.tables + ["schema_version"]).subtracting(["workflow_inbox"]),
        insertOnly: ["workflow_inbox"]
    )

    // The scripts are compiled in: a program stays one file.
    private static func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }
}
