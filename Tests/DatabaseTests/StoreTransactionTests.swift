import Database
import Synchronization
import Testing
import WorkflowAPI

@Suite struct StoreTransactionTests {
    private func open(_ place: Place) async throws -> SQLiteDatabase {
        let database = try await place.open()
        try await database.write {
            try $0.executeScript(
                """
                CREATE TABLE engine_row (id INTEGER PRIMARY KEY);
                CREATE TRIGGER item_is_named BEFORE INSERT ON item WHEN new.name = '' BEGIN
                    SELECT RAISE(ABORT, 'an item has a name');
                END;
                """
            )
        }
        return database
    }

    private func names(_ database: SQLiteDatabase) async throws -> [String] {
        try await database.look { try $0.query("SELECT name FROM item ORDER BY id").map { $0.text(0) } }
    }

    @Test func `rows are written, counted, read back, and kept`() async throws {
        let place = try Place()
        let database = try await open(place)
        defer { database.close() }
        let rows = try await database.transact { transaction in
            let inserted = try transaction.execute(
                "INSERT INTO item (id, name) VALUES (?, ?), (?, ?)",
                [1, "a", 2, "b"]
            )
            #expect(inserted == 2)
            #expect(try transaction.execute("UPDATE item SET name = name || ?", ["!"]) == 2)
            #expect(try transaction.execute("DELETE FROM item WHERE id = ?", [7]) == 0)
            return try transaction.query("SELECT id, name, NULL, 1.5, x'01' FROM item ORDER BY id;")
        }
        #expect(rows.map { $0.integer(0) } == [1, 2])
        #expect(rows[1].text(1) == "b!" && rows[1].isNull(2) && rows[1].real(3) == 1.5 && rows[1].blob(4) == [1])
        #expect(rows[1].isNull(99) && rows[1].optionalText(0) == nil && rows[1].optionalInteger(1) == nil)
        #expect(try await names(database) == ["a!", "b!"])
    }

    @Test func `a broken rule undoes its statement alone and may be caught`() async throws {
        let place = try Place()
        let database = try await open(place)
        defer { database.close() }
        let codes = try await database.transact { transaction in
            var codes: [StoreError.Code] = []
            try transaction.execute("INSERT INTO item (name) VALUES ('a')")
            for name in ["a", ""] {
                do {
                    try transaction.execute("INSERT INTO item (name) VALUES (?), (?)", [.text("x"), .text(name)])
                } catch let error as StoreError {
                    codes.append(error.code)
                    #expect(!error.message.contains(place.path()))
                }
            }
            return codes
        }
        #expect(codes == [.unique, .constraint])
        #expect(try await names(database) == ["a"])
    }

    @Test(
        arguments: [
            "COMMIT", "SAVEPOINT mine", "CREATE TABLE other (id)", "DROP TABLE item", "PRAGMA synchronous=OFF",
            "ATTACH ':memory:' AS other", "INSERT INTO engine_row VALUES (1)", "UPDATE engine_row SET id = 2",
            "WITH gone AS (SELECT 1) DELETE FROM engine_row", "DELETE FROM sqlite_schema",
        ]
    )
    func `what is not a plain change of rows is refused`(_ sql: String) async throws {
        let place = try Place()
        let database = try await open(place)
        defer { database.close() }
        try await database.write { connection in
            try connection.step(GuestRights(protected: ["engine_row"])) { transaction in
                try transaction.execute("INSERT INTO item (name) VALUES ('kept')")
                let error = #expect(throws: StoreError.self) { try transaction.execute(sql) }
                // The rows of SQLite's own tables cannot be changed in the first place.
                #expect(error?.code == (sql.hasSuffix("sqlite_schema") ? error?.code : .refused))
                #expect(try transaction.query("SELECT count(*) FROM engine_row").first?.integer(0) == 0)
            }
            // The guard is off duty for ourselves.
            try connection.execute("INSERT INTO engine_row VALUES (1)")
        }
        #expect(try await names(database) == ["kept"])
    }

    @Test(arguments: ["SELEC 1", "SELECT * FROM nothing", "SELECT ?, ?", "SELECT 1; SELECT 2", ""])
    func `a wrong statement is the step's mistake and harms nobody`(_ sql: String) async throws {
        let place = try Place()
        let database = try await open(place)
        defer { database.close() }
        let code = try await database.transact { transaction in
            try transaction.execute("INSERT INTO item (name) VALUES ('kept')")
            do {
                _ = try transaction.query(sql, [1])
                return StoreError.Code?.none
            } catch let error as StoreError {
                return error.code
            }
        }
        #expect(code == .statement)
        #expect(try await names(database) == ["kept"])
    }

