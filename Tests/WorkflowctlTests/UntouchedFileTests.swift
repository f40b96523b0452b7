import Database
import Foundation
import Testing

/// What is refused leaves every file as it was, and makes none.
@Suite(.serialized) struct UntouchedFileTests {
    private func expectRefusal(_ program: Program, _ arguments: [String], _ status: Int32, _ says: String) throws {
        let before = try program.contents()
        let outcome = try program.run(arguments)
        #expect(outcome.status == status, "\(arguments): \(outcome.errors)")
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        let after = try program.contents()
        #expect(after.keys.sorted() == before.keys.sorted(), "\(arguments)")
        #expect(after == before, "\(arguments)")
    }

    @Test(arguments: ["DELETE", "WAL"])
    func `a store of a newer program keeps its bytes and gets no files beside it`(journal: String) throws {
        let program = try Program("workflowctl")
        defer { program.remove(leavingHistories: "the file is of a newer program") }
        #expect(try program.run("schema", "migrate", "--store", "sqlite:newer.db").status == 0)
        let newer = try SQLiteConnection(path: program.path("newer.db"), flags: 2, synchronous: "FULL")
        try newer.executeScript("UPDATE schema_version SET version = 99; PRAGMA user_version=99")
        _ = try newer.query("PRAGMA wal_checkpoint(TRUNCATE)") { $0.integer(0) }
        _ = try newer.query("PRAGMA journal_mode=\(journal)") { $0.text(0) }
        newer.close()
        for name in try program.contents().keys where name != "newer.db" {
            try FileManager.default.removeItem(atPath: program.path(name))
        }
        let order = #"{"id":"x"}"#
        for arguments in [
            ["list"], ["list", "--problems"], ["schema", "status"], ["schema", "migrate"],
            ["namespace", "create", "n"],
            ["start", "PurchaseOrderApproval", "--id", "x"], ["signal", "x", "approve"], ["query", "x", "status"],
            ["worker"], ["backup", "copy.db"], ["start", "PurchaseOrderApproval", "--input", order],
        ] {
            let isRefusedEarlier = arguments.first == "start"
            try expectRefusal(
                program,
                arguments + ["--store", "sqlite:newer.db"],
                isRefusedEarlier ? 1 : 78,
                isRefusedEarlier ? "the input" : "use a newer program"
            )
        }
        #expect(try program.contents().count == 1)
    }

    @Test func `an empty file is refused by everything that may not make a store`() throws {
        let program = try Program()
        defer { program.remove() }
        #expect(FileManager.default.createFile(atPath: program.path("workflow.db"), contents: Data()))
        for arguments in [
            ["list"], ["count"], ["query", "g", "name"], ["signal", "g", "greet"], ["result", "g"], ["describe", "g"],
            ["schema", "status"], ["namespace", "list"], ["backup", "b.db"], ["task-queue", "describe", "q"],
        ] {
            try expectRefusal(program, arguments, 65, "workflow.db is an empty file")
        }
        try expectRefusal(program, ["start", "Nope"], 1, "known are: Greeting")
        #expect(try program.contents() == ["workflow.db": Data()])
        #expect(try program.run("start", "Greeting", "--id", "g", "--input", #""Hello""#).status == 0)
    }

    @Test func `what is refused makes no file where there is none`() throws {
        let greetings = try Program()
        let orders = try Program("workflowctl")
        defer {
            greetings.remove()
            orders.remove()
        }
        let long = String(repeating: "x", count: 1001)
        for (arguments, says) in [
            (["start", "Foo"], "known are: Greeting"),
            (["start", "Greeting", "--input", "{"], "the input is not JSON"),
            (["start", "Greeting", "--input", "@/nowhere"], "cannot be read"),
            (["start", "Greeting", "--input", "5"], "the input is not a text"),
            (["start", "Greeting", "--id", long, "--input", #""H""#], "1000"),
            (["start", "Greeting", "--input", #""H""#, "--namespace", "nowhere"], "there is no namespace 'nowhere'"),
            (["start", "Greeting", "--input", #""H""#, "--id", "a\nb"], "control character (U+000A)"),
            (["start", "Greeting", "--input", #""H""#, "--task-queue", "a\u{1B}b"], "control character (U+001B)"),
            (["start", "Greeting", "--input", #""H""#, "--request-id", "\u{7F}"], "control character (U+007F)"),
            (["namespace", "create", "a\rb"], "control character (U+000D)"), (["namespace", "create", ""], "is empty"),
            (["namespace", "create", "a", "--retention", "0s"], "longer than zero"),
            (["worker", "--namespace", "nowhere"], "there is no namespace 'nowhere'"),
            (["worker", "--task-queue", "a\nb"], "control character"), (["list"], "there is no workflow database"),
        ] {
            try expectRefusal(greetings, arguments, 1, says)
        }
        #expect(try greetings.contents().isEmpty)
        let order =
            #"{"id":"x","vendorId":"V-001","items":[{"productId":"P","quantity":1,"unitPrice":"5"}],"#
            + #""requestedBy":"r","department":"o","currency":"BDT"}"#
        try expectRefusal(
            orders,
            ["start", "PurchaseOrderApproval", "--input", order],
            1,
            "vendor 'V-001' is not known"
        )
        #expect(try orders.contents().isEmpty)
    }

    @Test func `a file that another process holds exclusively is unavailable after the time to wait`() throws {
        let program = try Program("workflowctl")
        defer { program.remove() }
        #expect(try program.run("schema", "migrate").status == 0)
        let holder = try SQLiteConnection(path: program.path("workflow.db"), flags: 2, synchronous: "FULL")
        try holder.execute("PRAGMA locking_mode=EXCLUSIVE")
        try holder.execute("BEGIN EXCLUSIVE")
        for arguments in [["list"], ["namespace", "create", "n"], ["query", "x", "status"]] {
            let begun = ContinuousClock.now
            let outcome = try program.run(variable: "WORKFLOW_BUSY_TIMEOUT=1s", arguments)
            #expect(outcome.status == 69, "\(outcome.errors)")
            #expect(outcome.errors.contains("workflow.db"), "\(outcome.errors)")
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
            #expect(begun.duration(to: .now) < .seconds(5))
        }
        try holder.execute("ROLLBACK")
        holder.close()
        #expect(try program.run("namespace", "list").output == "default")
        let wrong = try program.run(variable: "WORKFLOW_BUSY_TIMEOUT=soon", ["list"])
        #expect(wrong.status == 64 && wrong.errors.contains("WORKFLOW_BUSY_TIMEOUT 'soon'"))
    }
}
