import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

@Suite(.serialized, .onEveryDatabase) struct InvoiceMatchingTests {
    private let line = PurchaseOrderItem(productId: "CEM", quantity: Quantity(10), unitPrice: Money(taka: 5_000))

    private func bill(_ id: String, _ count: Int32, at price: Money, po: String) throws -> InvoiceInput {
        let items = [try Books.item("CEM", count, price)]
        return try Books.invoice(id, net: items[0].amount, po: po, lines: items)
    }

    @Test func `an order becomes invoices and payments, and what it committed is spent`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let order = try await payables.environment.client.start(
            PurchaseOrderApproval.self,
            id: "PO",
            taskQueue: payables.environment.taskQueue,
            input: PurchaseOrderInput(
                id: "PO",
                vendorId: "V-1",
                items: [line],
                requestedBy: "rahim",
                department: "operations"
            )
        )
        let number = try #require(try await payables.environment.result(of: order).poNumber)
        #expect(try await payables.books.operations.committed == Money(taka: 50_000))
        for (id, count) in [("A", Int32(4)), ("B", 6)] {
            let invoice = try await payables.waiting(try bill(id, count, at: Money(taka: 5_000), po: number))
            #expect(try await invoice.query(\.invoiceDetails).matchingVariance == .zero)
            try await payables.approve(invoice, "jamal")
            #expect(try await payables.result(invoice).status == .approved)
        }
        #expect(try await payables.books.operations.committed == .zero)
        #expect(try await payables.books.operations.spent == Money(taka: 50_000))
        let more = try await payables.result(try bill("C", 1, at: Money(taka: 5_000), po: number))
        #expect(more.status == .rejected)
        #expect(more.reason == "purchase order \(number) is closed: everything was billed")
        #expect(try await payables.books.problems() == [])
    }

    @Test func `a difference of up to 1 000 taka is noted and passes`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let number = try await payables.books.order("PO", [line])
        let invoice = try await payables.waiting(try bill("A", 10, at: Money(taka: 5_100), po: number))
        #expect(try await invoice.query(\.status) == .awaitingAccountsPayableApproval)
        let details = try await invoice.query(\.invoiceDetails)
        #expect(details.matchingVariance == Money(taka: 1_000))
        #expect(details.matchingNotes == ["line 1: unit price BDT 5,100.00, ordered at BDT 5,000.00"])
        #expect(try await payables.outbox.last?.body.contains("differs from \(number) by BDT 1,000.00") == true)
        try await payables.approve(invoice, "jamal")
        #expect(try await payables.result(invoice).status == .approved)
        #expect(try await payables.books.operations.spent == Money(taka: 51_000))
        #expect(try await payables.books.problems() == [])
    }

    @Test func `above that accounts payable accepts it first, and may approve as well`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let number = try await payables.books.order("PO", [line])
        let price = Money(poisha: 510_001)
        let invoice = try await payables.waiting(try bill("A", 10, at: price, po: number))
        #expect(try await invoice.query(\.status) == .awaitingMatchingApproval)
        // Nothing is reserved of its own before that.
        #expect(try await payables.books.operations.reserved == .zero)
        try await payables.approve(invoice, "karim", "jamal")
        #expect(try await invoice.query(\.status) == .awaitingAccountsPayableApproval)
        try await payables.approve(invoice, "jamal")
        let result = try await payables.result(invoice)
        #expect(result.status == .approved)
        #expect(
            result.approvalHistory.filter { $0.outcome == .approved }.map(\.level) == ["matching", "accounts_payable"]
        )
        #expect(try await payables.books.problems() == [])
    }

    @Test func `accounts payable refuses a difference, or lets three days pass`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let number = try await payables.books.order("PO", [line])
        let refused = try await payables.waiting(try bill("A", 12, at: Money(taka: 5_000), po: number))
        try await refused.signal(\.reject, RejectionSignal(approver: "jamal", reason: "ten were ordered"))
        let result = try await payables.result(refused)
        #expect(result.reason == "rejected by jamal (accounts payable (matching)): ten were ordered")
        let silent = try await payables.result(try bill("B", 12, at: Money(taka: 5_000), po: number))
        #expect(silent.reason == "timeout: no response from accounts payable (matching)")
        #expect(payables.days == 3)
        // Neither counts as billed.
        let whole = try await payables.waiting(try bill("C", 10, at: Money(taka: 5_000), po: number))
        #expect(try await whole.query(\.invoiceDetails).matchingVariance == .zero)
        #expect(try await payables.books.problems() == [])
    }

    @Test func `two invoices in flight do not bill the same, and what one gives up the other may bill`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let number = try await payables.books.order("PO", [line])
        let first = try await payables.waiting(try bill("A", 10, at: Money(taka: 5_000), po: number))
        let second = try await payables.result(try bill("B", 10, at: Money(taka: 5_000), po: number))
        #expect(second.reason == "everything that \(number) ordered was billed by earlier invoices")
        try await first.cancel()
        await #expect(throws: WorkflowClosedError.self) { try await payables.result(first) }
        #expect(try await payables.books.operations.committed == Money(taka: 50_000))
        let third = try await payables.waiting(try bill("B", 10, at: Money(taka: 5_000), po: number), id: "B2")
        try await payables.approve(third, "jamal")
        #expect(try await payables.result(third).status == .approved)
        #expect(try await payables.books.problems() == [])
    }

    @Test func `small differences of several invoices add up, and what was not ordered counts with them`() async throws
    {
        let payables = try await Payables()
        defer { payables.close() }
        let small = PurchaseOrderItem(productId: "NAILS", quantity: Quantity(1), unitPrice: Money(taka: 500))
        let number = try await payables.books.order("PO", [small])
        let orders = SQLPurchasingService(database: payables.books.database)
        func extra(_ id: String, _ taka: Int32) throws -> InvoiceInput {
            let items = [try Books.item("delivery", 1, Money(taka: taka))]
            return try Books.invoice(id, net: items[0].amount, po: number, lines: items)
        }
        // Each of them alone would pass.
        let first = try await payables.waiting(try extra("A", 1_000))
        #expect(try await first.query(\.status) == .awaitingAccountsPayableApproval)
        #expect(try await orders.billing(of: "default") == [number: "partly_billed"])
        try await payables.approve(first, "jamal")
        #expect(try await payables.result(first).status == .approved)
        #expect(try await orders.billing(of: "default") == [number: "partly_billed"])
        let second = try await payables.waiting(try extra("B", 1))
        #expect(try await second.query(\.status) == .awaitingMatchingApproval)
        let details = try await second.query(\.invoiceDetails)
        #expect(details.matchingVariance == Money(taka: 1))
        #expect(
            details.matchingNotes == [
                "line 1: BDT 1.00 for what was not ordered", "earlier invoices of the order differ by BDT 1,000.00",
            ]
        )
        // One in hand counts like one that is paid for, and one that is refused does not.
        let third = try await payables.waiting(try extra("C", 1))
        #expect(try await third.query(\.invoiceDetails).matchingNotes.last?.hasSuffix("BDT 1,001.00") == true)
        try await second.signal(\.reject, RejectionSignal(approver: "jamal", reason: "not ordered"))
        _ = try await payables.result(second)
        let fourth = try await payables.waiting(try extra("D", 2))
        #expect(try await fourth.query(\.invoiceDetails).matchingNotes.last?.hasSuffix("BDT 1,001.00") == true)
        // What agrees with what is left of the order adds nothing, and nobody is asked about it.
        let items = [try Books.item("NAILS", 1, Money(taka: 500))]
        let exact = try await payables.waiting(try Books.invoice("E", net: items[0].amount, po: number, lines: items))
        #expect(try await exact.query(\.status) == .awaitingAccountsPayableApproval)
        #expect(try await orders.billing(of: "default") == [number: "billed"])
        #expect(try await payables.books.problems() == [])
    }

    @Test func `prices that are a little too high add up over the invoices of an order`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let number = try await payables.books.order("PO", [line])
        for (id, isStopped) in [("A", false), ("B", true)] {
            let invoice = try await payables.waiting(try bill(id, 1, at: Money(taka: 5_600), po: number))
            let status = try await invoice.query(\.status)
            #expect(status == (isStopped ? .awaitingMatchingApproval : .awaitingAccountsPayableApproval))
            #expect(try await invoice.query(\.invoiceDetails).matchingVariance == Money(taka: 600))
            try await payables.approve(invoice, "jamal")
            if isStopped { try await payables.approve(invoice, "jamal") }
            #expect(try await payables.result(invoice).status == .approved)
        }
        #expect(try await payables.books.problems() == [])
    }

    @Test func `an invoice over more than was ordered does not take the order from others while it waits`() async throws
    {
        let payables = try await Payables()
        defer { payables.close() }
        let number = try await payables.books.order("PO", [line])
        let greedy = try await payables.waiting(try bill("A", 30, at: Money(taka: 5_000), po: number))
        #expect(try await greedy.query(\.status) == .awaitingMatchingApproval)
        let honest = try await payables.waiting(try bill("B", 10, at: Money(taka: 5_000), po: number))
        // A person decides which of the two it is.
        #expect(try await honest.query(\.status) == .awaitingMatchingApproval)
        try await greedy.signal(\.reject, RejectionSignal(approver: "jamal", reason: "ten were ordered"))
        #expect(try await payables.result(greedy).status == .rejected)
        try await payables.approve(honest, "jamal", "jamal")
        #expect(try await payables.result(honest).status == .approved)
        let late = try await payables.result(try bill("C", 1, at: Money(taka: 5_000), po: number))
        #expect(late.reason == "purchase order \(number) is closed: everything was billed")
        #expect(try await payables.result(try bill("D", 1, at: Money(taka: 1), po: "PO-X")).status == .rejected)
        #expect(try await payables.books.problems() == [])
    }

    @Test func `where nothing was compared there is no difference`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let refused = try await payables.waiting(try bill("A", 1, at: Money(taka: 5_000), po: "PO-X"))
        #expect(try await payables.result(refused).reason == "purchase order PO-X is not known")
        #expect(try await refused.query(\.invoiceDetails).matchingVariance == nil)
    }
}
