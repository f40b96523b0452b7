import Database
import Foundation
import Testing

/// What this process holds open under a directory, links followed.
private func descriptors(under directory: URL) throws -> [String] {
    let real = directory.resolvingSymlinksInPath().path
    return try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
    }.filter { $0.hasPrefix(real) }
}

/// All descriptors but those of files elsewhere: pipes and inotify instances have no directory.
private func nameless() throws -> Int {
    try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").compactMap {
        try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\($0)")
    }.filter { $0.contains("inotify") }.count
}

@Suite(.serialized) struct SharedFileTests {
    @Test func `openings of one file by any path share a writer, and each hears of the others' commits`() async throws {
        let place = try Place()
        let first = try await place.open(sharing: true)
        try FileManager.default.createSymbolicLink(
            atPath: place.path("alias.db"),
            withDestinationPath: place.path("test.db")
        )
        try FileManager.default.createSymbolicLink(
            atPath: place.path("elsewhere"),
            withDestinationPath: place.directory.path
        )
        let second = try place.openEmpty("alias.db", sharing: true)
        let third = try place.openEmpty("elsewhere/test.db", sharing: true)
        #expect(first.path == second.path && second.path == third.path)
        let open = try descriptors(under: place.directory).filter { $0.hasSuffix("/test.db") }.count
        #expect(open == 3, "a writer and two readers")

        let noticed = AsyncStream<String>.makeStream()
        first.watchOthers { noticed.continuation.yield("first") }
        second.watchOthers { noticed.continuation.yield("second") }
        let before = first.counters.commits
        _ = try await second.write(SQLiteDatabaseTests.insert("by the second"))
        #expect(third.counters.commits == before + 1)
        var iterator = noticed.stream.makeAsyncIterator()
        #expect(await iterator.next() == "first")
        #expect(try await SQLiteDatabaseTests.count(third) == 1)

        first.close()
        let late = await #expect(throws: DatabaseError.self) { try await SQLiteDatabaseTests.count(first) }
        #expect(late?.code == .closed)
        _ = try await third.write(SQLiteDatabaseTests.insert("by the third"))
        #expect(try await SQLiteDatabaseTests.count(second) == 2)
        second.close()
        third.close()
        #expect(try descriptors(under: place.directory).isEmpty)
        #expect(!FileManager.default.fileExists(atPath: place.path("alias.db-wake")))
    }

    @Test func `close returns when every descriptor is let go`() async throws {
        let place = try Place()
        for round in 0..<20 {
            let database = try await place.open(sharing: round % 2 == 0) { $0.readers = 3 }
            database.watchOthers {}
            let inotify = try nameless()
            async let reads: [Int64] = withThrowingTaskGroup(of: Int64.self) { group in
                for _ in 0..<8 { group.addTask { try await SQLiteDatabaseTests.count(database) } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            _ = try await database.write(SQLiteDatabaseTests.insert("round \(round)"))
            #expect(try await reads.count == 8)
            #expect(try !descriptors(under: place.directory).isEmpty)
            database.close()
            #expect(try descriptors(under: place.directory) == [])
            #expect(inotify > 0)
        }
    }

    @Test func `openings in one process agree on their options`() async throws {
        let place = try Place()
        let first = try await place.open(sharing: true)
        let error = #expect(throws: DatabaseError.self) {
            try place.openEmpty(sharing: true) { $0.synchronous = "OFF" }
        }
        #expect(error?.code == .misuse)
        first.close()
        try place.openEmpty(sharing: true) { $0.synchronous = "OFF" }.close()
    }

    @Test func `a file with two names is refused, since its log stands beside one of them only`() async throws {
        let place = try Place()
        try await place.open().close()
        try FileManager.default.linkItem(atPath: place.path(), toPath: place.path("second.db"))
        let error = #expect(throws: DatabaseError.self) { try place.openEmpty("second.db", sharing: true) }
        #expect(error?.message.contains("hard links") == true)
        try FileManager.default.removeItem(atPath: place.path("second.db"))
        try place.openEmpty(sharing: true).close()
    }

    @Test func `commits hidden behind our own in the wake file are noticed all the same`() async throws {
        let place = try Place()
        // Looks once a second, which this test does not wait for: the writer has to notice.
        let busy = try await place.open { $0.watchesWakeFile = false }
        let other = try await place.open()
        let noticed = AsyncStream<Void>.makeStream()
        busy.watchOthers { noticed.continuation.yield() }
        _ = try await busy.write(SQLiteDatabaseTests.insert("ours"))
        _ = try await other.write(SQLiteDatabaseTests.insert("theirs"))
        let begun = ContinuousClock.now
        _ = try await busy.write(SQLiteDatabaseTests.insert("ours again"))
        for await _ in noticed.stream { break }
        #expect(begun.duration(to: .now) < .seconds(1))
        busy.close()
        other.close()
    }

    @Test func `a process that stops in its turn holds up others no longer than their patience, and nobody afterwards`()
        async throws
    {
        let place = try Place()
        let database = try await place.open { $0.busyTimeout = 100 }
        let stopped = try LockFile(path: place.path("test.db-turn"))
        // Twice, so that the second write finds the first one's waiting still under way.
        for round in 0..<2 {
            // The writer passes the turn on after it has answered.
            if round == 0 { try stopped.lock(1) }
            let refusal = await #expect(throws: DatabaseError.self) {
                try await database.write(SQLiteDatabaseTests.insert("in vain"))
            }
            #expect(refusal?.code == .busy && refusal?.message.contains("has not finished for 100 ms") == true)
        }
        stopped.unlock(1)
        _ = try await database.write(SQLiteDatabaseTests.insert("at last"))
        #expect(try await SQLiteDatabaseTests.count(database) == 1)
        // The turn that came too late was passed on.
        try stopped.lock(0)
        try stopped.lock(1)
        let next = Task { try await database.write(SQLiteDatabaseTests.insert("next")) }
        stopped.unlock(0)
        stopped.unlock(1)
        _ = try await next.value
        database.close()
        #expect(try descriptors(under: place.directory).filter { !$0.hasSuffix("-turn") }.isEmpty)
        stopped.closeFile()
    }
}
