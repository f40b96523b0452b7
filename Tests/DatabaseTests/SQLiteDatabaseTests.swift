import Database
import Foundation
import Synchronization
import Testing
import WorkflowAPI

/// A directory that goes with the test.
final class Place: Sendable {
    let directory: URL

    init() throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "database-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    deinit { try? FileManager.default.removeItem(at: directory) }

    func path(_ name: String = "test.db") -> String { directory.appending(path: name).path }

    /// Opens the file as another process would, unless it is to share with other openings.
    func openEmpty(
        _ name: String = "test.db",
        sharing: Bool = false,
        configure: (inout SQLiteDatabase.Options) -> Void = { _ in }
    ) throws -> SQLiteDatabase {
        var options = SQLiteDatabase.Options()
        options.standsAlone = !sharing
        configure(&options)
        return try SQLiteDatabase(path: path(name), mode: .createIfMissing, options: options)
    }

    func open(
        _ name: String = "test.db",
        sharing: Bool = false,
        configure: (inout SQLiteDatabase.Options) -> Void = { _ in }
    ) async throws -> SQLiteDatabase {
        let database = try openEmpty(name, sharing: sharing, configure: configure)
        try await database.write {
            try $0.execute("CREATE TABLE IF NOT EXISTS item (id INTEGER PRIMARY KEY, name TEXT UNIQUE)")
        }
        return database
    }
}

struct Refusal: Error {}

/// What hooks have said.
final class Calls: Sendable {
    private let numbers = Mutex<[Int]>([])

    var sorted: [Int] { numbers.withLock { $0.sorted() } }

    func add(_ number: Int) { numbers.withLock { $0.append(number) } }
}

@Suite struct SQLiteDatabaseTests {
    static func insert(_ name: String) -> @Sendable (SQLiteConnection) throws -> Int64 {
        { connection in
            try connection.execute("INSERT INTO item (name) VALUES (?)", [.text(name)])
            return connection.lastInsertRowID
        }
    }

    static func count(_ database: SQLiteDatabase) async throws -> Int64 {
        try await database.read { try $0.query("SELECT count(*) FROM item") { $0.integer(0) }[0] }
    }

    @Test func `writes that wait together share commits, and all of them are there`() async throws {
        let place = try Place()
        let database = try await place.open()
        let before = database.counters
        try await withThrowingTaskGroup(of: Int64.self) { group in
            for number in 0..<500 { group.addTask { try await database.write(Self.insert("\(number)")) } }
            try await group.waitForAll()
        }
        #expect(try await Self.count(database) == 500)
        #expect(database.counters.members - before.members == 500)
        #expect(database.counters.commits - before.commits < 500)
        database.close()
    }

