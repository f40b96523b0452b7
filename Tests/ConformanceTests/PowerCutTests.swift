import FaultyDisk
import Foundation
import Testing

/// A disk that remembers every write and sync: what a power cut at any moment may leave is opened, verified, and held
/// against what the engine had answered for.
@Suite(.serialized) struct PowerCutTests {
    /// How many cuts are looked at.
    static let cuts = 240

    @Test func `whatever moment the power is cut at, everything acknowledged is there and whole`() async throws {
        let outcome = try await Self.cutMany(synchronous: "FULL", cuts: Self.cuts)
        #expect(outcome.broken.isEmpty, "\(outcome)")
        #expect(outcome.lost.isEmpty, "\(outcome)")
        #expect(outcome.held == Self.cuts)
        #expect(outcome.inCheckpoints > Self.cuts / 20)
    }

    @Test func `without a sync at each commit the same test finds lost acknowledgements, though the file stays whole`()
        async throws
    {
        // Once there is a file: SQLite makes a new one with a rollback journal, which needs FULL to be whole at any cut.
        let outcome = try await Self.cutMany(synchronous: "NORMAL", cuts: Self.cuts / 4, onceMade: true)
        #expect(outcome.broken.isEmpty, "\(outcome)")
        #expect(!outcome.lost.isEmpty)
    }

    @Test func `without any sync the same test finds losses and damage`() async throws {
        let outcome = try await Self.cutMany(synchronous: "OFF", cuts: Self.cuts / 4)
        #expect(!outcome.lost.isEmpty || !outcome.broken.isEmpty)
        #expect(outcome.held < Self.cuts / 8)
    }

    struct Outcome: CustomStringConvertible {
        var seed: UInt64
        var held = 0
        var lost: [String] = []
        var broken: [String] = []
        var inCheckpoints = 0

        var description: String {
            "seed \(seed): \(held) held, \(lost.count) lost \(lost.prefix(3)), \(broken.count) broken \(broken.prefix(3))"
        }
    }

    static func cutMany(synchronous: String, cuts: Int, onceMade: Bool = false) async throws -> Outcome {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(seed: seed)
        var outcome = Outcome(seed: seed)
        let workload = try PowerCutWorkload()
        try await workload.run(synchronous: synchronous, clients: 4, runs: 8)
        let end = workload.disk.position
        let begin = onceMade ? workload.firstAcknowledgement : 0
        let syncs = (begin..<end).filter { workload.disk.operation(at: $0).operation == .sync }
        let mainWrites = (begin..<end).filter { workload.disk.operation(at: $0) == (.write, .main) }
        for number in 0..<cuts {
            // Anywhere; just before a sync, when most is in the air; and in the middle of a checkpoint.
            let moments = [syncs, mainWrites, []][number % 3]
            let position = moments.randomElement(using: &random) ?? Int64.random(in: begin...end, using: &random)
            if mainWrites.contains(position) { outcome.inCheckpoints += 1 }
            let directory = workload.directory.appending(path: "cut-\(number)")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            try #require(workload.disk.cut(at: position, seed: random.next(), into: directory.path))
            let expected = workload.acknowledgements(before: position)
            switch await PowerCutImage(directory: directory, expected: expected).verdict() {
            case .holds: outcome.held += 1
            case .lost(let what): outcome.lost.append("cut \(number) at \(position) of \(end): \(what)")
            case .broken(let why): outcome.broken.append("cut \(number) at \(position) of \(end): \(why)")
            }
            try? FileManager.default.removeItem(at: directory)
        }
        print(
            "power cuts with synchronous=\(synchronous), \(workload.acknowledgementCount) acknowledgements, \(outcome)"
        )
        return outcome
    }
}
