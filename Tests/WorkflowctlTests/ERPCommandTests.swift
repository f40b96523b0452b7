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
        let verified = try program.run("erp", "audit", "--verify", "--json")
        #expect(verified.output == #"{"entries":2,"isIntact":true,"problems":[]}"#)
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
        let verified = try program.run("erp", "audit", "--verify", "--json")
        #expect(verified.status == 1)
        #expect(
            verified.output
                == #"{"entries":1,"isIntact":false,"problems":["entry 1 was changed","the end of the trail was changed"]}"#
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
