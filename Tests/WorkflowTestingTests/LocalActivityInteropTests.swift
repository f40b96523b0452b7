import ChildProcesses
import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

/// The same as `Priced` in `Interop/replay_local_activities.py`.
private actor Priced: WorkflowDefinition {
    private func local(_ name: String, _ number: Int) async throws -> Int {
        try await Workflow.executeLocal(
            ActivityDescriptor<Int, Int>(name),
            number,
            options: LocalActivityOptions(
                retryPolicy: RetryPolicy(initialInterval: .seconds(5), maximumAttempts: 2)
            )
        )
    }

    func run(_ number: Int) async throws -> Int {
        var price = try await local("price", number)
        try await Workflow.sleep(for: .seconds(60))
        price = try await local("flaky", price)
        do {
            _ = try await local("broken", price)
        } catch is ActivityError {}
        return price
    }
}

/// Local activities stand in histories as Temporal's Core writes and reads them.
@Suite struct LocalActivityInteropTests {
    private static func history() async throws -> [HistoryEvent] {
        let environment = TimeSkippingEnvironment(
            workflows: [WorkflowRegistration(Priced.self)],
            activities: [
                ActivityRegistration(ActivityDescriptor<Int, Int>("price")) { 2 * $0 },
                ActivityRegistration(ActivityDescriptor<Int, Int>("flaky")) { number in
                    guard ActivityContext.current?.info.attempt == 2 else {
                        throw ApplicationError(type: "Busy", message: "later")
                    }
                    return number + 1
                },
                ActivityRegistration(ActivityDescriptor<Int, Int>("broken")) { _ in
                    throw ApplicationError(type: "Broken", message: "never", nonRetryable: true)
                },
            ]
        )
        #expect(try await environment.run(Priced.self, id: "priced", input: 21) == 43)
        return try await environment.history(of: "priced")
    }

    @Test func `a result, a pause before another attempt and a failure are replayed by Core`() async throws {
        let history = try await Self.history()
        try history.expect(
            .started,
            .localActivity("price"),
            .timerStarted,
            .timerFired,
            .localActivity("flaky"),
            .timerStarted,
            .timerFired,
            .localActivity("flaky"),
            .localActivity("broken"),
            .completed
        )
        guard FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") else {
            print("skipped: there is no python3 to have Temporal's Core replay a history")
            return
        }
        let directory = FileManager.default.temporaryDirectory.appending(path: "interop-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let file = directory.appending(path: "history.json").path
        try Data(HistoryJSON.encode(history).utf8).write(to: URL(filePath: file))
        let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        let (output, errors) = (directory.appending(path: "output").path, directory.appending(path: "errors").path)
        let process = try ChildProcess(
            "/usr/bin/python3",
            ["-B", tests.appending(path: "Interop/replay_local_activities.py").path, file],
            in: directory.path,
            output: output,
            errors: errors
        )
        process.waitUntilExit()
        let text = try String(contentsOfFile: output, encoding: .utf8)
        print("a history with local activities in Temporal's Core: \(text)")
        let trouble = try String(contentsOfFile: errors, encoding: .utf8)
        #expect([0, 77].contains(process.terminationStatus), "\(text) \(trouble)")
    }
}
