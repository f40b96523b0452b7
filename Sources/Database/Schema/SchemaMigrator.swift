import WorkflowAPI

/// Brings the tables of a component in a file to the version that this program knows, in one transaction.
package enum SchemaMigrator {
    /// What had to be done.
    package enum Outcome: Hashable, Sendable {
        /// The tables were there, at the known version.
        case current
        /// Nothing of the component was there: the whole schema was made.
        case created
        /// The steps after this version were run.
        case migrated(from: Int64)
    }

    /// The component that files had before there was a row for each: its version is also `user_version` in the head of
    /// the file, where programs that know no rows find it.
    package static let firstComponent = "history"

    /// Makes or migrates the tables of a component.
    ///
    /// A file without them gets the whole schema, and `fill` writes the first rows in the same transaction. Older tables
    /// are migrated when nobody else has the file open, since another program would go on with the old ones. Throws
    /// ``DatabaseError``: `schemaTooNew` when a newer program made them, `schemaTooOld` when others have the file open.
    @discardableResult
    package static func prepare(
        _ component: SchemaComponent,
        in database: SQLiteDatabase,
        fill: @escaping @Sendable (SQLiteConnection) throws -> Void = { _ in }
    ) async throws -> Outcome {
        let outcome = try await change(component, in: database, fill)
        switch outcome {
        case .current: SchemaJournal.current?.note(component, [])
        case .created: SchemaJournal.current?.note(component, ["create"])
        case .migrated(let from): SchemaJournal.current?.note(component, component.steps[Int(from)...].map(\.name))
        }
        return outcome
    }

    private static func change(
        _ component: SchemaComponent,
        in database: SQLiteDatabase,
        _ fill: @escaping @Sendable (SQLiteConnection) throws -> Void
    ) async throws -> Outcome {
        let found = try await database.read { try storedVersion(of: component.name, $0) }
        if found == component.version { return .current }
        try refuse(component, found: found, path: database.path)
        if SchemaJournal.current?.isRehearsal == true { return found > 0 ? .migrated(from: found) : .created }
        guard found > 0 else { return try await database.write { try change($0, component, fill) } }
        guard try await database.becomeSoleProcess() else {
            // Whoever has the file open may have migrated it meanwhile.
            let now = try await database.read { try storedVersion(of: component.name, $0) }
            if now == component.version { return .current }
            throw DatabaseError(
                .schemaTooOld,
                "\(database.path) has schema \(found) of '\(component.name)', this program needs \(component.version); "
                    + "others have the file open: stop them, then run 'workflowctl schema migrate'"
            )
        }
        defer { database.letOthersOpen() }
        return try await database.write { try change($0, component, fill) }
    }

    /// The version of a component's tables; 0 when there are none.
    package static func storedVersion(of component: String, _ connection: SQLiteConnection) throws -> Int64 {
        if try hasVersionTable(connection) {
            let rows = try connection.query(
                "SELECT version FROM schema_version WHERE component = ?",
                [.text(component)]
            ) { $0.integer(0) }
            return rows.first ?? 0
        }
        guard component == firstComponent else { return 0 }
        return try connection.query("PRAGMA user_version") { $0.integer(0) }.first ?? 0
    }

    /// The versions of all components, by name.
    package static func storedVersions(_ connection: SQLiteConnection) throws -> [(component: String, version: Int64)] {
        guard try hasVersionTable(connection) else {
            return [(firstComponent, try storedVersion(of: firstComponent, connection))]
        }
        return try connection.query("SELECT component, version FROM schema_version ORDER BY component DESC") {
            ($0.text(0), $0.integer(1))
        }
    }

    /// Runs inside of a transaction, where the version may be another than the one that was seen before it.
    private static func change(
        _ connection: SQLiteConnection,
        _ component: SchemaComponent,
        _ fill: (SQLiteConnection) throws -> Void
    ) throws -> Outcome {
        let found = try storedVersion(of: component.name, connection)
        if found == component.version { return .current }
        try refuse(component, found: found, path: connection.path)
        try makeVersionTable(connection)
        if found == 0 {
            try connection.executeScript(component.whole)
            try fill(connection)
        } else {
            try run(component.steps[Int(found)...], of: component, connection)
        }
        try record(component.version, of: component.name, connection)
        return found == 0 ? .created : .migrated(from: found)
    }

    private static func run(
        _ steps: ArraySlice<SchemaStep>,
        of component: SchemaComponent,
        _ connection: SQLiteConnection
    ) throws {
        try connection.execute("PRAGMA defer_foreign_keys=ON")
        for step in steps {
            do {
                try connection.executeScript(step.sql)
            } catch let error as DatabaseError {
                throw DatabaseError(
                    error.code,
                    "the step '\(step.name)' of schema '\(component.name)' failed: \(error.message)",
                    nativeCode: error.nativeCode
                )
            }
        }
        let broken = try connection.query("PRAGMA foreign_key_check") { $0.text(0) }
        guard broken.isEmpty else {
            throw DatabaseError(
                .constraint,
                "the schema '\(component.name)' cannot be migrated: rows of '\(broken[0])' would refer to nothing"
            )
        }
    }

    /// Refuses tables of a newer program.
    static func refuse(_ component: SchemaComponent, found: Int64, path: String) throws {
        guard found > component.version else { return }
        throw DatabaseError(
            .schemaTooNew,
            "\(path) has schema \(found) of '\(component.name)', this program knows \(component.version); "
                + "use a newer program"
        )
    }

    private static func hasVersionTable(_ connection: SQLiteConnection) throws -> Bool {
        try connection.query("SELECT 1 FROM sqlite_schema WHERE type = 'table' AND name = 'schema_version'") {
            $0.integer(0) == 1
        }.first ?? false
    }

    private static func makeVersionTable(_ connection: SQLiteConnection) throws {
        guard try !hasVersionTable(connection) else { return }
        let first = try storedVersion(of: firstComponent, connection)
        try connection.executeScript(
            "CREATE TABLE schema_version (component TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID"
        )
        if first > 0 { try record(first, of: firstComponent, connection) }
    }

    private static func record(_ version: Int64, of component: String, _ connection: SQLiteConnection) throws {
        try connection.execute(
            "INSERT OR REPLACE INTO schema_version (component, version) VALUES (?, ?)",
            [.text(component), .integer(version)]
        )
        if component == firstComponent { try connection.executeScript("PRAGMA user_version=\(version)") }
    }
}
