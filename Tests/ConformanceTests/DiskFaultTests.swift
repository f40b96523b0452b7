import FaultyDisk
import Foundation
import Testing

/// A disk that fails now and then under the whole engine.
@Suite(.serialized) struct DiskFaultTests {
    @Test func `a disk that fails now and then loses nothing acknowledged and leaves no half transition`() async throws
    {
        var told: [String: Int] = [:]
        var failures = 0
        for _ in 0..<6 {
            let seed = UInt64.random(in: 0 ... .max)
            let gremlin = DiskGremlin(seed: seed)
            let workload = try PowerCutWorkload(gremlin: gremlin)
            try await workload.run(synchronous: "FULL", clients: 4, runs: 6)
            for (code, count) in gremlin.errors { told["\(code)", default: 0] += count }
            failures += workload.disk.failures
            let after = PowerCutImage(directory: workload.directory, expected: workload.acknowledgements(before: .max))
            #expect(await after.verdict() == .holds, "seed \(seed)")
            // And a power cut at any moment of it.
            var random = SeededGenerator(seed: seed)
            for number in 0..<15 {
                let position = Int64.random(in: 0...workload.disk.position, using: &random)
                let directory = workload.directory.appending(path: "cut-\(number)")
                try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
                try #require(workload.disk.cut(at: position, seed: random.next(), into: directory.path))
                let cut = PowerCutImage(
                    directory: directory,
                    expected: workload.acknowledgements(before: position)
                )
                let verdict = await cut.verdict()
                #expect(verdict == .holds, "\(verdict), seed \(seed), cut \(number) at \(position)")
            }
        }
        print("disk faults: \(failures) operations failed; clients were told \(told)")
        #expect(failures > 20)
        #expect(told["outcomeUnknown", default: 0] > 0)
    }
}
