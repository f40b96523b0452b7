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

    func startWorker() throws -> ChildProcess {
        try process(["worker"], output: "/dev/null", errors: "/dev/null")
    }

    func remove() { try? FileManager.default.removeItem(at: directory) }
}

@Suite(.serialized) struct CommandLineTests {
    @Test func `a workflow goes on where it was after its worker is killed`() throws {
        let program = try Program()
        defer { program.remove() }
        let first = try program.startWorker()
        #expect(try program.run("start", "Greeting", "--id", "g", "--input", #""Hello""#).output == "g")
        #expect(try program.run("query", "g", "name").output == #""""#)
        kill(first.processIdentifier, SIGKILL)
        first.waitUntilExit()

        #expect(try program.run("signal", "g", "greet", "--input", #""Rahim""#, "--request-id", "r1").status == 0)
        #expect(try program.run("signal", "g", "greet", "--input", #""Karim""#, "--request-id", "r1").status == 0)
        #expect(try program.run("result", "g", "--timeout", "1s").status == 3)
        let second = try program.startWorker()
        let result = try program.run("result", "g", "--timeout", "1m")
        #expect(result.output == #""sent: Hello, Rahim!""#)
        #expect(result.status == 0)
        let history = try program.run("show", "g").output
        #expect(history.components(separatedBy: "signal greet").count == 2)
        second.terminate()
        second.waitUntilExit()
        #expect(second.terminationStatus == 0)
    }

    @Test func `bad input gets one clear line, the right exit status, and changes nothing`() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.run("list").status == 1)
        #expect(try program.run("list").errors.contains("there is no workflow database"))
        #expect(try program.run("start", "Greeting", "--id", "g", "--input", #""Hello""#).status == 0)
        let cases: [(arguments: [String], status: Int32, says: String)] = [
            (["start", "Nope"], 1, "known are: Greeting"),
            (["start", "Greeting", "--id", "g", "--input", #""Hello""#], 1, "is running already"),
            (["start", "Greeting", "--input", "{oops"], 1, "not JSON"),
            (["signal", "g", "nope"], 1, "it has: greet"),
            (["signal", "nobody", "greet"], 1, "no workflow with id 'nobody'"),
            (["query", "g", "nope"], 1, "it has: name"),
            (["list", "--namespace", "nowhere"], 1, "there is no namespace 'nowhere'"),
            (["list", "--store", "postgres://x"], 64, "sqlite:PATH"),
            (["start", "Greeting", "--timeout", "soon"], 64, "soon"),
        ]
        for bad in cases {
            let process = try program.run(bad.arguments)
            #expect(process.status == bad.status, "\(bad.arguments)")
            #expect(process.errors.contains(bad.says), "\(bad.arguments): \(process.errors)")
        }
        #expect(try program.run("count").output == "running 1")
        try Data("not a database at all, but long enough to be looked at".utf8)
            .write(to: program.directory.appending(path: "bad.db"))
        #expect(try program.run("list", "--store", "sqlite:bad.db").status == 65)
    }

    @Test func `a backup is a store of its own and never overwrites`() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.run("schema", "status").status == 1)
        #expect(try program.run("schema", "migrate").output == "schema history 1, this program writes 1")
        #expect(try program.run("start", "Greeting", "--id", "g", "--input", #""Hello""#).status == 0)
        #expect(try program.run("backup", "copy.db").status == 0)
        #expect(try program.run("count", "--store", "sqlite:copy.db").output == "running 1")
        let again = try program.run("backup", "copy.db")
        #expect(again.status == 1)
        #expect(again.errors.contains("never overwrites"))
    }
}
