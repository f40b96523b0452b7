import Database
import Foundation
import Testing
import WorkflowAPI

/// Looking at a file leaves no trace.
@Suite struct FileInspectionTests {
    private static let newer = SchemaComponent(name: "history", whole: "", steps: [])

    /// Names and bytes of everything in the directory, but for SQLite's shared memory, which readers write to.
    private func contents(of place: Place) throws -> [String: Data] {
        try FileManager.default.contentsOfDirectory(atPath: place.directory.path).reduce(into: [:]) { found, name in
            found[name] = name.hasSuffix("-shm") ? Data() : try Data(contentsOf: URL(filePath: place.path(name)))
        }
    }

    private func refusal(_ path: String, _ mode: SQLiteDatabase.OpenMode) -> DatabaseError? {
        do {
            try FileInspection.refuse(path, mode: mode, knowing: [Self.newer])
            return nil
        } catch {
            return error as? DatabaseError
        }
    }

    /// One of our files, with version 1 of `history` and whatever journal.
    private func make(_ path: String, journal: String, ours: Bool = true) throws {
        let connection = try SQLiteConnection(path: path, flags: 6, synchronous: "FULL")
        defer { connection.close() }
        if ours { try connection.execute("PRAGMA application_id=\(SQLiteDatabase.applicationID)") }
        _ = try connection.query("PRAGMA journal_mode=\(journal)") { $0.text(0) }
        try connection.executeScript(
            """
            CREATE TABLE schema_version (component TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID;
            INSERT INTO schema_version VALUES ('history', 1);
            """
        )
    }

    @Test(arguments: ["DELETE", "WAL"])
    func `a newer file is refused as it is, and so is a foreign one`(journal: String) throws {
        let place = try Place()
        try make(place.path("newer.db"), journal: journal)
        try make(place.path("foreign.db"), journal: journal, ours: false)
        for name in ["newer", "foreign"] {
            try FileManager.default.createSymbolicLink(
                atPath: place.path("\(name)-link.db"),
                withDestinationPath: place.path("\(name).db")
            )
        }
        let before = try contents(of: place)
        for mode in [SQLiteDatabase.OpenMode.mustExist, .createIfMissing] {
            #expect(refusal(place.path("newer.db"), mode)?.code == .schemaTooNew)
            #expect(refusal(place.path("newer-link.db"), mode)?.code == .schemaTooNew)
            #expect(refusal(place.path("foreign-link.db"), mode)?.code == .notOurs)
            #expect(refusal(place.path("foreign.db"), mode)?.code == .notOurs)
            let opening = #expect(throws: DatabaseError.self) {
                try SQLiteDatabase(path: place.path("foreign.db"), mode: mode)
            }
            #expect(opening?.message.contains("not a workflow database") == true)
        }
        #expect(try contents(of: place) == before)
    }

    @Test func `a file whose log was moved into it and is gone leaves no log behind`() throws {
        let place = try Place()
        let odd = "odd ?#%41 \u{E9}.db"
        try make(place.path(odd), journal: "WAL")
        let connection = try SQLiteConnection(path: place.path(odd), flags: 2, synchronous: "FULL")
        _ = try connection.query("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) }
        connection.close()
        for suffix in ["-wal", "-shm"] { try FileManager.default.removeItem(atPath: place.path(odd + suffix)) }
        let before = try contents(of: place)
        #expect(refusal(place.path(odd), .mustExist)?.code == .schemaTooNew)
        #expect(try contents(of: place) == before && before.count == 1)
    }

    @Test func `a file that a power cut left in the middle of a transaction is left to whoever repairs it`()
        async throws
    {
        let place = try Place()
        try make(place.path("cut.db"), journal: "DELETE")
        let connection = try SQLiteConnection(path: place.path("cut.db"), flags: 2, synchronous: "FULL")
        try connection.executeScript(
            "CREATE TABLE filler (text TEXT); PRAGMA cache_size=1; BEGIN; UPDATE schema_version SET version = 0;"
        )
        for _ in 0..<200 {
            try connection.execute("INSERT INTO filler VALUES (?)", [.text(String(repeating: "x", count: 3000))])
        }
        // As if the process had ended here; the log is of a time after the cut.
        for suffix in ["", "-journal"] {
            try FileManager.default.copyItem(
                atPath: place.path("cut.db" + suffix),
                toPath: place.path("left.db" + suffix)
            )
        }
        connection.close()
        try Data(repeating: 0x5A, count: 4096).write(to: URL(filePath: place.path("left.db-wal")))
        #expect(try Data(contentsOf: URL(filePath: place.path("left.db-journal"))).count > 512)
        #expect(refusal(place.path("left.db"), .mustExist) == nil)
        var options = SQLiteDatabase.Options()
        options.standsAlone = true
        let database = try SQLiteDatabase(path: place.path("left.db"), mode: .mustExist, options: options)
        #expect(try await database.read { try SchemaMigrator.storedVersion(of: "history", $0) } == 1)
        database.close()
    }

    @Test func `an empty file becomes a store only when it may, and a directory never`() throws {
        let place = try Place()
        #expect(FileManager.default.createFile(atPath: place.path(), contents: Data()))
        let empty = #expect(throws: DatabaseError.self) { try SQLiteDatabase(path: place.path(), mode: .mustExist) }
        #expect(empty?.code == .notOurs && empty?.message.contains("is an empty file") == true)
        #expect(try contents(of: place) == ["test.db": Data()])
        #expect(!FileInspection.holdsData(place.path()) && !FileInspection.holdsData(place.path("none.db")))
        try place.openEmpty().close()
        #expect(FileInspection.holdsData(place.path()))
        for mode in [SQLiteDatabase.OpenMode.mustExist, .createIfMissing] {
            let directory = #expect(throws: DatabaseError.self) {
                try SQLiteDatabase(path: place.directory.path, mode: mode)
            }
            #expect(directory?.message.contains("is a directory") == true)
        }
    }

    @Test func `a file that is held exclusively is busy after the time that the program waits`() async throws {
        let place = try Place()
        try await place.open().close()
        let holder = try SQLiteConnection(path: place.path(), flags: 2, synchronous: "FULL")
        try holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        try holder.execute("BEGIN EXCLUSIVE")
        let begun = ContinuousClock.now
        let error = #expect(throws: DatabaseError.self) {
            try SQLiteDatabase.Options.$usualBusyTimeout.withValue(100) {
                try place.openEmpty()
            }
        }
        #expect(error?.code == .busy)
        #expect(begun.duration(to: .now) < .seconds(5))
        holder.close()
        try place.openEmpty().close()
    }
}
