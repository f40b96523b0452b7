import ChildProcesses
import Foundation
import Testing

/// What waits for people, through the real program: a worker, and persons that are users of the operating system.
@Suite(.serialized) struct TaskCommandTests {
    private let program: Program
    private let me = NSUserName()

    init() throws { program = try Program("workflowctl") }

    private func load(actForOthers: Bool) throws {
        let company = """
            {"namespaces": [{"name": "default",
            "users": [
                {"id": "rahim", "name": "r", "email": "r@example.com", "department": "operations"},
                {"id": "karim", "name": "k", "email": "k@example.com", "department": "operations",
                 "roles": ["department_head"], "login": "\(me)"},
                {"id": "nasrin", "name": "n", "email": "n@example.com", "department": "finance", "roles": ["finance"]},
                {"id": "tanvir", "name": "t", "email": "t@example.com", "department": "hr"}],
            "vendors": [{"id": "V-1", "name": "v", "email": "v@example.com"}],
            "budgets": [{"department": "operations", "allocated": "15000000"}],
            "approvals": {"actForOthers": \(actForOthers)}}]}
            """
        let path = program.path("company.json")
        try company.write(toFile: path, atomically: true, encoding: .utf8)
        let outcome = try program.run("erp", "load", path)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    private func start(_ order: String, _ price: Int) throws {
        let input =
            #"{"id":"\#(order)","vendorId":"V-1","items":[{"productId":"P","quantity":1,"unitPrice":\#(price)}],"#
            + #""requestedBy":"rahim","department":"operations","currency":"BDT"}"#
        let outcome = try program.run("start", "PurchaseOrderApproval", "--id", order, "--input", input)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    /// Asks until the answer holds; half a minute at most.
    private func wait(for expected: String, _ arguments: String...) throws {
        let end = ContinuousClock.now + .seconds(30)
        var last = ""
        while ContinuousClock.now < end {
            last = try program.run(arguments).output
            if last.contains(expected) { return }
        }
        Issue.record("'\(expected)' did not come of \(arguments): \(last)")
    }

    private func expectRefusal(_ says: String, _ arguments: String...) throws {
        try expectRefusal(says, arguments)
    }

    private func expectRefusal(_ says: String, _ arguments: [String]) throws {
        let outcome = try program.run(arguments)
        #expect(outcome.status != 0, "\(arguments): \(outcome.output)")
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
    }

    private func withWorker(_ body: () throws -> Void) throws {
        let worker = try program.startWorker()
        defer {
            worker.terminate()
            worker.waitUntilExit()
            program.remove()
        }
        try body()
    }

    @Test func `a person sees what waits for them, decides, and is told whether it counts`() throws {
        try load(actForOthers: false)
        try withWorker {
            try start("PO-1", 250_000)
            try wait(for: "PO-1", "tasks", "list")
            let list = try program.run("tasks", "list").output
            for word in ["T-1", "department_head", "2,50,000.00", "rahim", "to be decided"] {
                #expect(list.contains(word), "\(list)")
            }
            #expect(try program.run("tasks", "list", "--bengali").output.contains("২,৫০,০০০.০০"))
            try expectRefusal(
                "waits for department head (T-1) at the moment",
                "tasks",
                "approve",
                "PO-1",
                "--as",
                "nasrin"
            )
            let json = try program.run("tasks", "list", "--as", "karim", "--json").output
            #expect(json.split(separator: "\n").count == 1)
            for part in [
                #""task":"T-1""#, #""taskId":"approval/department_head""#, #""amount":"250000.00""#,
                #""workflowId":"PO-1""#,
            ] { #expect(json.contains(part), "\(json)") }
            // Neither the requester nor somebody without the role.
            for person in ["rahim", "nasrin"] {
                let nothing = try program.run("tasks", "list", "--as", person)
                #expect(nothing.output.isEmpty && nothing.errors.contains("nothing waits for '\(person)'"))
            }
            #expect(try program.run("erp", "orders", "--waiting", "--for", "karim").output.contains("PO-1"))

            // Finance is early and has another login; the requester may not.
            try expectRefusal("It was sent by \(me)@", "tasks", "approve", "T-1", "--as", "nasrin")
            try expectRefusal("It was sent by \(me)@", "tasks", "reject", "1", "--as", "rahim", "--reason", "no")
            try expectRefusal("there is no active user 'ghost'", "tasks", "list", "--as", "ghost")
            try expectRefusal("there is no task 'T-9'", "tasks", "approve", "T-9")
            try expectRefusal("'tasks approve' and 'tasks reject'", "tasks", "complete", "T-1")

            let approved = try program.run("tasks", "approve", "PO-1", "--comment", "needed")
            #expect(approved.status == 0, "\(approved.errors)")
            #expect(approved.output == "Order PO-1 (BDT 2,50,000.00): approved by karim as department head")
            try wait(for: "T-2", "tasks", "list", "--as", "nasrin")
            try expectRefusal("T-1 is already done by karim (approved: needed)", "tasks", "approve", "T-1")
            let history = try program.run("query", "PO-1", "approvalHistory").output
            #expect(history.contains(#""caller":"\#(me)@"#) && history.contains("needed"), "\(history)")
        }
    }

    @Test func `an approver asks, and the requester sees the question as a task and answers it`() throws {
        try load(actForOthers: true)
        try withWorker {
            try start("PO-1", 60_000)
            try wait(for: "PO-1", "tasks", "list", "--as", "karim")
            let silent = try program.run("tasks", "ask", "T-1", "--as", "karim", "--question", "  ")
            #expect(silent.errors.contains("--question must not be empty"), "\(silent.errors)")
            try expectRefusal("does not have the role", "tasks", "ask", "T-1", "--as", "tanvir", "--question", "Why?")
            let asked = try program.run("tasks", "ask", "PO-1", "--as", "karim", "--question", "Which site?")
            #expect(asked.status == 0, "\(asked.errors)")
            #expect(asked.output == "Order PO-1 (BDT 60,000.00): asked by karim as department head")
            try wait(for: "T-2", "tasks", "list", "--as", "rahim")
            let list = try program.run("tasks", "list", "--as", "rahim").output
            for word in ["Order PO-1 (BDT 60,000.00): a question", "karim (department head) asks: Which site?"] {
                #expect(list.contains(word), "\(list)")
            }
            try expectRefusal("Another question waits", "tasks", "ask", "T-1", "--as", "karim", "--question", "And?")
            try expectRefusal("'tasks answer'", "tasks", "complete", "T-2", "--as", "rahim")
            try expectRefusal("'tasks ask'", "tasks", "answer", "T-1", "--as", "rahim", "--text", "Savar")
            try expectRefusal("for rahim or a deputy", "tasks", "answer", "T-2", "--as", "tanvir", "--text", "Savar")
            let deputy = ["tasks", "delegate", "--as", "rahim", "--to", "tanvir"]
            #expect(try program.run(deputy + ["--from", "2026-01-01", "--until", "2099-01-01"]).status == 0)
            #expect(
                try program.run("tasks", "list", "--as", "tanvir", "--json").output.contains(#""onBehalfOf":"rahim""#)
            )
            let revoked = try program.run(deputy + ["--revoke"])
            #expect(revoked.output == "tanvir may not decide for rahim any more", "\(revoked.errors)")
            try expectRefusal("'tanvir' is no deputy of 'rahim', today or later", deputy + ["--revoke"])
            let half = try program.run(deputy + ["--from", "2026-01-01"])
            #expect(half.errors.contains("--from and --until are needed, or --revoke"), "\(half.errors)")
            let answered = try program.run("tasks", "answer", "PO-1", "--as", "rahim", "--text", "Savar")
            #expect(
                answered.output == "Order PO-1 (BDT 60,000.00): a question: answered by rahim",
                "\(answered.errors)"
            )
            let history = try program.run("query", "PO-1", "approvalHistory").output
            #expect(
                history.contains(#""outcome":"info_provided""#) && history.contains(#""approver":"rahim""#),
                "\(history)"
            )
            try wait(for: "answered", "tasks", "list", "--as", "karim")
            try expectRefusal(
                "T-2 is already done by rahim",
                "tasks",
                "answer",
                "T-2",
                "--as",
                "rahim",
                "--text",
                "Savar"
            )
            #expect(try program.run("tasks", "approve", "PO-1", "--as", "karim").status == 0)
            #expect(try program.run("erp", "budget").output.contains("60,000.00"))
            let sums = try program.run("erp", "budget", "verify")
            #expect(sums.output == "1 budget, and all sums are those of the orders and invoices", "\(sums.errors)")
        }
    }

    @Test func `neither an option nor an environment variable makes somebody another user`() throws {
        try load(actForOthers: false)
        try withWorker {
            try start("PO-1", 60_000)
            try wait(for: "PO-1", "tasks", "list")
            for variable in ["USER=nasrin", "LOGNAME=nasrin", "USERNAME=nasrin"] {
                let list = try program.run(variable: variable, ["tasks", "list"])
                #expect(list.output.contains("PO-1"), "\(variable): \(list.errors)")
            }
            let signal = try program.run(
                variable: "USER=nasrin",
                ["signal", "PO-1", "approve", "--input", #"{"approver":"nasrin"}"#]
            )
            #expect(signal.status == 0)
            try wait(for: "It was sent by \(me)@", "query", "PO-1", "approvalHistory")
        }
    }

    @Test func `a deputy decides for a person who is away, and everything is recorded`() throws {
        try load(actForOthers: true)
        try withWorker {
            try start("PO-1", 60_000)
            try wait(for: "PO-1", "tasks", "list")
            #expect(try program.run("tasks", "list", "--as", "tanvir").output.isEmpty)
            let delegated = try program.run(
                "tasks",
                "delegate",
                "--to",
                "tanvir",
                "--from",
                "2026-01-01",
                "--until",
                "2999-12-31",
                "--as",
                "karim"
            )
            #expect(delegated.output == "tanvir may decide for karim from 2026-01-01 to 2999-12-31")
            try expectRefusal(
                "--from 'soon'",
                "tasks",
                "delegate",
                "--to",
                "tanvir",
                "--from",
                "soon",
                "--until",
                "2026-12-31",
                "--as",
                "karim"
            )
            let list = try program.run("tasks", "list", "--as", "tanvir")
            #expect(list.output.contains("department_head for karim"), "\(list.output) \(list.errors)")
            let rejected = try program.run(
                "tasks",
                "reject",
                "T-1",
                "--reason",
                "too dear",
                "--as",
                "tanvir",
                "--json"
            )
            #expect(rejected.status == 0)
            #expect(rejected.output.contains(#""outcome":"rejected""#), "\(rejected.output)")
            #expect(rejected.output.contains(#""onBehalfOf":"karim""#))
            let result = try program.run("result", "PO-1", "--timeout", "30s").output
            #expect(result.contains("rejected by tanvir for karim (department head): too dear"), "\(result)")
            let audit = try program.run("erp", "audit").output
            #expect(audit.contains("user karim delegated: tanvir may decide for karim"), "\(audit)")
            #expect(audit.contains("(by \(me)@"))
            #expect(try program.run("erp", "audit", "verify").status == 0)
        }
    }

    @Test func `only the person's own login delegates, and a terminated workflow waits for nobody`() throws {
        try load(actForOthers: false)
        try withWorker {
            try start("PO-1", 60_000)
            try wait(for: "PO-1", "tasks", "list")
            try expectRefusal(
                "'nasrin' has to do this with their own login 'nasrin', and this is '\(me)'",
                "tasks",
                "delegate",
                "--to",
                "tanvir",
                "--from",
                "2026-01-01",
                "--until",
                "2026-12-31",
                "--as",
                "nasrin"
            )
            #expect(try program.run("terminate", "PO-1", "--reason", "test").status == 0)
            #expect(try program.run("tasks", "list").errors.contains("nothing waits for 'karim'"))
            // Not only left out: the row is closed.
            try expectRefusal(
                "T-1 is already withdrawn (the workflow was ended from outside)",
                "tasks",
                "approve",
                "T-1"
            )
        }
    }
}
