import ChildProcesses
import Foundation
import Testing

/// Runs the example program as a user would: real processes, a real file.
struct Program: Sendable {
    let directory: URL
    private let name: String

    init(_ name: String = "greetingctl") throws {
        self.name = name
        directory = FileManager.default.temporaryDirectory.appending(path: "workflowctl-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
    }

    struct Outcome {
        var status: Int32
        var output: String
        var errors: String
    }

    private func process(_ arguments: [String], output: String, errors: String) throws -> ChildProcess {
        try ChildProcess(
            BuiltPrograms.path(name),
            arguments,
            in: directory.path,
            output: output,
            errors: errors
        )
    }

    func run(_ arguments: String...) throws -> Outcome { try run(arguments) }

    func run(_ arguments: [String]) throws -> Outcome {
        let files = ["output", "errors"].map { directory.appending(path: "\($0)-\(UUID())") }
        defer { for file in files { try? FileManager.default.removeItem(at: file) } }
        let process = try process(arguments, output: files[0].path, errors: files[1].path)
        process.waitUntilExit()
        let texts = try files.map {
            try String(contentsOf: $0, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        return Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    /// The same where no file may grow beyond a size.
    func runLimited(kibibytes: Int, _ arguments: String...) throws -> Outcome {
        let script = "trap '' XFSZ; ulimit -f \(kibibytes * 2); exec \"$@\""
        return try outcome(of: ["-c", script, "sh", BuiltPrograms.path(name)] + arguments)
    }

    /// The same with a file as standard input.
    func run(input: URL, _ arguments: [String]) throws -> Outcome {
        try outcome(of: ["-c", "exec \"$@\" < '\(input.path)'", "sh", BuiltPrograms.path(name)] + arguments)
    }

    /// The same with a variable of the environment, as `NAME=value`.
    func run(variable: String, _ arguments: [String]) throws -> Outcome {
        try outcome(of: ["-c", "exec env \(variable) \"$@\"", "sh", BuiltPrograms.path(name)] + arguments)
    }

    /// Runs another program.
    func run(tool: String, _ arguments: String...) throws -> Outcome {
        try outcome(of: ["-c", "exec \"$@\"", "sh", tool] + arguments)
    }

    /// Runs a program as a user without rights.
    func runAsNobody(_ program: String, _ arguments: [String]) throws -> Outcome {
        let change = getuid() == 0 ? "setpriv --reuid 65534 --regid 65534 --clear-groups " : ""
        return try outcome(of: ["-c", "exec \(change)\"$@\"", "sh", program] + arguments)
    }

    private func outcome(of shellArguments: [String]) throws -> Outcome {
        let files = ["output", "errors"].map { directory.appending(path: "\($0)-\(UUID())") }
        let process = try ChildProcess(
            "/bin/sh",
            shellArguments,
            in: directory.path,
            output: files[0].path,
            errors: files[1].path
        )
        process.waitUntilExit()
        let texts = try files.map {
            try String(contentsOf: $0, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        }
        return Outcome(status: process.terminationStatus, output: texts[0], errors: texts[1])
    }

    func startWorker(_ arguments: String...) throws -> ChildProcess {
        try process(["worker"] + arguments, output: "/dev/null", errors: "/dev/null")
    }

    /// A file in the program's directory.
    func path(_ name: String) -> String { directory.appending(path: name).path }

    /// Names and bytes of everything in the program's directory, but for SQLite's shared memory, which readers write to.
    func contents() throws -> [String: Data] {
        try FileManager.default.contentsOfDirectory(atPath: directory.path).reduce(into: [:]) { found, name in
            guard !name.hasPrefix("output-"), !name.hasPrefix("errors-") else { return }
            found[name] = name.hasSuffix("-shm") ? Data() : try Data(contentsOf: URL(filePath: path(name)))
        }
    }

    /// Replays every run of every store in the program's directory, open ones too, in one go and turn by turn, and removes it.
    /// Histories are left alone for a reason, or all but those of a type.
    func remove(
        leavingHistories reason: String? = nil,
        butOfType type: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) {
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: directory.path)
            for name in names.sorted() where name.hasSuffix(".db") && (reason == nil || type != nil) {
                try replayHistories(of: "sqlite:\(name)", type: type, sourceLocation: sourceLocation)
            }
        } catch {
            Issue.record(error, sourceLocation: sourceLocation)
        }
        try? FileManager.default.removeItem(at: directory)
    }

    /// Replays every run of a store, or those of a type, against this program's code, with the keys that lie in its directory;
    /// records an issue if one differs.
    func replayHistories(
        of store: String,
        type: String? = nil,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        var command = ["replay", "--all", "--turn-by-turn", "--ignore-unknown-types", "--store", store]
        if FileManager.default.fileExists(atPath: path("payload.keys")) {
            command += ["--payload-keys", "payload.keys"]
        }
        if let type { command += ["--workflow-type", type] }
        let outcome = try run(command)
        #expect(
            outcome.status == 0,
            "the histories of \(store): \(outcome.output) \(outcome.errors)",
            sourceLocation: sourceLocation
        )
    }
}
