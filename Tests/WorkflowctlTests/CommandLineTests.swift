import ChildProcesses
import Foundation
import Testing

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
        defer { program.remove(leavingHistories: "bad.db is no database") }
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
            (["list", "--store", "mysql://x"], 64, "sqlite:PATH"),
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
        #expect(try program.run("schema", "migrate").output == "schema history 3, this program writes 3")
        #expect(try program.run("start", "Greeting", "--id", "g", "--input", #""Hello""#).status == 0)
        #expect(try program.run("backup", "copy.db").status == 0)
        #expect(try program.run("count", "--store", "sqlite:copy.db").output == "running 1")
        let again = try program.run("backup", "copy.db")
        #expect(again.status == 1)
        #expect(again.errors.contains("never overwrites"))
    }

    @Test func `help, version, messages and durations speak the words that people can type`() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.run("--help").output.contains("USAGE: greetingctl <subcommand>"))
        #expect(try program.run("start", "--help").output.contains("USAGE: greetingctl start"))
        #expect(try program.run("start", "--help").output.contains("(default: 1h)"))
        #expect(try program.run("--version").output.hasPrefix("workflow engine "))
        let none = try program.run("list")
        #expect(none.errors.contains("'greetingctl schema migrate' makes one"), "\(none.errors)")
        let duration = try program.run("result", "x", "--timeout", "3")
        #expect(duration.status == 64)
        #expect(duration.errors.contains("a duration looks like 90s, 30m, 1h30m or 7d"), "\(duration.errors)")
    }

    @Test func `a query without a name lists those that there are, and a queue without pollers says none`() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.run("start", "Greeting", "--id", "g", "--input", #""Hello""#).status == 0)
        let query = try program.run("query", "g")
        #expect(query.status == 1 && query.output.isEmpty)
        #expect(query.errors == "error: name a query of workflow type 'Greeting'; it has: name")
        let queue = try program.run("task-queue", "describe", "nosuch").output
        #expect(queue.contains("workflow pollers   none\nactivity pollers   none\n"), "\(queue)")
    }
}
