import ChildProcesses
import Database
import Foundation
import Testing

/// What people get wrong, through the real program: one clear line, the right exit status, nothing changed.
@Suite(.serialized) struct BadInputTests {
    private let program: Program

    init() throws {
        program = try Program("workflowctl")
        let company = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Examples/erp/company.json").path
        #expect(try program.run("erp", "load", company).status == 0)
        #expect(try program.run(start("open", order("open"))).status == 0)
        #expect(try program.run(start("closed", order("closed"))).status == 0)
        #expect(try program.run("terminate", "closed", "--reason", "test").status == 0)
    }

    private func order(
        _ id: String,
        vendor: String = "V-001",
        quantity: String = "1",
        price: String = #""10.00""#,
        more: String = ""
    ) -> String {
        #"{"id":"\#(id)","vendorId":"\#(vendor)","items":[{"productId":"P","quantity":\#(quantity),"unitPrice":\#(price)}],"#
            + #""requestedBy":"rahim","department":"operations","currency":"BDT"\#(more)}"#
    }

    private func start(_ id: String, _ input: String) -> [String] {
        ["start", "PurchaseOrderApproval", "--id", id, "--input", input]
    }

    /// How many rows there are of everything that a command could change.
    private func rows() throws -> [Int64] {
        let path = program.directory.appending(path: "workflow.db").path
        let connection = try SQLiteConnection(path: path, flags: 1, synchronous: "FULL")
        defer { connection.close() }
        return try [
            "execution", "history", "request", "timer", "activity", "namespace", "erp_user", "erp_vendor", "erp_budget",
            "erp_budget_reservation", "erp_purchase_order", "erp_outbox", "erp_audit",
        ].map { table in try connection.query("SELECT count(*) FROM \(table)") { $0.integer(0) }.first ?? -1 }
    }

