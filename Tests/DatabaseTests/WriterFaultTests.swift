import Database
import Dispatch
import FaultyDisk
import Foundation
import Synchronization
import Testing
import WorkflowAPI

/// A database on a disk that fails when told to.
struct FaultyPlace {
    let place: Place
    let disk: FaultyDisk
    let database: SQLiteDatabase

    init() async throws {
        let disk = try #require(FaultyDisk())
        place = try Place()
        self.disk = disk
        database = try await place.open { $0.vfs = disk.name }
    }

    /// Runs writes as one batch; what each came to.
    func batch(
        _ bodies: [@Sendable (SQLiteConnection) throws -> Int64],
        before: () -> Void = {}
    ) async -> [Result<Int64, any Error>] {
        let gate = DispatchSemaphore(value: 0)
        let isAtWork = Calls()
        let database = database
        return await withTaskGroup(of: (Int, Result<Int64, any Error>).self) { group in
            group.addTask {
                try? await database.write { _ in
                    isAtWork.add(1)
                    gate.wait()
                }
                return (-1, .success(0))
            }
            while isAtWork.sorted.isEmpty { await Task.yield() }
            for (index, body) in bodies.enumerated() {
                group.addTask {
                    do {
                        return (index, .success(try await database.write(body)))
                    } catch {
                        return (index, .failure(error))
                    }
                }
            }
            while database.counters.waiting < bodies.count { await Task.yield() }
            before()
            gate.signal()
            let all = await group.reduce(into: [Int: Result<Int64, any Error>]()) { $0[$1.0] = $1.1 }
            return bodies.indices.map { all[$0] ?? .success(0) }
        }
    }

    var count: Int64 { get async throws { try await SQLiteDatabaseTests.count(database) } }

    /// Every row that was acknowledged, and a file that is whole.
    func isWhole() async throws -> Bool {
        try await database.read { try $0.query("PRAGMA integrity_check") { $0.text(0) } } == ["ok"]
    }
}

extension Result where Failure == any Error {
    var code: DatabaseError.Code? {
        if case .failure(let error) = self { (error as? DatabaseError)?.code } else { nil }
    }
}

@Suite(.serialized) struct WriterFaultTests {
    static func insert(_ name: String) -> @Sendable (SQLiteConnection) throws -> Int64 {
        SQLiteDatabaseTests.insert(name)
    }

    static func names(_ range: Range<Int>) -> [@Sendable (SQLiteConnection) throws -> Int64] {
        range.map { insert("\($0)") }
    }

    @Test func `on a full disk what is too big fails alone and the rest of its batch is committed`() async throws {
        let faulty = try await FaultyPlace()
        let big: @Sendable (SQLiteConnection) throws -> Int64 = { connection in
            for part in 0..<50 {
                try connection.execute(
                    "INSERT INTO item (name) VALUES (?)",
                    [.text("big \(part)" + String(repeating: "x", count: 100_000))]
                )
            }
            return 0
        }
        faulty.disk.fill(at: 2_000_000)
        let results = await faulty.batch(Self.names(0..<10) + [big] + Self.names(10..<20))
        #expect(results[10].code == .full)
        #expect(results.enumerated().allSatisfy { $0.offset == 10 || $0.element.code == nil })
        #expect(try await faulty.count == 20)
        faulty.disk.heal()
        #expect(await faulty.batch([big])[0].code == nil)
        #expect(try await faulty.count == 70)
        #expect(try await faulty.isWhole())
        faulty.database.close()
    }

    @Test func `a commit that finds the disk full is undone, and its members run again, each once in the file`()
        async throws
    {
        let faulty = try await FaultyPlace()
        let runs = Mutex(0)
        let hooks = Calls()
        let bodies = (0..<10).map { number -> @Sendable (SQLiteConnection) throws -> Int64 in
            { connection in
                runs.withLock { $0 += 1 }
                connection.onCommit { hooks.add(number) }
                return try Self.insert("\(number)")(connection)
            }
        }
        let results = await faulty.batch(bodies) { faulty.disk.fail(.write, on: .log, count: 1, code: 13) }
        // The gatekeeper wrote nothing, so that the first write to the log was the batch's.
        #expect(results.allSatisfy { $0.code == nil })
        #expect(faulty.disk.failures == 1)
        #expect(runs.withLock { $0 } == 20)
        #expect(hooks.sorted == Array(0..<10))
        #expect(try await faulty.count == 10)
        faulty.database.close()
    }