    @Test func `what threw has written nothing, and the batch beside it is kept`() async throws {
        let place = try Place()
        let database = try await open(place)
        defer { database.close() }
        async let kept: Void = database.transact { _ = try $0.execute("INSERT INTO item (name) VALUES ('kept')") }
        await #expect(throws: Refusal.self) {
            try await database.transact { transaction in
                try transaction.execute("INSERT INTO item (name) VALUES ('lost')")
                throw Refusal()
            }
        }
        try await kept
        #expect(try await names(database) == ["kept"])
    }

    @Test func `a step that takes too long is stopped in its statement and undone`() async throws {
        let place = try Place()
        let database = try await open(place)
        defer { database.close() }
        let endless = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) "
        for sql in [endless + "SELECT count(*) FROM n", endless + "INSERT INTO item (name) SELECT 'x' || i FROM n"] {
            let error = await #expect(throws: StoreError.self) {
                try await database.write { connection in
                    try connection.step(limit: .milliseconds(20)) { transaction in
                        try transaction.execute("INSERT INTO item (name) VALUES ('lost')")
                        // Caught or not: what then happened is not the step's to decide.
                        _ = try? transaction.query(sql)
                    }
                }
            }
            #expect(error?.code == .tooLong)
        }
        #expect(try await names(database) == [])
        try await database.transact { _ = try $0.execute("INSERT INTO item (name) VALUES ('after')") }
        #expect(try await names(database) == ["after"])
    }

    @Test func `what reads cannot write, and does not read for ever`() async throws {
        let place = try Place()
        let database = try await open(place)
        defer { database.close() }
        let error = await #expect(throws: StoreError.self) {
            try await database.look { try $0.execute("INSERT INTO item (name) VALUES ('x')") }
        }
        #expect(error?.code == .refused)
        // Nor can code of ours by mistake.
        await #expect(throws: DatabaseError.self) {
            try await database.read { try $0.execute("INSERT INTO item (name) VALUES ('x')") }
        }
        let late = await #expect(throws: StoreError.self) {
            try await database.read { connection in
                try connection.look(limit: .milliseconds(20)) { transaction in
                    try transaction.query(
                        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
                    )
                }
            }
        }
        #expect(late?.code == .tooLong)
        #expect(try await names(database) == [])
    }

    @Test func `rows may be added where nothing may be changed`() async throws {
        let place = try Place()
        let database = try await open(place)
        defer { database.close() }
        let rights = GuestRights(insertOnly: ["item"])
        try await database.transact(rights) { transaction in
            try transaction.execute("INSERT INTO item (name) VALUES ('kept')")
            for sql in [
                "DELETE FROM item", "UPDATE item SET name = 'x'",
            ] {
                let error = #expect(throws: StoreError.self) { try transaction.execute(sql) }
                #expect(error?.code == .refused, "\(sql)")
            }
        }
        #expect(try await names(database) == ["kept"])
        // Statements are kept apart by what they may do.
        #expect(try await database.transact { try $0.execute("UPDATE item SET name = 'x'") } == 1)
    }

    @Test func `what would fail at the commit fails its own step, and a statement that rolls back is the step's fault`()
        async throws
    {
        let place = try Place()
        let database = try await open(place)
        defer { database.close() }
        try await database.write {
            try $0.executeScript(
                """
                CREATE TABLE part (item INTEGER REFERENCES item DEFERRABLE INITIALLY DEFERRED);
                CREATE TRIGGER item_counts AFTER INSERT ON item BEGIN UPDATE item SET name = name || '+'; END;
                """
            )
        }
        async let kept = database.transact { try $0.execute("INSERT INTO item (id, name) VALUES (1, 'kept')") }
        let dangling = await #expect(throws: StoreError.self) {
            try await database.transact { _ = try $0.execute("INSERT INTO part VALUES (99)") }
        }
        #expect(dangling?.code == .constraint)
        #expect(try await kept == 1)
        let rolling = await #expect(throws: StoreError.self) {
            try await database.transact { transaction in
                _ = try? transaction.execute("INSERT OR ROLLBACK INTO item (id, name) VALUES (1, 'again')")
            }
        }
        #expect(rolling?.code == .unique)
        #expect(rolling?.message.contains("never use ROLLBACK") == true)
        #expect(try await names(database) == ["kept+"])
    }

    @Test func `a transaction that is kept beyond its step refuses`() async throws {
        /// `@unchecked Sendable`: what the test is about is that this does not help.
        final class Thief: @unchecked Sendable { var transaction: (any StoreTransaction)? }
        let place = try Place()
        let database = try await open(place)
        defer { database.close() }
        let thief = Thief()
        try await database.transact { thief.transaction = copy $0 }
        let error = #expect(throws: StoreError.self) { try thief.transaction?.execute("DELETE FROM item") }
        #expect(error?.code == .over)
    }
}
