#if PostgreSQL
import Database
import PostgresServer
import Testing

/// A component in four ages; the last step is for large tables.
private enum Shelf {
    static let first = SchemaStep("shelves", "CREATE TABLE shelf (id BIGINT PRIMARY KEY, label TEXT)")
    static let second = SchemaStep("width", "ALTER TABLE shelf ADD COLUMN width BIGINT NOT NULL DEFAULT 80")
    static let third = SchemaStep(
        "shelf by label",
        concurrently: "shelf_label",
        "CREATE UNIQUE INDEX CONCURRENTLY shelf_label ON shelf (label)"
    )
    static let fourth = SchemaStep("books", "CREATE TABLE book (id BIGINT PRIMARY KEY)")
    private static let steps = [first, second, third, fourth]

    /// The component as a program of a version knows it.
    static func known(_ version: Int) -> SchemaComponent {
        let steps = Array(steps.prefix(version))
        let whole = steps.map { $0.sql.replacing("CONCURRENTLY ", with: "") }.joined(separator: ";\n")
        return SchemaComponent(name: "shelf", whole: whole, steps: steps)
    }
}

@Suite(.postgres) struct PostgresMigratorTests {
    private func version(_ database: PostgresDatabase) async throws -> Int64? {
        try await PostgresMigrator.storedVersions(database).first?.version
    }

    private func indexes(_ database: PostgresDatabase) async throws -> [String] {
        let found = try await database.query(
            """
            SELECT c.relname || CASE WHEN i.indisvalid THEN '' ELSE ' (invalid)' END FROM pg_index i
            JOIN pg_class c ON c.oid = i.indexrelid WHERE c.relname LIKE 'shelf_label%'
            """
        )
        return try (0..<found.rowCount).map { try found.text($0, 0) }
    }

    @Test func `programs of two versions work side by side, and no others`() async throws {
        let database = try await postgres()
        try await PostgresMigrator.prepare(Shelf.known(1), in: database, createIfMissing: true)
        let early = await databaseError {
            try await PostgresMigrator.prepare(Shelf.known(2), in: database, createIfMissing: true)
        }
        #expect(early?.code == .schemaTooOld && early?.message.contains("workflowctl schema migrate") == true)
        #expect(try await PostgresMigrator.migrate(Shelf.known(2), in: database, dryRun: false) == ["width"])
        for known in [1, 2] {
            try await PostgresMigrator.prepare(Shelf.known(known), in: database, createIfMissing: false)
        }
        #expect(
            try await PostgresMigrator.migrate(Shelf.known(4), in: database, dryRun: false) == [
                "shelf by label", "books",
            ]
        )
        #expect(try await PostgresMigrator.storedVersions(database).first?.usableBy == 3)
        try await PostgresMigrator.prepare(Shelf.known(3), in: database, createIfMissing: false)
        for known in [1, 2] {
            let late = await databaseError {
                try await PostgresMigrator.prepare(Shelf.known(known), in: database, createIfMissing: true)
            }
            #expect(late?.code == .schemaTooNew && late?.message.contains("use a newer program") == true)
            let migrating = await databaseError {
                _ = try await PostgresMigrator.migrate(Shelf.known(known), in: database, dryRun: false)
            }
            #expect(migrating?.code == .schemaTooNew)
        }
        await database.close()
    }

    @Test func `a rehearsal names the steps and leaves no trace`() async throws {
        let database = try await postgres()
        #expect(try await PostgresMigrator.migrate(Shelf.known(4), in: database, dryRun: true) == ["create"])
        #expect(try await PostgresMigrator.storedVersions(database).isEmpty)
        let missing = await databaseError {
            try await PostgresMigrator.prepare(Shelf.known(1), in: database, createIfMissing: false)
        }
        #expect(missing?.code == .schemaTooOld)
        _ = try await PostgresMigrator.migrate(Shelf.known(1), in: database, dryRun: false)
        let steps = try await PostgresMigrator.migrate(Shelf.known(4), in: database, dryRun: true)
        #expect(steps == ["width", "shelf by label", "books"])
        #expect(try await version(database) == 1)
        #expect(try await indexes(database).isEmpty)
        let journal = SchemaJournal(isRehearsal: true)
        try await SchemaJournal.$current.withValue(journal) { try await database.prepare(Shelf.known(4)) }
        #expect(journal.entries.map(\.step) == steps && journal.known == ["shelf": 4])
        #expect(try await version(database) == 1)
        let real = SchemaJournal(isRehearsal: false)
        try await SchemaJournal.$current.withValue(real) { try await database.prepare(Shelf.known(4)) }
        #expect(real.entries.map(\.step) == steps)
        #expect(try await version(database) == 4)
        await database.close()
    }

    @Test func `an index that was left half made is dropped and made anew`() async throws {
        let database = try await postgres()
        _ = try await PostgresMigrator.migrate(Shelf.known(2), in: database, dryRun: false)
        _ = try await database.query("INSERT INTO shelf (id, label) VALUES (1, 'A'), (2, 'A')")
        let failed = await databaseError {
            _ = try await PostgresMigrator.migrate(Shelf.known(4), in: database, dryRun: false)
        }
        #expect(failed?.code == .unique && failed?.message.contains("the step 'shelf by label'") == true)
        // As a crash would leave it.
        #expect(try await indexes(database) == ["shelf_label (invalid)"])
        #expect(try await version(database) == 2)
        _ = try await database.query("UPDATE shelf SET label = 'B' WHERE id = 2")
        let steps = try await PostgresMigrator.migrate(Shelf.known(4), in: database, dryRun: false)
        #expect(steps == ["shelf by label", "books"])
        #expect(try await indexes(database) == ["shelf_label"])
        #expect(try await version(database) == 4)
        #expect(try await PostgresMigrator.migrate(Shelf.known(4), in: database, dryRun: false) == [])
        await database.close()
    }

    @Test func `a table is written while its index is made, and only one program makes it`() async throws {
        let database = try await postgres()
        _ = try await PostgresMigrator.migrate(Shelf.known(2), in: database, dryRun: false)
        // A transaction that has written holds the index up, as it would in life.
        try await database.withConnection { writer in
            try await writer.script("BEGIN; INSERT INTO shelf (id, label) VALUES (1, 'A')")
            async let making = PostgresMigrator.migrate(Shelf.known(3), in: database, dryRun: false)
            #expect(
                try await eventually {
                    try await !database.query(
                        "SELECT FROM pg_stat_progress_create_index WHERE datname = current_database()"
                    ).isEmpty
                }
            )
            let second = await databaseError {
                _ = try await PostgresMigrator.migrate(Shelf.known(3), in: database, dryRun: false)
            }
            #expect(second?.code == .busy)
            _ = try await database.query("INSERT INTO shelf (id, label) VALUES (2, 'B')")
            try await writer.script("COMMIT")
            #expect(try await making == ["shelf by label"])
        }
        #expect(try await indexes(database) == ["shelf_label"])
        await database.close()
    }
}

extension PostgresResult {
    fileprivate var isEmpty: Bool { rowCount == 0 }
}
#endif