    @Test(arguments: [(FaultyDisk.Operations.write, Int32(778)), (.sync, 1034), (.write, 7)])
    func `a commit that fails otherwise leaves the outcome open, all or nothing, and the writer goes on`(
        operation: FaultyDisk.Operations,
        code: Int32
    ) async throws {
        let faulty = try await FaultyPlace()
        let results = await faulty.batch(Self.names(0..<5)) {
            faulty.disk.fail(operation, on: .log, count: 1, code: code)
        }
        #expect(results.allSatisfy { $0.code == .outcomeUnknown })
        let known = try await faulty.count
        #expect([0, 5].contains(known))
        _ = try await faulty.database.write(Self.insert("after"))
        #expect(try await faulty.count == known + 1)
        #expect(try await faulty.isWhole())
        faulty.database.close()
    }

    @Test func `a read that fails says so, and the next one works`() async throws {
        let faulty = try await FaultyPlace()
        // The readers learn the schema while they can.
        for _ in 0..<10 { #expect(try await faulty.count == 0) }
        _ = try await faulty.database.write(Self.insert("one"))
        faulty.disk.fail(.read, code: 266)
        let error = await #expect(throws: DatabaseError.self) { try await faulty.count }
        #expect(error?.code == .io)
        faulty.disk.heal()
        #expect(try await faulty.count == 1)
        faulty.database.close()
    }

    @Test func `a program that locks the file without taking turns makes writes busy, not lost`() async throws {
        let place = try Place()
        let database = try await place.open { $0.busyTimeout = 50 }
        let rude = try SQLiteConnection(path: place.path(), flags: 2, synchronous: "FULL")
        try rude.execute("BEGIN IMMEDIATE")
        let error = await #expect(throws: DatabaseError.self) { try await database.write(Self.insert("one")) }
        #expect(error?.code == .busy)
        #expect(try await SQLiteDatabaseTests.count(database) == 0)
        try rude.execute("ROLLBACK")
        _ = try await database.write(Self.insert("one"))
        #expect(try await SQLiteDatabaseTests.count(database) == 1)
        rude.close()
        database.close()
    }

    @Test func `a rule that is checked at the commit fails the one who broke it`() async throws {
        let faulty = try await FaultyPlace()
        _ = try await faulty.database.write {
            try $0.execute("CREATE TABLE part (item INTEGER REFERENCES item DEFERRABLE INITIALLY DEFERRED)")
        }
        let wrong: @Sendable (SQLiteConnection) throws -> Int64 = {
            try $0.execute("INSERT INTO part (item) VALUES (77)")
            return 0
        }
        let results = await faulty.batch(Self.names(0..<4) + [wrong] + Self.names(4..<6))
        #expect(results.map(\.code) == [nil, nil, nil, nil, .constraint, nil, nil])
        #expect(try await faulty.count == 6)
        faulty.database.close()
    }

    @Test func `a damaged file says that it is damaged`() async throws {
        let place = try Place()
        let database = try await place.open()
        for number in 0..<2000 {
            _ = try await database.write(Self.insert("\(number)-" + String(repeating: "x", count: 50)))
        }
        try await database.checkpoint()
        database.close()
        let file = try FileHandle(forUpdating: URL(filePath: place.path()))
        for page in 3..<20 {
            try file.seek(toOffset: UInt64(page * 4096))
            try file.write(contentsOf: Data(repeating: 0xA5, count: 4096))
        }
        try file.close()
        try FileManager.default.removeItem(atPath: place.path("test.db-wal"))
        let damaged = try place.openEmpty()
        let error = await #expect(throws: DatabaseError.self) {
            try await damaged.read { try $0.query("SELECT name FROM item") { $0.text(0) } }
        }
        #expect(error?.code == .corrupt)
        damaged.close()
    }

    @Test func `a file that went away under an open database is never made anew`() async throws {
        let faulty = try await FaultyPlace()
        faulty.disk.fail(.sync, on: .log, count: 1, code: 1034)
        let unknown = await #expect(throws: DatabaseError.self) { try await faulty.database.write(Self.insert("one")) }
        #expect(unknown?.code == .outcomeUnknown)
        try FileManager.default.removeItem(atPath: faulty.place.path())
        let gone = await #expect(throws: DatabaseError.self) { try await faulty.database.write(Self.insert("two")) }
        #expect(gone?.code == .cannotOpen)
        #expect(!FileManager.default.fileExists(atPath: faulty.place.path()))
        faulty.database.close()
    }
}
