import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime

/// Numbers computed by `Golden/make_random.py`, apart from our code: histories depend on them for ever.
private struct GoldenRandom: Decodable {
    struct Entry: Decodable, CustomTestStringConvertible {
        var id: String
        var seed: String
        var values: Values
        var testDescription: String { id.isEmpty ? "seed \(seed)" : id }
    }

    struct Values: Decodable {
        var raw: [String]
        var bounds: [String]
        var under: [String]
        var doubles: [String]
        var uuids: [String]
        var shuffled: [Int]
    }

    var runs: [Entry] = []
    var seeds: [Entry] = []

    static let file: GoldenRandom = {
        guard let url = Bundle.module.url(forResource: "random", withExtension: "json"),
            let file = try? JSONDecoder().decode(GoldenRandom.self, from: Data(contentsOf: url))
        else { return GoldenRandom() }
        return file
    }()
}

@Suite struct DeterministicRandomTests {
    @Test(arguments: GoldenRandom.file.seeds + GoldenRandom.file.runs)
    fileprivate func `numbers, doubles, UUIDs and orders are those of the golden file`(
        entry: GoldenRandom.Entry
    ) throws {
        let fresh = DeterministicRandom(seed: try #require(UInt64(entry.seed)))
        var random = fresh
        #expect(entry.values.raw.map { _ in String(random.next()) } == entry.values.raw)
        random = fresh
        let bounds = entry.values.bounds.compactMap { UInt64($0) }
        #expect(bounds.map { String(random.next(under: $0)) } == entry.values.under)
        random = fresh
        #expect(entry.values.doubles.map { _ in random.nextDouble() } == entry.values.doubles.compactMap { Double($0) })
        random = fresh
        #expect(entry.values.uuids.map { _ in random.nextUUID() } == entry.values.uuids)
        random = fresh
        #expect(random.shuffled(Array(0..<entry.values.shuffled.count)) == entry.values.shuffled)
    }

    @Test(arguments: GoldenRandom.file.runs)
    fileprivate func `the seed of a run is the beginning of the hash of its id`(entry: GoldenRandom.Entry) {
        var random = DeterministicRandom(originalRunID: RunID(entry.id))
        #expect(entry.values.raw.map { _ in String(random.next()) } == entry.values.raw)
    }

    @Test func `the golden file is there, and edges hold`() {
        #expect(GoldenRandom.file.runs.count == 3)
        #expect(GoldenRandom.file.seeds.count == 3)
        var random = DeterministicRandom(seed: 7)
        #expect(random.next(under: 0) == 0)
        #expect(random.next(under: 1) == 0)
        #expect(random.shuffled([Int]()).isEmpty)
        #expect((0..<1000).allSatisfy { _ in random.next(under: 3) < 3 })
        #expect((0..<1000).allSatisfy { _ in (0..<1).contains(random.nextDouble()) })
    }
}
