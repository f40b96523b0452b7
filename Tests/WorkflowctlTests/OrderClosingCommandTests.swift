import ChildProcesses
import Foundation
import Testing

/// `erp orders close` through the real program.
@Suite(.serialized) struct OrderClosingCommandTests {
    private let program: Program

    init() throws { program = try Program("workflowctl") }

    private func load(_ name: String, actForOthers: Bool) throws {
        let company = """
            {"namespaces": [{"name": "\(name)",
            "users": [
                {"id": "rahim", "name": "r", "email": "r@example.com", "department": "operations"},
                {"id": "karim", "name": "k", "email": "k@example.com", "department": "operations",
                 "roles": ["department_head"], "login": "\(NSUserName())"},
                {"id": "nasrin", "name": "n", "email": "n@example.com", "department": "finance", "roles": ["finance"]}],
            "vendors": [{"id": "V-1", "name": "v", "email": "v@example.com"}],
            "budgets": [{"department": "operations", "allocated": "150000"}],
            "approvals": {"actForOthers": \(actForOthers)}}]}
            """
        let path = program.path("company.json")
        try company.write(toFile: path, atomically: true, encoding: .utf8)
        let outcome = try program.run("erp", "load", path)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    /// Has an order over 40 000 taka made, and gives its number.
    private func order(_ id: String) throws -> String {
        let input =
            #"{"id":"\#(id)","vendorId":"V-1","items":[{"productId":"P","quantity":1,"unitPrice":40000}],"#
            + #""requestedBy":"rahim","department":"operations","currency":"BDT"}"#
        let started = try program.run("start", "PurchaseOrderApproval", "--id", id, "--input", input)
        #expect(started.status == 0, "\(started.errors)")
        let result = try program.run("result", id, "--timeout", "30s").output
        return String(try #require(result.split(separator: "\"").first { $0.hasPrefix("PO-FY") }))
    }

    private func close(_ number: String, _ person: String, _ options: String...) throws -> Program.Outcome {
        try program.run(
            ["erp", "orders", "close", number, "--reason", "the rest never comes", "--as", person] + options
        )
    }

    @Test func `an order is closed once by whoever may, and list, story, budget and trail say so`() throws {
        defer { program.remove() }
        try load("default", actForOthers: true)
        let worker = try program.startWorker()
        defer {
            worker.terminate()
            worker.waitUntilExit()
        }
        let (first, second) = (try order("A"), try order("B"))
        #expect(try program.run("erp", "budget", "--json").output.contains(#""committed":"80000.00""#))
        for (number, person, says) in [
            ("PO-9", "rahim", "there is no purchase order 'PO-9'"), (first, "karim", "'karim' may not close"),
            (first, "ghost", "there is no active user 'ghost'"),
        ] {
            let refused = try close(number, person)
            #expect(refused.status == 1 && refused.output.isEmpty)
            #expect(
                refused.errors.contains(says) && refused.errors.split(separator: "\n").count == 1,
                "\(refused.errors)"
            )
        }
        #expect(try program.run("erp", "orders", "close", first, "--as", "rahim").status == 64)
        #expect(try program.run("erp", "orders", "close", first, "--reason", " ", "--as", "rahim").status == 64)

        let closed = try close(first, "rahim")
        #expect(closed.status == 0, "\(closed.errors)")
        #expect(closed.output.hasPrefix("\(first) is closed; BDT 40,000.00 of operations for FY"), "\(closed.output)")
        let json = try close(second, "nasrin", "--json").output
        #expect(json.contains(#""closedBy":"nasrin""#) && json.contains(#""freed":"40000.00""#), "\(json)")
        #expect(try close(first, "nasrin").errors.contains("is already closed: the rest never comes"))

        #expect(try program.run("erp", "orders").output.contains("closed: the rest never comes"))
        let listed = try program.run("erp", "orders", "--json").output
        #expect(listed.contains(#""closedReason":"the rest never comes""#) && listed.contains(#""state":"closed""#))
        #expect(
            try program.run("erp", "story", "A").output.hasSuffix(
                "the purchase order \(first) is closed by rahim: the rest never comes; BDT 40,000.00 goes back to the budget"
            )
        )
        #expect(try program.run("erp", "budget", "--json").output.contains(#""committed":"0.00""#))
        #expect(try program.run("erp", "budget", "verify").status == 0)
        #expect(try program.run("erp", "audit").output.contains("closed"))
        #expect(try program.run("erp", "audit", "verify").status == 0)
    }

    @Test func `nobody closes an order in another's name, unless the tenant lets them`() throws {
        defer { program.remove() }
        try load("default", actForOthers: false)
        let refused = try close("PO-1", "nasrin")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("'nasrin' has to do this with their own login"), "\(refused.errors)")
        #expect(try close("PO-1", "karim").errors.contains("there is no purchase order 'PO-1'"))
    }
}
