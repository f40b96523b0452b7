import ArgumentParser
import Foundation
import History
import WorkflowAPI

/// Fills a file with open runs for `workflowctl replay --all-open`, each a copy of one that was exported.
struct OpenRunsBenchmark: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "open-runs",
        abstract:
            "Copies an exported open run many times into a new SQLite file, to be replayed by the program it is of."
    )

    @Argument(help: "A file that 'workflowctl export --open' wrote; its runs are copied in turn.")
    var export: String
    @Option(help: "The file to make.")
    var store: String
    @Option(help: "How many runs it is to hold.")
    var runs = 10_000

    func run() async throws {
        guard let text = FileManager.default.contents(atPath: export) else {
            throw ValidationError("'\(export)' cannot be read")
        }
        let originals = try text.split(separator: UInt8(ascii: "\n")).map { try RunExport(json: Array($0)) }
        guard !originals.isEmpty else { throw ValidationError("'\(export)' holds no run") }
        guard !FileManager.default.fileExists(atPath: store) else { throw ValidationError("'\(store)' exists") }
        let engine = try await WorkflowEngine.open(.sqlite(store), logger: Scratch.logger)
        // Side by side, so that they share commits.
        try await withThrowingTaskGroup(of: Void.self) { group in
            for number in 0..<runs {
                if number >= 64 { try await group.next() }
                var copy = originals[number % originals.count]
                let name = "\(copy.run.execution.workflowID)-\(number)"
                copy.run.execution = WorkflowExecution(workflowID: WorkflowID(name), runID: RunID(UUID().uuidString))
                if case .workflowExecutionStarted(var started) = copy.events[0].attributes {
                    started.workflowID = copy.run.execution.workflowID
                    started.originalRunID = copy.run.execution.runID
                    started.firstRunID = copy.run.execution.runID
                    copy.events[0].attributes = .workflowExecutionStarted(started)
                }
                group.addTask { [copy] in try await engine.administration.importRun(copy) }
            }
            try await group.waitForAll()
        }
        await engine.close()
        let events = originals.map(\.events.count)
        print("\(runs) runs of \(events.reduce(0, +) / events.count) events on average in \(store)")
    }
}
