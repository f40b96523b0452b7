import Database
import Testing

/// A component in three ages.
private enum Shelf {
    static let first = SchemaStep("shelves", "CREATE TABLE shelf (id INTEGER PRIMARY KEY, label TEXT)")
    static let second = SchemaStep(
        "books",
        """
        CREATE TABLE book (id INTEGER PRIMARY KEY, shelf INTEGER NOT NULL REFERENCES shelf);
        ALTER TABLE shelf ADD COLUMN width INTEGER NOT NULL DEFAULT 80;
        """
    )
    static let third = SchemaStep("book by shelf", "CREATE INDEX book_shelf ON book (shelf)")

    static let old = SchemaComponent(name: "shelf", whole: first.sql, steps: [first])
    static let new = SchemaComponent(
        name: "shelf",
        whole: """
            CREATE TABLE shelf (
                id INTEGER PRIMARY KEY,  -- never given twice
                label TEXT,
                width INTEGER NOT NULL DEFAULT 80
            );
            CREATE TABLE book (
                id INTEGER PRIMARY KEY,
                shelf INTEGER NOT NULL REFERENCES shelf
            );
            CREATE INDEX book_shelf ON book (shelf);
            """,
        steps: [first, second, third]
    )
}

@Suite struct SchemaMigratorTests {
    static func version(_ component: String, _ database: SQLiteDatabase) async throws -> Int64 {
        try await database.read { try SchemaMigrator.storedVersion(of: component, $0) }
    }

    static func make(_ place: Place, _ component: SchemaComponent) async throws {
        let database = try place.openEmpty()
        try await SchemaMigrator.prepare(component, in: database)
        database.close()
    }

    @Test func `a new file gets the whole schema and its first rows, once`() async throws {
        let place = try Place()
        let database = try place.openEmpty()
        let fill: @Sendable (SQLiteConnection) throws -> Void = {
            try $0.execute("INSERT INTO shelf (label) VALUES ('A')")
        }
        #expect(try await SchemaMigrator.prepare(Shelf.new, in: database, fill: fill) == .created)
        #expect(try await SchemaMigrator.prepare(Shelf.new, in: database, fill: fill) == .current)
        #expect(try await Self.version("shelf", database) == 3)
        #expect(try await database.read { try $0.query("SELECT label FROM shelf") { $0.text(0) } } == ["A"])
        database.close()
    }

    @Test func `an old file gets the steps that it lacks, and its rows stay`() async throws {
        let place = try Place()
        try await Self.make(place, Shelf.old)
        let database = try place.openEmpty()
        try await database.write { try $0.execute("INSERT INTO shelf (label) VALUES ('A')") }
        #expect(try await SchemaMigrator.prepare(Shelf.new, in: database) == .migrated(from: 1))
        #expect(try await Self.version("shelf", database) == 3)
        #expect(try await database.read { try $0.query("SELECT label, width FROM shelf") { $0.integer(1) } } == [80])
        #expect(try await database.read { try SchemaListing.objects(in: $0) } == SchemaListing.whole(Shelf.new))
        // Others may open it again.
        try place.openEmpty().close()
        database.close()
    }

    @Test func `steps and whole make the same, however they are written`() throws {
        #expect(try SchemaListing.steps(Shelf.new) == SchemaListing.whole(Shelf.new))
        #expect(try SchemaListing.steps(Shelf.old) != SchemaListing.whole(Shelf.new))
    }