    @Test func `a write that throws fails alone, and its hooks do not run`() async throws {
        let place = try Place()
        let database = try await place.open()
        let hooks = Calls()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<100 {
                group.addTask {
                    try? await database.write { connection in
                        connection.onCommit { hooks.add(number) }
                        _ = try Self.insert("\(number)")(connection)
                        if number % 3 == 0 { throw Refusal() }
                    }
                }
            }
        }
        #expect(try await Self.count(database) == 66)
        #expect(hooks.sorted == (0..<100).filter { $0 % 3 != 0 })
        database.close()
    }

    @Test func `a broken rule of the schema says which kind`() async throws {
        let place = try Place()
        let database = try await place.open()
        _ = try await database.write(Self.insert("twice"))
        let error = await #expect(throws: DatabaseError.self) { try await database.write(Self.insert("twice")) }
        #expect(error?.code == .unique)
        database.close()
        let closed = await #expect(throws: DatabaseError.self) { try await database.write(Self.insert("late")) }
        #expect(closed?.code == .closed)
    }

    @Test func `two writers on one file take turns, and none fails`() async throws {
        let place = try Place()
        let first = try await place.open()
        let second = try await place.open()
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (name, database) in [("a", first), ("b", second)] {
                for number in 0..<200 {
                    group.addTask { _ = try await database.write(Self.insert("\(name)\(number)")) }
                }
            }
            try await group.waitForAll()
        }
        #expect(try await Self.count(first) == 400)
        try await first.checkpoint()
        #expect(try await Self.count(second) == 400)
        first.close()
        second.close()
    }

    @Test(arguments: [true, false])
    func `a commit elsewhere is noticed, told by the kernel or found by looking`(isTold: Bool) async throws {
        let place = try Place()
        let watching = try await place.open { $0.watchesWakeFile = isTold }
        let other = try await place.open()
        let noticed = AsyncStream<Void>.makeStream()
        watching.watchOthers { noticed.continuation.yield() }
        _ = try await other.write(Self.insert("elsewhere"))
        for await _ in noticed.stream { break }
        #expect(try await Self.count(watching) == 1)
        watching.close()
        other.close()
    }

    @Test func `a checkpoint waits for no reader, and one after it starts the log anew`() async throws {
        let place = try Place()
        let database = try await place.open()
        let filler = String(repeating: "x", count: 3000)
        @Sendable func fill(_ name: String) async throws {
            for number in 0..<50 { _ = try await database.write(Self.insert("\(name) \(number) \(filler)")) }
        }
        func logSize() throws -> Int {
            try FileManager.default.attributesOfItem(atPath: place.path("test.db-wal"))[.size] as? Int ?? 0
        }
        try await fill("first")
        let reader = try SQLiteConnection(path: place.path(), flags: 2, synchronous: "FULL")
        try reader.execute("BEGIN")
        #expect(try reader.query("SELECT count(*) FROM item") { $0.integer(0) } == [50])
        let begun = ContinuousClock.now
        try await database.checkpoint()
        try await fill("second")
        #expect(begun.duration(to: .now) < .seconds(8), "the checkpoint would have waited for ten")
        #expect(try reader.query("SELECT count(*) FROM item") { $0.integer(0) } == [50])
        try reader.execute("COMMIT")
        reader.close()
        let grown = try logSize()
        try await database.checkpoint()
        try await fill("third")
        #expect(try logSize() == grown)
        #expect(try await Self.count(database) == 150)
        database.close()
    }

    @Test func `a session lock is seen by others and goes with its holder`() throws {
        let place = try Place()
        let other = try LockFile(path: place.path("locks"))
        var holder: LockFile? = try LockFile(path: place.path("locks"))
        #expect(holder?.tryLock(7) == true)
        #expect(other.isLocked(7))
        #expect(!other.isLocked(8))
        #expect(!other.tryLock(7))
        holder = nil
        #expect(!other.isLocked(7))
    }

    @Test func `a file that is missing, foreign or no database is refused with its name`() async throws {
        let place = try Place()
        let missing = #expect(throws: DatabaseError.self) { try SQLiteDatabase(path: place.path(), mode: .mustExist) }
        #expect(missing?.code == .cannotOpen)
        try Data("certainly not a database, though of some length".utf8).write(to: URL(filePath: place.path("text.db")))
        let text = #expect(throws: DatabaseError.self) {
            try SQLiteDatabase(path: place.path("text.db"), mode: .createIfMissing)
        }
        #expect(text?.code == .notOurs)
        let foreign = try SQLiteConnection(path: place.path("foreign.db"), flags: 6, synchronous: "FULL")
        try foreign.execute("CREATE TABLE theirs (x)")
        foreign.close()
        let other = #expect(throws: DatabaseError.self) {
            try SQLiteDatabase(path: place.path("foreign.db"), mode: .createIfMissing)
        }
        #expect(other?.code == .notOurs)
        #expect(other?.message.contains("foreign.db") == true)
    }

    @Test(arguments: [UInt32(0x6969), 0xFF53_4D42, 0xFE53_4D42, 0x517B, 0x0102_1997, 0x00C3_6400])
    func `a file on a network file system is refused before anything is made`(type: UInt32) throws {
        let place = try Place()
        let error = #expect(throws: DatabaseError.self) { try place.openEmpty { $0.fileSystemType = type } }
        #expect(error?.code == .networkFileSystem)
        #expect(error?.message.contains("put it on a local disk") == true)
        #expect(try FileManager.default.contentsOfDirectory(atPath: place.directory.path).isEmpty)
        // ext4 is local.
        try place.openEmpty { $0.fileSystemType = 0xEF53 }.close()
    }
}
