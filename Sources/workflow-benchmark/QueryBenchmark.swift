import ArgumentParser
import Foundation

/// A query from a process that is started for it.
struct QueryBenchmark: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "query",
        abstract: "The command line's query as a new process each time: the median of the wall time."
    )

    @Option(help: "The release build of greetingctl.")
    var ctl: String
    @Option(help: "How often.")
    var runs = 50

    func run() throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "wf-query-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let store = "sqlite:\(directory.appending(path: "q.db").path)"
        try call(["start", "Greeting", "--id", "g", "--input", "\"Hello\"", "--store", store])
        try call(["signal", "g", "greet", "--input", "\"Ann\"", "--store", store])
        let times = try (0..<runs).map { _ in
            try ContinuousClock().measure { try call(["query", "g", "name", "--store", store]) }.milliseconds
        }
        print("query as a new process: median \(rounded(times.median, 1)) ms (limit 60)")
    }

    private func call(_ arguments: [String]) throws {
        let process = Process()
        process.executableURL = URL(filePath: ctl)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw ValidationError("\(ctl) \(arguments.joined(separator: " ")) ended with \(process.terminationStatus)")
        }
    }
}
