import ChildProcesses
import Foundation
import Testing

/// Invoices through the real program: from the order to the payment, the ledger and the tax report.
@Suite(.serialized) struct InvoiceCommandTests {
    private let program: Program

    init() throws { program = try Program("workflowctl") }

    private func load() throws {
        let company = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Examples/erp/company.json")
        let text = try String(contentsOf: company, encoding: .utf8)
        #expect(try program.run("erp", "load", company.path).status == 0)
        // The same people and vendors in a second tenant.
        let second = FileManager.default.temporaryDirectory.appending(path: "second-\(UUID()).json")
        try text.replacing(#""name": "default""#, with: #""name": "second""#).write(
            to: second,
            atomically: true,
            encoding: .utf8
        )
        defer { try? FileManager.default.removeItem(at: second) }
        let outcome = try program.run("erp", "load", second.path)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    private func invoice(_ id: String, vendor: String, net: String, vat: String, total: String, po: String? = nil)
        -> String
    {
        let order = po.map { #""poNumber":"\#($0)","# } ?? ""
        return #"{"invoiceId":"\#(id)","invoiceNumber":"N-\#(id)","vendorId":"\#(vendor)","vendorName":"v","#
            + #""invoiceDate":"\#(Self.today)","dueDate":"2099-01-31","amount":"\#(net)","vatAmount":"\#(vat)","#
            + #""totalAmount":"\#(total)","currency":"BDT",\#(order)"department":"operations","submittedBy":"rahim","#
            + #""lineItems":[{"description":"CEMENT","quantity":1,"unitPrice":"\#(net)","amount":"\#(net)"}]}"#
    }

    /// Dates are those of Dhaka.
    private static var now: DateComponents {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = TimeZone(secondsFromGMT: 6 * 3600) ?? .gmt
        return calendar.dateComponents([.year, .month, .day], from: Date())
    }

    private static func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }

    private static var today: String { "\(now.year ?? 0)-\(two(now.month ?? 0))-\(two(now.day ?? 0))" }

    private static var period: String {
        let (year, month) = (now.year ?? 0, now.month ?? 0)
        let start = month >= 7 ? year : year - 1
        return "FY\(start)-\(two((start + 1) % 100))-P\(two(month >= 7 ? month - 6 : month + 6))"
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

    private func start(_ id: String, _ input: String, type: String = "InvoiceApproval") throws {
        let outcome = try program.run("start", type, "--id", id, "--input", input)
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test func `an order and its invoice become a payment, entries and a line of the tax return`() throws {
        defer { program.remove() }
        try load()
        let worker = try program.startWorker()
        defer {
            worker.terminate()
            worker.waitUntilExit()
        }
        try start(
            "PO-A",
            #"{"id":"PO-A","vendorId":"V-001","items":[{"productId":"CEMENT","quantity":1,"unitPrice":40000}],"#
                + #""requestedBy":"rahim","department":"operations","currency":"BDT"}"#,
            type: "PurchaseOrderApproval"
        )
        let ordered = try program.run("result", "PO-A", "--timeout", "30s").output
        let number = String(try #require(ordered.split(separator: "\"").first { $0.hasPrefix("PO-FY") }))
        let input = invoice("I-1", vendor: "V-001", net: "40000.00", vat: "6000.00", total: "46000.00", po: number)
        try start("I-1", input)
        try wait(for: "awaiting_accounts_payable_approval", "query", "I-1", "status")
        #expect(try program.run("erp", "invoices", "--state", "open").output.contains("I-1"))
        let taxes = try program.run("query", "I-1", "taxBreakdown").output
        #expect(taxes.contains(#""payable":"44000.00""#), "\(taxes)")
        let decision = try program.run("signal", "I-1", "approve", "--input", #"{"approver":"jamal"}"#)
        #expect(decision.errors == "taken; whether it counts: 'workflowctl query I-1 approvalHistory'")
        let result = try program.run("result", "I-1", "--timeout", "30s").output
        for part in [#""status":"approved""#, #""paymentId":"PAY-FY"#, #""netPayableAmount":"44000.00""#] {
            #expect(result.contains(part), "\(result)")
        }
        let listed = try program.run("erp", "invoices", "--json").output
        #expect(listed.contains(#""state":"approved""#) && listed.contains(#""poNumber":"\#(number)""#), "\(listed)")
        let ledger = try program.run("erp", "ledger")
        #expect(ledger.status == 0)
        #expect(
            ledger.output.split(separator: "\n").last?.split(separator: " ") == ["total", "46,000.00", "46,000.00"]
        )
        let entries = try program.run("erp", "ledger", "--entries", "--json").output
        #expect(entries.split(separator: "\n").count == 4)
        #expect(entries.contains(#""credit":"2000.00""#), "\(entries)")
        let report = try program.run("erp", "tax-report", "--period", Self.period, "--json").output
        #expect(report.contains(#""withheld":"2000.00""#) && report.contains(#""vat":"6000.00""#), "\(report)")
        let table = try program.run("erp", "tax-report", "--period", Self.period)
        #expect(table.output.contains("Padma Cement Ltd."))
        #expect(
            try program.run("erp", "tax-report", "--period", Self.period, "--certificates").output.contains("WHT-FY")
        )
        let budget = try program.run("erp", "budget", "--json").output
        #expect(budget.contains(#""spent":"40000.00""#), "\(budget)")

        // Another tenant, the same ids: nothing of it is seen, and nothing of it is in the way.
        for command in [["invoices"], ["ledger", "--entries"], ["tax-report", "--period", Self.period]] {
            let other = try program.run(["erp"] + command + ["--namespace", "second", "--json"])
            #expect(other.status == 0 && other.output.isEmpty, "\(other.output) \(other.errors)")
        }
        let again = invoice("I-1", vendor: "V-001", net: "40000.00", vat: "6000.00", total: "46000.00", po: number)
        let started = try program.run(
            "start",
            "InvoiceApproval",
            "--namespace",
            "second",
            "--id",
            "I-1",
            "--input",
            again
        )
        #expect(started.status == 0, "\(started.errors)")
        let otherWorker = try program.startWorker("--namespace", "second")
        defer {
            otherWorker.terminate()
            otherWorker.waitUntilExit()
        }
        let refused = try program.run("result", "I-1", "--namespace", "second", "--timeout", "30s").output
        #expect(refused.contains("purchase order \(number) is not known"), "\(refused)")
    }

    @Test func `what cannot be an invoice, a period or a state is refused on one line`() throws {
        defer { program.remove() }
        try load()
        func refusal(_ input: String) throws -> String {
            let outcome = try program.run("start", "InvoiceApproval", "--id", "X", "--input", input)
            #expect(outcome.status == 1 && outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
            return outcome.errors
        }
        let good = invoice("I", vendor: "V-001", net: "100.00", vat: "15.00", total: "115.00")
        #expect(try refusal(good.replacing("V-001", with: "V-9")).contains("vendor 'V-9' is not known"))
        #expect(try refusal(good.replacing("\"rahim\"", with: "\"x\"")).contains("user 'x' (submittedBy) is not known"))
        #expect(try refusal(good.replacing("operations", with: "moon")).contains("department 'moon' has no budget"))
        #expect(try refusal(good.replacing("2099-01-31", with: "2099-02-31")).contains("no such day"))
        #expect(try refusal(good.replacing("\"100.00\"", with: "\"100.001\"")).contains("more than two decimals"))
        let period = try program.run("erp", "tax-report", "--period", "2026-11")
        #expect(period.status == 64 && period.errors.contains("write FY2026-27-P05"), "\(period.errors)")
        #expect(try program.run("erp", "invoices", "--state", "nice").status == 64)
    }

    @Test func `what a terminated invoice holds is given back, and the invoice can be handed in again`() throws {
        defer { program.remove() }
        try load()
        let worker = try program.startWorker()
        defer {
            worker.terminate()
            worker.waitUntilExit()
        }
        let input = invoice("I", vendor: "V-001", net: "100.00", vat: "15.00", total: "115.00")
        func release(_ id: String) throws -> (status: Int32, text: String) {
            let outcome = try program.run("erp", "release", id, "--invoice", "--reason", "typed wrongly")
            return (outcome.status, outcome.output + outcome.errors)
        }
        try start("first", input)
        try wait(for: "awaiting_accounts_payable_approval", "query", "first", "status")
        #expect(try release("I").text.contains("is in the hands of workflow 'first', which is open"))
        #expect(try release("nope").text.contains("there is no invoice 'nope'"))
        #expect(try program.run("terminate", "first", "--reason", "wrong").status == 0)
        #expect(try release("I").text == "invoice I is free, and its budget is given back")
        #expect(try release("I").text == "invoice I holds nothing any more")
        #expect(try program.run("erp", "budget", "--json").output.contains(#""reserved":"100.00""#) == false)
        try start("second", input)
        try wait(for: "awaiting_accounts_payable_approval", "query", "second", "status")
        #expect(try program.run("signal", "second", "approve", "--input", #"{"approver":"jamal"}"#).status == 0)
        try wait(for: #""status":"approved""#, "result", "second", "--timeout", "30s")
        #expect(try release("I").text.contains("is paid by PAY-FY"))
        #expect(try program.run("erp", "audit", "verify").status == 0)
    }
}
