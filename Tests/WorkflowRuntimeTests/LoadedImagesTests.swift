import Foundation
import Runtime
import Synchronization
import Testing
import WorkflowRuntime

@Suite(.timeLimit(.minutes(5)))
struct LoadedImagesTests {
    @Test func `the program and its libraries are listed in the order in which they lie`() throws {
        let map = try #require(LoadedImages.map())
        let program = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        #expect(map.contains { $0.path == program })
        #expect(map.contains { $0.path?.hasSuffix("/libswiftCore.so") == true })
        let places = map.map { "\($0.baseAddress)" }
        #expect(places == places.sorted())
    }

    /// SQLite does that to its shared memory with every database that is closed.
    @Test func `files that are mapped and unmapped meanwhile do no harm`() throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "mapped-\(UUID())")
        try Data(repeating: 1, count: 32 * 1024).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let mapper = try Mapper(file)
        Thread { mapper.run() }.start()
        for _ in 0..<100 { #expect(LoadedImages.map() != nil) }
        mapper.isOver.store(true, ordering: .relaxed)
        #expect(mapper.rounds.load(ordering: .relaxed) > 0)
    }

    /// Maps and unmaps a file until it is told to stop.
    private final class Mapper: Sendable {
        let rounds = Atomic(0)
        let isOver = Atomic(false)
        private let file: FileHandle

        init(_ file: URL) throws { self.file = try FileHandle(forReadingFrom: file) }

        func run() {
            while !isOver.load(ordering: .relaxed) {
                munmap(mmap(nil, 32 * 1024, PROT_READ, MAP_SHARED, file.fileDescriptor, 0), 32 * 1024)
                rounds.add(1, ordering: .relaxed)
            }
        }
    }
}
