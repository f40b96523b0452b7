import Foundation
import Testing

@Suite(.serialized) struct GlobalOptionTests {
    @Test func `options of every command may stand before it as well as after it`() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.run("--store", "sqlite:x.db", "schema", "migrate").status == 0)
        #expect(try program.run("--store=sqlite:x.db", "namespace", "create", "tenant").status == 0)
        #expect(
            try program.run(
                "--store",
                "sqlite:x.db",
                "--namespace",
                "tenant",
                "start",
                "Greeting",
                "--id",
                "--json",
                "--input",
                #""Hello""#
            ).status == 64,
            "what stands after the command is parsed as before"
        )
        let start = ["start", "Greeting", "--id", "g", "--input", #""Hello""#]
        #expect(try program.run(["--store", "sqlite:x.db", "--namespace=tenant"] + start).output == "g")
        for arguments in [
            ["--json", "--store", "sqlite:x.db", "--namespace", "tenant", "count"],
            ["--store=sqlite:x.db", "--json", "count", "--namespace=tenant"],
            ["count", "--json", "--store", "sqlite:x.db", "--namespace", "tenant"],
            ["--store", "sqlite:wrong.db", "--namespace", "tenant", "count", "--json", "--store", "sqlite:x.db"],
        ] {
            let outcome = try program.run(arguments)
            #expect(outcome.output == #"{"running":1}"#, "\(arguments): \(outcome.errors)")
        }
        let queue = try program.run("--store", "sqlite:x.db", "--json", "task-queue", "describe", "greetings")
        #expect(queue.output.contains(#""taskQueue":"greetings""#), "\(queue.errors)")
        #expect(try program.contents().keys.allSatisfy { $0.hasPrefix("x.db") })
    }

    @Test func `what follows two dashes is no option, and what is missing is said`() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(try program.run("schema", "migrate", "--store", "sqlite:x.db").status == 0)
        let dashes = try program.run("--store", "sqlite:x.db", "result", "--", "--json")
        #expect(dashes.status == 1 && dashes.errors.contains("no workflow with id '--json'"), "\(dashes.errors)")
        for (arguments, says) in [
            (["--store"], "--store needs a value"), (["--namespace", "--json", "list"], "--namespace needs a value"),
            (["--payload-keys"], "--payload-keys needs a value"), (["--json"], "a command is missing"),
            (["--stor", "x", "list"], "--stor"),
            (["--", "--store", "x", "list"], "unexpected"), (["--store", "mysql://x", "list"], "sqlite:PATH"),
            (["--store", "sqlite:x.db", "nonsense"], "nonsense"),
        ] {
            let outcome = try program.run(arguments)
            #expect(outcome.status == 64, "\(arguments): \(outcome.errors)")
            #expect(outcome.errors.contains(says), "\(arguments): \(outcome.errors)")
        }
        #expect(try program.run("--json", "--help").status == 0)
        #expect(try program.run("--json", "help", "list").output.contains("--problems"))
    }
}
