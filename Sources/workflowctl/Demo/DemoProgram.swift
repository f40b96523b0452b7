import Foundation
import WorkflowAPI
import WorkflowCommands

/// Runs this program again, in processes of their own, as a user would.
struct DemoProgram {
    let store: String

    private func process(_ arguments: [String]) -> Process {
        let process = Process()
        process.executableURL = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
        process.arguments = arguments
        process.environment = ProcessInfo.processInfo.environment.merging(
            ["WORKFLOW_STORE": store, "WORKFLOW_NAMESPACE": "default"]
        ) { $1 }
        return process
    }

    /// Shows a command, runs it, shows what it prints. Gives its output.
    @discardableResult
    func show(_ arguments: String..., isRefusalExpected: Bool = false) throws -> String {
        Output.line("  $ workflowctl " + arguments.map(Self.quoted).joined(separator: " "))
        let output = try run(arguments, isRefusalExpected: isRefusalExpected)
        for line in output.split(separator: "\n") { Output.line("    \(line)") }
        return output
    }

    /// Runs a command and gives what it prints. Throws when it fails and that is not expected.
    @discardableResult
    func run(_ arguments: [String], isRefusalExpected: Bool = false) throws -> String {
        let process = process(arguments)
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        try process.run()
        let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        guard process.terminationStatus == 0 || isRefusalExpected else {
            throw WorkflowServiceError(
                .unavailable,
                "'workflowctl \(arguments.joined(separator: " "))' ended with \(process.terminationStatus): \(text)"
            )
        }
        return text.trimmingCharacters(in: .whitespacesAndNewlines)
    }

    /// A text or number of a command's answer, which is one JSON object.
    func value(_ key: String, of arguments: [String]) throws -> String? { Self.value(key, in: try run(arguments)) }

    /// A text or number of a JSON object.
    static func value(_ key: String, in json: String) -> String? {
        let object = try? JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any]
        return object?[key].map { "\($0)" }
    }

    /// A worker in a process of its own; what it logs goes to a file.
    func startWorker(log: FileHandle) throws -> Process {
        let worker = process(["worker"])
        worker.standardOutput = log
        worker.standardError = log
        try worker.run()
        return worker
    }

    private static func quoted(_ argument: String) -> String {
        argument.contains { " {}\"".contains($0) } ? "'\(argument)'" : argument
    }
}
