import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

@Suite(.serialized, .onEveryDatabase) struct InvoiceRefusalTests {
    @Test func `figures that do not add up are rejected with the expected and the stated`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        func reason(_ id: String, _ change: (inout InvoiceInput) -> Void) async throws -> String? {
            var input = try Books.invoice(id, net: Money(taka: 1_000))
            change(&input)
            let result = try await payables.result(input)
            #expect(result.status == .rejected)
            #expect(result.approvalHistory.isEmpty)
            return result.reason
        }
        #expect(
            try await reason("A") { $0.vatAmount.poisha += 2 }
                == "the VAT should be BDT 150.00 (15 % of BDT 1,000.00), and BDT 150.02 is stated"
        )
        #expect(
            try await reason("B") { $0.totalAmount.poisha -= 2 }?.contains("and BDT 1,149.98 is stated") == true
        )
        #expect(
            try await reason("C") { $0.lineItems[0].amount.poisha += 2 }
                == "line 1: 1 at BDT 1,000.00 come to BDT 1,000.00, and BDT 1,000.02 is stated; the lines come to "
                + "BDT 1,000.02, and a net amount of BDT 1,000.00 is stated"
        )
        let early = try LocalDate("2026-11-19")
        #expect(
            try await reason("D") { $0.dueDate = early }
                == "the due date 2026-11-19 is before the invoice's date 2026-11-20"
        )
        let old = try LocalDate("2020-06-30")
        #expect(
            try await reason("E") { $0.invoiceDate = old }
                == "VAT: the invoice is dated 2020-06-30, and the first rate is from 2020-07-01"
        )
        #expect(try await reason("F") { $0.vendorId = "V-9" } == "vendor V-9 is not known")
        #expect(try await reason("G") { $0.submittedBy = "nobody" } == "the submitter nobody is not an active user")
        #expect(try await reason("H") { $0.department = "hr" } == "department hr has no budget for FY2026-27")
        #expect(try await payables.news.filter { $0 == "invoice_rejected rahim" }.count == 7)
        let states = try await payables.states.map { $0.split(separator: " ")[1] }
        #expect(Set(states) == ["rejected"])
        #expect(try await payables.books.problems() == [])
    }

    @Test func `one poisha off is near enough, and the computed figures are booked`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        var input = try Books.invoice("A", net: Money(taka: 1_000))
        input.vatAmount.poisha += 1
        input.totalAmount.poisha += 1
        let invoice = try await payables.waiting(input)
        try await payables.approve(invoice, "jamal")
        #expect(try await payables.result(invoice).vat == Money(taka: 150))
        #expect(try await payables.books.payments.payments(of: "default")[0].payable == Money(taka: 1_075))
    }

    @Test func `stated a poisha above a threshold, an invoice needs the next level too`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        var input = try Books.invoice("A", net: Money("86956.52"))
        input.vatAmount.poisha += 1
        input.totalAmount.poisha += 1
        let invoice = try await payables.waiting(input)
        let details = try await invoice.query(\.invoiceDetails)
        #expect(details.levels == ["accounts_payable", "department_head"])
        try await payables.approve(invoice, "jamal")
        #expect(try await invoice.query(\.status) == .awaitingDepartmentApproval)
    }

    @Test func `a vendor on hold or without a kind puts the invoice on hold until it is submitted again`() async throws
    {
        let payables = try await Payables()
        defer { payables.close() }
        let held = try await payables.result(try Books.invoice("A", vendor: "V-5", net: Money(taka: 10)))
        #expect(held.status == .onHold)
        #expect(held.reason == "vendor V-5 is on hold: licence expired")
        let kindless = try await payables.result(try Books.invoice("B", vendor: "V-4", net: Money(taka: 10)))
        #expect(kindless.status == .onHold)
        #expect(kindless.reason?.hasPrefix("vendor V-4: the vendor has no kind") == true)
        #expect(kindless.netPayableAmount == nil && kindless.vat == nil)
        let json = String(decoding: try JSONEncoder().encode(kindless), as: UTF8.self)
        #expect(json.contains(#""vat":null"#) && json.contains(#""netPayableAmount":null"#))
        let told = ["invoice_on_hold rahim", "invoice_on_hold jamal"]
        #expect(try await payables.news == told + told)
        #expect(try await payables.states == ["A on_hold", "B on_hold"])
        let seed = Payables.seed { $0.vendors?[3].kind = .supplier }
        try await SeedLoader(database: payables.books.database).load(seed, at: Books.time)
        let again = try await payables.waiting(try Books.invoice("B", vendor: "V-4", net: Money(taka: 10)), id: "B2")
        try await payables.approve(again, "jamal")
        #expect(try await payables.result(again).status == .approved)
    }

    @Test func `a duplicate is rejected naming the first, and after a rejection it is none`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let first = try await payables.waiting(try Books.invoice("A", number: "7", net: Money(taka: 10)))
        let second = try await payables.result(try Books.invoice("B", number: "7", net: Money(taka: 10)))
        #expect(
            second.reason
                == "duplicate: number 7 of vendor V-1 stands on invoice A of 2026-11-20, which is in the hands of workflow A"
        )
        try await first.signal(\.reject, RejectionSignal(approver: "jamal", reason: "unreadable"))
        #expect(try await payables.result(first).status == .rejected)
        let third = try await payables.waiting(try Books.invoice("A", number: "7", net: Money(taka: 10)), id: "third")
        try await payables.approve(third, "jamal")
        #expect(try await payables.result(third).status == .approved)
        let fourth = try await payables.result(try Books.invoice("A", number: "8", net: Money(taka: 10)), id: "fourth")
        #expect(fourth.reason == "duplicate: invoice A is paid by PAY-FY2026-27-00001")
        #expect(try await payables.books.problems() == [])
    }

    @Test func `what is no invoice is refused with what is wrong`() throws {
        let good = """
            {"invoiceId": "A", "invoiceNumber": "7", "vendorId": "V-1", "vendorName": "Padma", "invoiceDate": "২০২৬-১১-২০",
            "dueDate": "2026-12-20", "amount": "১,০০০.০০", "vatAmount": 150, "totalAmount": "1150.00", "currency": "BDT",
            "department": "operations", "submittedBy": "rahim",
            "lineItems": [{"description": "work", "quantity": 2.5, "unitPrice": 400, "amount": "1000"}]}
            """
        func problem(_ from: String, _ to: String) -> String? {
            let json = Array(good.replacing(from, with: to).utf8)
            do {
                let input = try StrictJSON.decode(InvoiceInput.self, from: Data(json))
                #expect(input.amount == Money(taka: 1_000))
                return nil
            } catch {
                return String(describing: error)
            }
        }
        #expect(problem("nothing", "nothing") == nil)
        for (from, to, message) in [
            ("\"2026-12-20\"", "\"20.12.2026\"", "not a date"), ("2026-12-20", "2026-02-30", "no such day"),
            ("\"১,০০০.০০\"", "-1", "amount"), ("\"১,০০০.০০\"", "0", "above zero"),
            ("150,", "150.005,", "more than two decimals"),
            ("\"BDT\"", "\"USD\"", "only BDT is accepted"), ("2.5", "0", "above zero"),
            ("2.5", "0.0001", "more than three decimals"),
            ("[{", "[], \"x\": [{", "lines"), ("\"rahim\"", "\"\"", "1 to 200 characters"),
            ("\"invoiceId\": \"A\", ", "", "invoiceId"), ("\"unitPrice\": 400", "\"unitPrice\": -400", "negative"),
        ] {
            #expect(problem(from, to)?.contains(message) == true, "\(to): \(problem(from, to) ?? "accepted")")
        }
    }

    @Test func `a tenant of an invoice that is not the namespace fails it`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        var input = try Books.invoice("A", net: Money(taka: 10))
        input.tenantId = "other"
        let invoice = try await payables.start(input)
        await #expect(throws: WorkflowClosedError.self) { try await payables.result(invoice) }
        #expect(try await payables.states == [])
    }
}
