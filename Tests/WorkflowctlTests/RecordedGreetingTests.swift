import ChildProcesses
import Foundation
import Testing

/// The histories of the example in `Tests/Fixtures/Histories/Greeting`, against its code of today; recorded anew with
/// `WORKFLOW_RECORD_HISTORIES=$PWD/Tests/Fixtures/Histories/Greeting swift test --filter RecordedGreetingTests`.
@Suite(.serialized) struct RecordedGreetingTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Fixtures/Histories/Greeting")
    private static let place = ProcessInfo.processInfo.environment["WORKFLOW_RECORD_HISTORIES"]

    @Test(.disabled(if: place != nil)) func `what yesterday's example made fits today's`() throws {
        let program = try Program()
        defer { program.remove() }
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder.path).filter {
            $0.hasSuffix(".json")
        }
        #expect(names.count >= 2)
        let files = names.map { Self.folder.appending(path: $0).path }
        let outcome = try program.run(["replay", "--turn-by-turn"] + files)
        #expect(outcome.status == 0 && outcome.output.contains("Greeting  \(names.count)"), "\(outcome)")
    }

    @Test(.enabled(if: place != nil)) func `greetings are recorded`() throws {
        let program = try Program()
        defer { program.remove() }
        for id in ["done", "open"] {
            #expect(try program.run("start", "Greeting", "--id", id, "--input", #""Hello""#).status == 0)
        }
        let worker = try program.startWorker()
        #expect(try program.run("signal", "done", "greet", "--input", #""Rahima""#).status == 0)
        #expect(try program.run("result", "done", "--timeout", "1m").status == 0)
        for _ in 0..<100 where try !program.run("show", "open").output.contains("timer 1 started") { usleep(100_000) }
        worker.terminate()
        worker.waitUntilExit()
        let folder = URL(filePath: try #require(Self.place))
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for id in ["done", "open"] {
            let text = try program.run("show", id, "--json").output
            try Data((text + "\n").utf8).write(to: folder.appending(path: "Greeting-\(id).json"))
        }
    }
}
