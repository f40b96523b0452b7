import Foundation
import Testing

/// A process of ours, started from where the tests were built.
final class StormProcess {
    private let process = Process()
    private let input = Pipe()
    private let output = Pipe()
    private let errors = Pipe()

    private static let program: URL? = {
        let bundles = [Bundle.main.bundleURL] + Bundle.allBundles.map(\.bundleURL)
        let argument = URL(filePath: ProcessInfo.processInfo.arguments.first ?? ".")
        return (bundles + [argument]).flatMap { [$0, $0.deletingLastPathComponent()] }
            .map { $0.appending(path: "signal-storm") }
            .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    }()

    init(_ arguments: String...) throws {
        let program = try #require(Self.program, "signal-storm is not beside the tests")
        process.executableURL = program
        process.arguments = arguments
        process.standardInput = input
        process.standardOutput = output
        process.standardError = errors
        try process.run()
    }

    /// Waits until the process has said something.
    func waitUntilReady() { _ = output.fileHandleForReading.availableData }

    /// Ends its input.
    func finish() throws { try input.fileHandleForWriting.close() }

    /// The numbers that it printed, line by line, once it has ended well.
    func numbers() throws -> [[Int64]] {
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        let trouble = String(decoding: errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        try #require(process.terminationStatus == 0, "\(trouble)")
        return text.split(separator: "\n").map { $0.split(separator: " ").compactMap { Int64($0) } }
    }
}

@Suite(.serialized) struct WriterTurnTests {
    @Test func `beside a busy daemon no signal of three other processes fails or waits for ten commits`() throws {
        // A client that the system does not let run sees others pass without waiting for its turn, so a machine that has
        // other things to do gets three chances.
        var worst = try storm()
        for _ in 0..<2 where worst.daemon >= 10 || worst.all >= 30 { worst = try storm() }
        #expect(worst.daemon < 10)
        #expect(worst.all < 30)
    }

    /// Four processes on one file; gives the worst that any signal met.
    private func storm() throws -> Wait {
        let directory = FileManager.default.temporaryDirectory.appending(path: "turn-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "workflow.db").path
        let daemon = try StormProcess("load", file)
        daemon.waitUntilReady()
        let clients = try [334, 333, 333].enumerated().map { index, count in
            try StormProcess("signal", file, "storm-\(index)", "\(count)")
        }
        let signals = try clients.map { try $0.numbers() }
        try daemon.finish()
        let commits = try daemon.numbers().compactMap(\.first)
        #expect(signals.map(\.count) == [334, 333, 333])

        let first = signals.joined().map { $0[0] }.min() ?? 0
        let last = signals.joined().map { $0[1] }.max() ?? 0
        let during = commits.filter { $0 > first && $0 < last }
        // The daemon was at work all the time, not only when nobody else was.
        #expect(during.count > 100)
        var worst = Wait()
        for (client, own) in signals.enumerated() {
            let others = signals.enumerated().filter { $0.offset != client }.flatMap { $0.element.map { $0[1] } }
                .sorted()
            for signal in own {
                worst.take(
                    daemon: Self.count(commits, between: signal[0], and: signal[1]),
                    others: Self.count(others, between: signal[0], and: signal[1]),
                    nanoseconds: signal[1] - signal[0]
                )
            }
        }
        let median = signals.joined().map { $0[1] - $0[0] }.sorted()[500]
        let pauses = zip(during, during.dropFirst()).map { $1 - $0 }.sorted()
        print(
            "turns: \(during.count) commits of the daemon, \(pauses[pauses.count / 2] / 1000) µs from one to the next; "
                + "a signal took \(median / 1000) µs at the median, \(worst.nanoseconds / 1000) µs at worst; "
                + "at most \(worst.daemon) commits of the daemon and \(worst.all) of everybody went before it"
        )
        return worst
    }

    /// The worst that any signal met.
    struct Wait {
        var daemon = 0
        var all = 0
        var nanoseconds: Int64 = 0

        mutating func take(daemon: Int, others: Int, nanoseconds: Int64) {
            self.daemon = max(self.daemon, daemon)
            all = max(all, daemon + others)
            self.nanoseconds = max(self.nanoseconds, nanoseconds)
        }
    }

    /// How many of the sorted times lie between two.
    static func count(_ times: [Int64], between begun: Int64, and ended: Int64) -> Int {
        func firstIndex(after time: Int64) -> Int {
            var range = 0..<times.count
            while !range.isEmpty {
                let middle = (range.lowerBound + range.upperBound) / 2
                if times[middle] > time {
                    range = range.lowerBound..<middle
                } else {
                    range = middle + 1..<range.upperBound
                }
            }
            return range.lowerBound
        }
        return firstIndex(after: ended) - firstIndex(after: begun)
    }
}