    @Test func `an old schema is not changed under somebody who has the file open`() async throws {
        let place = try Place()
        try await Self.make(place, Shelf.old)
        let other = try place.openEmpty()
        let database = try place.openEmpty()
        let error = await #expect(throws: DatabaseError.self) {
            try await SchemaMigrator.prepare(Shelf.new, in: database)
        }
        #expect(error?.code == .schemaTooOld)
        #expect(error?.message.contains("has schema 1 of 'shelf', this program needs 3") == true)
        #expect(try await Self.version("shelf", other) == 1)
        other.close()
        #expect(try await SchemaMigrator.prepare(Shelf.new, in: database) == .migrated(from: 1))
        database.close()
    }

    @Test func `of several who migrate at once one does it, and none is refused`() async throws {
        let place = try Place()
        try await Self.make(place, Shelf.old)
        let databases = try (0..<3).map { _ in try place.openEmpty() }
        let outcomes = try await withThrowingTaskGroup(of: SchemaMigrator.Outcome.self) { group in
            for database in databases {
                group.addTask {
                    defer { database.close() }
                    return try await SchemaMigrator.prepare(Shelf.new, in: database)
                }
            }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outcomes.filter { $0 == .migrated(from: 1) }.count == 1)
        #expect(outcomes.filter { $0 == .current }.count == 2)
    }

    @Test func `a newer schema is refused and left as it is`() async throws {
        let place = try Place()
        try await Self.make(place, Shelf.new)
        let database = try place.openEmpty()
        let error = await #expect(throws: DatabaseError.self) {
            try await SchemaMigrator.prepare(Shelf.old, in: database)
        }
        #expect(error?.code == .schemaTooNew)
        #expect(error?.message.contains("use a newer program") == true)
        #expect(try await Self.version("shelf", database) == 3)
        database.close()
    }

    @Test func `a step that fails changes nothing and is named`() async throws {
        let place = try Place()
        try await Self.make(place, Shelf.old)
        let broken = SchemaComponent(
            name: "shelf",
            whole: "",
            steps: [Shelf.first, Shelf.second, SchemaStep("the impossible", "ALTER TABLE nowhere ADD COLUMN x")]
        )
        let database = try place.openEmpty()
        let error = await #expect(throws: DatabaseError.self) {
            try await SchemaMigrator.prepare(broken, in: database)
        }
        #expect(error?.message.contains("the step 'the impossible' of schema 'shelf' failed") == true)
        #expect(try await Self.version("shelf", database) == 1)
        #expect(try await database.read { try SchemaListing.objects(in: $0) } == SchemaListing.whole(Shelf.old))
        try place.openEmpty().close()
        database.close()
    }

    @Test func `rows that would refer to nothing stop a migration`() async throws {
        let place = try Place()
        let two = SchemaComponent(name: "shelf", whole: "", steps: [Shelf.first, Shelf.second])
        try await Self.make(place, Shelf.old)
        let database = try place.openEmpty()
        try await SchemaMigrator.prepare(two, in: database)
        try await database.write {
            try $0.executeScript("INSERT INTO shelf VALUES (1, 'A', 80); INSERT INTO book VALUES (1, 1)")
        }
        let tidy = SchemaComponent(
            name: "shelf",
            whole: "",
            steps: two.steps + [SchemaStep("tidy", "DELETE FROM shelf")]
        )
        let error = await #expect(throws: DatabaseError.self) { try await SchemaMigrator.prepare(tidy, in: database) }
        #expect(error?.code == .constraint)
        #expect(try await Self.version("shelf", database) == 2)
        #expect(try await database.read { try $0.query("SELECT count(*) FROM shelf") { $0.integer(0) } } == [1])
        database.close()
    }

    @Test func `components share a file, and a file from before there were rows keeps its version`() async throws {
        let place = try Place()
        let database = try place.openEmpty()
        try await database.write {
            try $0.executeScript("CREATE TABLE execution (id INTEGER PRIMARY KEY); PRAGMA user_version=1")
        }
        #expect(try await Self.version("history", database) == 1)
        #expect(try await SchemaMigrator.prepare(Shelf.new, in: database) == .created)
        #expect(try await Self.version("history", database) == 1)
        #expect(try await Self.version("shelf", database) == 3)
        let history = SchemaComponent(
            name: "history",
            whole: "",
            steps: [SchemaStep("first", ""), SchemaStep("more", "CREATE TABLE more (id INTEGER PRIMARY KEY)")]
        )
        #expect(try await SchemaMigrator.prepare(history, in: database) == .migrated(from: 1))
        #expect(try await Self.version("history", database) == 2)
        #expect(try await database.read { try $0.query("PRAGMA user_version") { $0.integer(0) } } == [2])
        database.close()
    }
}
