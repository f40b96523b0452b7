import ChildProcesses
import Database
import Foundation
import Testing

/// The commands of the ERP pack through the real program.
@Suite(.serialized) struct ERPCommandTests {
    private let program: Program

    init() throws { program = try Program("workflowctl") }

    private func load() throws {
        let company = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Examples/erp/company.json").path
        #expect(try program.run("erp", "load", company).status == 0)
    }

    private func start(_ order: String, workflow: String, price: Int) throws {
        let input =
            #"{"id":"\#(order)","vendorId":"V-001","items":[{"productId":"P","quantity":1,"unitPrice":\#(price)}],"#
            + #""requestedBy":"rahim","department":"operations","currency":"BDT"}"#
        let outcome = try program.run("start", "PurchaseOrderApproval", "--id", workflow, "--input", input)
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

    private func expectRefusal(_ arguments: [String], _ says: String) throws {
        let outcome = try program.run(arguments)
        #expect(outcome.status == 1, "\(arguments): \(outcome.output)")
        #expect(outcome.errors.contains(says), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1)
        #expect(outcome.output.isEmpty)
    }

    private func release(_ order: String) -> [String] { ["erp", "release", order, "--reason", "typed wrongly"] }

    @Test func `what a terminated order holds is shown and given back once, to whoever comes next`() throws {
        defer { program.remove() }
        try load()
        let worker = try program.startWorker()
        defer {
            worker.terminate()
            worker.waitUntilExit()
        }
        try start("A", workflow: "first", price: 60_000)
        try wait(for: "awaiting_department_approval", "query", "first", "status")
        try expectRefusal(release("A"), "is in the hands of workflow 'first', which is open")
        try expectRefusal(release("nope"), "no order 'nope' holds anything")
        #expect(try program.run("erp", "orders").output.contains("stranded") == false)

        #expect(try program.run("terminate", "first", "--reason", "typed wrongly").status == 0)
        let orders = try program.run("erp", "orders")
        #expect(orders.output.contains("stranded"))
        #expect(orders.errors.contains("free it: 'workflowctl erp release A --reason TEXT'"))
        let json = try program.run("erp", "orders", "--json").output
        #expect(json.contains(#""nextStep":"workflowctl erp release A --reason TEXT""#))
        #expect(json.contains(#""state":"stranded""#))
        #expect(try program.run("erp", "release", "A").status == 64)
        #expect(try program.run("erp", "release", "A", "--reason", "").status == 64)

        let released = try program.run(release("A"))
        #expect(released.status == 0)
        #expect(released.output.contains("is given back, and the order id is free"))
        let again = try program.run(release("A"))
        #expect(again.status == 0)
        #expect(again.output == "order A holds nothing any more")
        #expect(try program.run(release("A") + ["--json"]).output.contains(#""isReleased":false"#))
        #expect(try program.run("erp", "orders").output.contains("stranded") == false)
        #expect(try program.run("erp", "budget", "--json").output.contains(#""reserved":"60000.00""#) == false)
        let audit = try program.run("erp", "audit", "--json").output
        #expect(audit.components(separatedBy: #""action":"released""#).count == 2, "\(audit)")
        #expect(audit.contains(#""actor":"\#(NSUserName())@"#) && audit.contains("typed wrongly"), "\(audit)")

        try start("A", workflow: "second", price: 1000)
        #expect(try program.run("result", "second", "--timeout", "30s").output.contains(#""status":"completed""#))
        try expectRefusal(release("A"), "was created as PO-FY")
        let verified = try program.run("erp", "audit", "verify", "--json")
        #expect(
            verified.output.hasPrefix(#"{"entries":2,"hash":""#)
                && verified.output.hasSuffix(#"","isIntact":true,"problems":[]}"#)
        )
    }

    @Test func `what waits is shown with its level, and to whom it matters`() throws {
        defer { program.remove() }
        try load()
        let worker = try program.startWorker()
        defer {
            worker.terminate()
            worker.waitUntilExit()
        }
        try start("small", workflow: "PO-1", price: 60_000)
        try start("large", workflow: "PO-2", price: 200_000)
        for id in ["PO-1", "PO-2"] { try wait(for: "awaiting_department_approval", "query", id, "status") }
        try expectRefusal(["erp", "orders", "--waiting", "--for", "nobody"], "there is no user 'nobody'")
        #expect(try program.run("erp", "orders", "--for", "karim").status == 64)
        func waiting(for person: String) throws -> [String] {
            try program.run("erp", "orders", "--waiting", "--for", person, "--json").output.split(separator: "\n")
                .map { String($0.split(separator: #""orderId":""#)[1].prefix { $0 != "\"" }) }
        }
        // The status is that of the level, whose task is opened a moment later.
        func waitForTask(of order: String, _ person: String) throws {
            try wait(for: #""orderId":"\#(order)""#, "erp", "orders", "--waiting", "--for", person, "--json")
        }
        for order in ["small", "large"] { try waitForTask(of: order, "karim") }
        #expect(try waiting(for: "karim") == ["small", "large"])
        // The head of another department, the requester, and finance before its level opens.
        for person in ["salma", "rahim", "nasrin"] { #expect(try waiting(for: person).isEmpty, "\(person)") }

        let decision = try program.run("signal", "PO-2", "approve", "--input", #"{"approver":"karim"}"#)
        #expect(decision.status == 0 && decision.output.isEmpty)
        #expect(decision.errors == "taken; whether it counts: 'workflowctl erp story PO-2'")
        try wait(for: "awaiting_finance_approval", "query", "PO-2", "status")
        try waitForTask(of: "large", "nasrin")
        #expect(try waiting(for: "nasrin") == ["large"])
        #expect(try waiting(for: "karim") == ["small"])
        let table = try program.run("erp", "orders", "--waiting")
        let header = "ORDER  WORKFLOW  LEVEL            DEPARTMENT  REQUESTED BY  AMOUNT       SINCE (DHAKA)"
        #expect(table.output.hasPrefix(header), "\(table.output)")
        #expect(table.output.contains("large  PO-2      finance          operations  rahim         2,00,000.00  20"))
        let json = try program.run("erp", "orders", "--waiting", "--json").output.split(separator: "\n")
        #expect(json.count == 2 && json[1].contains(#""level":"finance""#) && json[1].contains(#""until":"20"#))
    }

    @Test func `an order whose workflow has another id is found by its own, and the difference is told`() throws {
        defer { program.remove() }
        try load()
        let worker = try program.startWorker()
        defer {
            worker.terminate()
            worker.waitUntilExit()
        }
        try start("PO-XX", workflow: "PO-12", price: 1000)
        #expect(try program.run("result", "PO-12", "--timeout", "30s").status == 0)
        #expect(try program.run("erp", "audit", "verify").output == "1 entry, none changed, none missing")
        let story = try program.run("erp", "story", "PO-XX")
        #expect(story.errors == "the order 'PO-XX' is in the hands of the workflow 'PO-12'")
        #expect(story.output.contains("rahim asks for 1 item from V-001"))
        for line in story.output.split(separator: "\n") {
            #expect(line.contains(#/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d \+06:00  /#), "\(line)")
        }
        #expect(try program.run("erp", "story", "PO-12").output == story.output)
        try expectRefusal(
            ["erp", "story", "PO-13"],
            "there is no workflow 'PO-13' in namespace 'default', and no order"
        )

        let input =
            #"{"id":"A","vendorId":"V-001","items":[{"productId":"P","quantity":1,"unitPrice":"1,00,000.00"}],"#
            + #""requestedBy":"rahim","department":"operations","currency":"BDT"}"#
        let other = try program.run("start", "PurchaseOrderApproval", "--id", "B", "--input", input)
        #expect(other.output == "B")
        #expect(
            other.errors
                == "order 'A' is in the hands of workflow 'B': signals, queries and the result go by 'B'"
        )
        #expect(try program.run("start", "PurchaseOrderApproval", "--id", "A", "--input", input).errors.isEmpty)
    }

    @Test func `an audit trail that was tampered with is told in JSON as well`() throws {
        defer { program.remove() }
        try load()
        let connection = try SQLiteConnection(
            path: program.directory.appending(path: "workflow.db").path,
            flags: 2,
            synchronous: "FULL"
        )
        try connection.executeScript(
            "INSERT INTO erp_audit VALUES ('default', 1, 'k', 0, 'purchase_order', 'A', 'completed', 'x', 'd', x'00')"
        )
        connection.close()
        let verified = try program.run("erp", "audit", "verify", "--json")
        #expect(verified.status == 1)
        #expect(
            verified.output
                == #"{"entries":1,"hash":null,"isIntact":false,"problems":["entry 1 was changed","the end of the trail was changed"]}"#
        )
    }

    @Test func `a master data file with a bad form makes no store, and a refused one no namespace`() throws {
        defer { program.remove() }
        let file = program.directory.appending(path: "seed.json")
        try Data(#"{"namespaces":[{"name":"","users":[]}]}"#.utf8).write(to: file)
        try expectRefusal(["erp", "load", file.path], "the name '' must have 1 to 200 characters")
        try expectRefusal(["erp", "load", "/nowhere.json"], "/nowhere.json cannot be read: no such file or directory")
        try expectRefusal(["erp", "load", program.directory.path], "cannot be read: it is a directory")
        #expect(try FileManager.default.contentsOfDirectory(atPath: program.directory.path) == ["seed.json"])

        try load()
        let worker = try program.startWorker()
        try start("A", workflow: "A", price: 1000)
        #expect(try program.run("result", "A", "--timeout", "30s").status == 0)
        worker.terminate()
        worker.waitUntilExit()
        let budgets = #"[{"department":"operations","allocated":"1"}]"#
        try Data(
            #"{"namespaces":[{"name":"fresh","users":[]},{"name":"default","budgets":\#(budgets)}]}"#.utf8
        ).write(to: file)
        try expectRefusal(["erp", "load", file.path], "less than what is already reserved and committed")
        #expect(try program.run("namespace", "list").output.contains("fresh") == false)
    }

    @Test func `many loads of one new tenant at once all succeed`() async throws {
        defer { program.remove() }
        try load()
        let file = program.directory.appending(path: "seed.json")
        try Data(#"{"namespaces":[{"name":"fresh","budgets":[{"department":"d","allocated":"5"}]}]}"#.utf8).write(
            to: file
        )
        let outputs = try await withThrowingTaskGroup(of: String.self) { group in
            for _ in 0..<6 { group.addTask { [program] in try program.run("erp", "load", file.path).output } }
            return try await group.reduce(into: []) { $0.append($1) }
        }
        #expect(outputs == Array(repeating: "fresh: 0 users, 0 vendors, 1 budget", count: 6))
        let json = try program.run("erp", "load", file.path, "--json")
        #expect(json.output == #"{"budgets":1,"namespace":"fresh","users":0,"vendors":0}"#)
        #expect(json.errors.isEmpty)
        #expect(try program.run("erp", "budget", "--namespace", "fresh").output.contains("5.00"))
    }
}