    private func expectRefusal(_ arguments: [String], _ status: Int32, _ says: String) throws {
        let before = try rows()
        let outcome = try program.run(arguments)
        #expect(
            outcome.status == status,
            "\(arguments.joined(separator: " ").prefix(200)): \(outcome.errors.prefix(300))"
        )
        #expect(outcome.errors.contains(says), "\(outcome.errors.prefix(300))")
        #expect(outcome.output.isEmpty, "\(outcome.output.prefix(300))")
        if status != 64 {
            #expect(outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors.prefix(600))")
            #expect(outcome.errors.hasPrefix("error: "))
        }
        #expect(try rows() == before)
    }

    @Test func `an order that is written wrongly is refused with the place`() throws {
        defer { program.remove() }
        let cases: [(input: String, says: String)] = [
            ("{oops", "not JSON: line 1, column 2"), (order("x") + "}", "something follows the value"),
            (order("x", more: #","id":"y""#), "in the input, the key 'id' stands twice"),
            (order("x", more: #","amont":"10""#), "the key 'amont' is not known; did you mean 'amount'?"),
            (order("x", quantity: "true"), "'items[0].quantity' is not a number"),
            ("[]", "the input is not an object"), ("5", "the input is not an object"), ("null", "the input is null"),
            (order("x", price: "1e400"), "'items[0].unitPrice': the number is out of range"),
            (order("x", quantity: "1e200"), "'items[0].quantity': the number is out of range"),
            (order("x", more: #","amount":[]"#), "'amount' is not a"),
            (order("x", price: #""-1""#), "unitPrice may not be negative"),
            (order("x", quantity: "0"), "quantity must be above zero"),
            (order("x", quantity: "-2"), "quantity must be above zero"),
            (order("x", quantity: "1.2345"), "'items[0].quantity': more than three decimals"),
            (order("x", price: "10.001"), "'items[0].unitPrice': more than two decimals"),
            (order("x", price: #""1e400""#), "'items[0].unitPrice': not an amount"),
            (order("x", price: #""99999999999999999999""#), "the amount is too large"),
            (order("x", quantity: "9000000000000000", price: #""90000000000000000""#), "the amount is too large"),
            (order("x", more: #","amount":"11.00""#), "the items come to 10.00, not to the stated amount"),
            (order("x", vendor: "V-999"), "vendor 'V-999' is not known"),
            (order("x").replacing("rahim", with: "ghost"), "user 'ghost' (requestedBy) is not known"),
            (order("x").replacing("operations", with: "moon"), "department 'moon' has no budget"),
            (order("x").replacing("BDT", with: "USD"), "'currency': only BDT is accepted"),
            (order("x", more: #","tenantId":"other""#), "tenantId is not the namespace"),
            (
                #"{"id":"x","vendorId":"V-001","items":[],"requestedBy":"rahim","department":"operations","currency":"BDT"}"#,
                "at least one item"
            ),
            (
                order("x").replacing(
                    "[{",
                    with: "[" + String(repeating: #"{"productId":"P","quantity":1,"unitPrice":1},"#, count: 500) + "{"
                ), "an order may have at most 500 items, and these are 501"
            ),
            (order(String(repeating: "x", count: 201)), "'id': must have 1 to 200 characters"),
            ("@/nowhere.json", "cannot be read"), ("-", "not JSON"),
        ]
        for (input, says) in cases { try expectRefusal(start("x", input), 1, says) }
        let file = program.directory.appending(path: "latin1.json")
        try Data(#"{"id":""#.utf8 + [0xFF] + #""}"#.utf8).write(to: file)
        try expectRefusal(start("x", "@\(file.path)"), 1, "this is not UTF-8")
    }

    @Test func `a payload of ten megabytes is refused before anything is stored`() throws {
        defer { program.remove() }
        let large = program.directory.appending(path: "large.json")
        try Data(#"{"approver":"karim","comments":"\#(String(repeating: "x", count: 10_000_000))"}"#.utf8).write(
            to: large
        )
        try expectRefusal(["signal", "open", "approve", "--input", "@\(large.path)"], 1, "at most 2000 characters")
        try Data(order("x").replacing("\"P\"", with: "\"\(String(repeating: "p", count: 10_000_000))\"").utf8).write(
            to: large
        )
        try expectRefusal(start("x", "@\(large.path)"), 1, "productId must have 1 to 200 characters")
    }

    @Test func `names and ids that do not exist are refused with the known ones`() throws {
        defer { program.remove() }
        let cases: [(arguments: [String], status: Int32, says: String)] = [
            (["start", "PurchaseOrder"], 1, "PurchaseOrderApproval"),
            (start("open", order("open")), 1, "is running already"),
            (["signal", "nobody", "approve", "--input", #"{"approver":"karim"}"#], 1, "no workflow with id 'nobody'"),
            (["signal", "open", "aprove"], 1, "it has: approve, provideInfo, reject, requestInfo"),
            (
                ["signal", "open", "approve", "--input", #"{"aprover":"karim"}"#], 1,
                "'approver' is missing; there is 'aprover'"
            ),
            (["signal", "open", "approve"], 1, "the input does not fit signal 'approve'"),
            (
                ["signal", "open", "approve", "--input", #"{"approver":"\#(String(repeating: "k", count: 201))"}"#], 1,
                "the input does not fit signal 'approve': 'approver': must have 1 to 200 characters"
            ),
            (
                [
                    "signal", "open", "reject", "--input",
                    #"{"approver":"karim","reason":"\#(String(repeating: "r", count: 2001))"}"#,
                ], 1, "'reason': must have at most 2000 characters"
            ),
            (["signal", "closed", "approve", "--input", #"{"approver":"karim"}"#], 1, "closed"),
            (["query", "open", "stat"], 1, "status"), (["query", "open", "a\nb"], 1, "control character (U+000A)"),
            (["signal", "open", "a\u{1B}b"], 1, "control character (U+001B)"),
            (["describe", "a\u{1B}[2Jb"], 1, "'aU+1B[2Jb'"),
            (["signal", "open", "approve", "--request-id", "a\rb"], 1, "control character (U+000D)"),
            (["cancel", "open", "--request-id", "a\tb"], 1, "control character (U+0009)"),
            (["namespace", "create", "a\nb"], 1, "control character"),
            (["namespace", "create", "a", "--retention", "0s"], 1, "longer than zero"),
            (["query", "open", "status", "--input", "5"], 1, "no argument is taken"),
            (["query", "nobody", "status"], 1, "no workflow with id 'nobody'"), (["describe", "nobody"], 1, "nobody"),
            (["show", "nobody"], 1, "nobody"), (["result", "nobody"], 1, "nobody"),
            (["cancel", "nobody"], 1, "nobody"),
            (["cancel", "closed"], 1, "closed"), (["terminate", "closed", "--reason", "r"], 1, "closed"),
            (["describe", "open", "--run-id", "nope"], 1, "nope"), (["retry", "closed"], 1, "closed"),
            (start("", order("x")), 1, "workflow id"),
            (start(String(repeating: "x", count: 1001), order("x")), 1, "1000"),
            (["list", "--namespace", "nowhere"], 1, "there is no namespace 'nowhere'"),
            (start("x", order("x")) + ["--namespace", "nowhere"], 1, "nowhere"),
            (["erp", "budget", "--namespace", "nowhere"], 1, "there is no namespace 'nowhere'"),
            (["erp", "load", "/nowhere.json"], 1, "cannot be read"), (["list", "--limit", "0"], 1, "limit"),
            (["list", "--limit", "x"], 64, "limit"), (["list", "--status", "nope"], 64, "nope"),
            (["result", "open", "--timeout", "soon"], 64, "soon"), (["nonsense"], 64, "nonsense"),
            (["list", "--store", "mysql://x"], 64, "sqlite:PATH"), (["start"], 64, "type"),
            (["result", "open", "--timeout", "0s"], 3, "open"),
        ]
        for bad in cases { try expectRefusal(bad.arguments, bad.status, bad.says) }
    }

    @Test func `a master data file that is wrong changes nothing`() throws {
        defer { program.remove() }
        let file = program.directory.appending(path: "seed.json")
        for (text, says) in [
            (#"{"namespaces":[{"name":"default","user":[]}]}"#, "did you mean 'users'?"), ("{", "not JSON"),
            (#"{"namespaces":[]}"#, "at least one is needed"),
            (#"{"namespaces":[{"name":"n","vendors":[{"id":"v","name":"v","email":"e@e","tin":"1"}]}]}"#, "TIN of 'v'"),
            (#"{"namespaces":[{"name":"n","budgets":[{"department":"d","allocated":"-5"}]}]}"#, "may not be negative"),
            (
                #"{"namespaces":[{"name":"n","budgets":[{"department":"d","fiscalYear":"2026","allocated":"5"}]}]}"#,
                "FY2026-27"
            ),
        ] {
            try Data(text.utf8).write(to: file)
            try expectRefusal(["erp", "load", file.path], 1, says)
        }
    }
}
