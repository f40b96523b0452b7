import ChildProcesses
import Foundation
import History
import Logging
import Testing
import WorkflowAPI

/// Who takes over on a file, and how soon: the kernel says that a process is dead.
@Suite(.serialized) struct TakeOverTests {
    @Test(.timeLimit(.minutes(5)))
    func `the work of a killed process on a file goes to another within a second`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(
            path: "takeover-\(UUID().uuidString.prefix(8))"
        )
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let engine = try await WorkflowEngine.open(
            .sqlite(directory.appending(path: "w.db").path),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        var times: [Duration] = []
        var worker = try start("worker-0", directory)
        // The shortest counts: what a busy machine adds is not the engine's.
        for round in 1...5 where times.min() ?? .seconds(9) >= .seconds(1) {
            let name = "n\(round)"
            _ = try await engine.service.startWorkflow(
                StartWorkflowRequest(
                    workflowID: WorkflowID("held-\(name)"),
                    workflowType: "Held",
                    taskQueue: "crashes",
                    input: [.json("\"\(name)\"")],
                    identity: "test",
                    requestID: name
                )
            )
            try await wait { exists("holding-\(name)-1", directory) }
            let heir = try start("worker-\(round)", directory)
            try await wait { log("worker-\(round)", directory).contains("polls") }
            kill(worker.processIdentifier, SIGKILL)
            let began = ContinuousClock.now
            try await wait { exists("holding-\(name)-2", directory) }
            times.append(ContinuousClock.now - began)
            worker.waitUntilExit()
            worker = heir
            _ = FileManager.default.createFile(atPath: directory.appending(path: "release-\(name)").path, contents: nil)
            let events = try await engine.service.history(
                GetHistoryRequest(workflowID: WorkflowID("held-\(name)"), waitForClose: .seconds(30))
            )
            #expect(events.last?.type == .workflowExecutionCompleted)
        }
        print("take-over on SQLite: \(times) after SIGKILL")
        #expect(times.min() ?? .seconds(9) < .seconds(1))
        worker.terminate()
        worker.waitUntilExit()
        let replay = try ChildProcess(
            BuiltPrograms.path("crash-ctl"),
            ["replay", "--all", "--turn-by-turn", "--store", "sqlite:w.db"],
            in: directory.path,
            output: directory.appending(path: "replay.log").path,
            errors: "/dev/null"
        )
        replay.waitUntilExit()
        #expect(replay.terminationStatus == 0, "\(log("replay", directory))")
        await engine.close()
    }

    private func start(_ name: String, _ directory: URL) throws -> ChildProcess {
        try ChildProcess(
            BuiltPrograms.path("crash-ctl"),
            ["worker", "--store", "sqlite:w.db"],
            in: directory.path,
            output: "/dev/null",
            errors: directory.appending(path: "\(name).log").path
        )
    }

    private func log(_ name: String, _ directory: URL) -> String {
        (try? String(contentsOf: directory.appending(path: "\(name).log"), encoding: .utf8)) ?? ""
    }

    private func exists(_ file: String, _ directory: URL) -> Bool {
        FileManager.default.fileExists(atPath: directory.appending(path: file).path)
    }

    private func wait(_ holds: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(60)
        while !holds() {
            try #require(ContinuousClock.now < end, "waited a minute")
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}
