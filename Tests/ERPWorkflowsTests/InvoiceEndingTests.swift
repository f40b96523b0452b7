import Foundation
import Synchronization
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

@Suite(.serialized, .onEveryDatabase) struct InvoiceEndingTests {
    private static func broken(_ text: String) -> ApplicationError {
        ApplicationError(type: "Broken", message: text, nonRetryable: true)
    }

    @Test func `cancelled while it waits, an invoice gives everything back and can be submitted again`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: 10)))
        try await invoice.cancel(reason: "wrong scan")
        await #expect(throws: WorkflowClosedError.self) { try await payables.result(invoice) }
        #expect(try await invoice.query(\.status) == .cancelled)
        #expect(try await invoice.query(\.invoiceDetails).isBeingUndone == false)
        #expect(try await payables.states == ["A cancelled"])
        #expect(try await payables.news == ["invoice_cancelled rahim"])
        #expect(
            try await payables.audit.map { "\($0.action) by \($0.actor): \($0.details)" } == [
                "cancelled by test: wrong scan"
            ]
        )
        #expect(try await payables.books.operations.available == Money(taka: 20_000_000))
        let again = try await payables.waiting(try Books.invoice("A", net: Money(taka: 10)), id: "again")
        try await payables.approve(again, "jamal")
        #expect(try await payables.result(again).status == .approved)
        #expect(try await payables.books.problems() == [])
    }

    @Test func `cancelled at once, nothing is left behind`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let invoice = try await payables.start(try Books.invoice("A", net: Money(taka: 10)))
        try await invoice.cancel()
        await #expect(throws: WorkflowClosedError.self) { try await payables.result(invoice) }
        #expect(try await payables.books.operations.available == Money(taka: 20_000_000))
        #expect(try await payables.news == ["invoice_cancelled rahim"])
        #expect(try await payables.books.problems() == [])
    }

    @Test func `after the payment neither a failure to tell anybody nor a cancellation undoes anything`() async throws {
        let payables = try await Payables(replaced: [
            ActivityRegistration(InvoiceActivities.notify) { _ in throw Self.broken("no mail") }
        ])
        defer { payables.close() }
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: 10)))
        try await payables.approve(invoice, "jamal")
        let result = try await payables.result(invoice)
        #expect(result.status == .approved)
        #expect(result.paymentId == "PAY-FY2026-27-00001")
        #expect(result.reason?.contains("nobody could be told") == true)
        #expect(try await payables.audit.map(\.action) == ["approved"])
        #expect(try await payables.books.problems() == [])
    }

    @Test func `a posting that fails writes nothing and gives everything back`() async throws {
        let payables = try await Payables(replaced: [
            ActivityRegistration(
                InvoiceActivities.post,
                transactional: { request, tx in
                    _ = try SQLInvoicePosting.post(request, in: tx)
                    throw Self.broken("the disk is full of sand")
                }
            )
        ])
        defer { payables.close() }
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: 10)))
        try await payables.approve(invoice, "jamal")
        await #expect(throws: WorkflowClosedError.self) { try await payables.result(invoice) }
        #expect(try await invoice.query(\.status) == .error)
        #expect(try await payables.states == ["A failed"])
        #expect(try await payables.news == ["invoice_failed rahim"])
        #expect(try await payables.books.number("SELECT count(*) FROM erp_journal_line") == 0)
        #expect(try await payables.books.operations.available == Money(taka: 20_000_000))
        #expect(try await payables.books.problems() == [])
    }

    @Test func `a posting that was done and is tried again is done once`() async throws {
        let attempts = Mutex(0)
        let books = try await Payables()
        books.close()
        let payables = try await Payables()
        defer { payables.close() }
        let database = payables.books.database
        // An ordinary activity that does its work and fails to say so.
        let environment = try await payables.books.home.environment(
            activities: ERPPack.activities(database).flatMap(\.activities).filter {
                $0.name != InvoiceActivities.post.name
            }
                + [
                    ActivityRegistration(InvoiceActivities.post) { request in
                        let posting = try await SQLInvoicePosting(database: database).post(request)
                        let attempt = attempts.withLock { count in
                            count += 1
                            return count
                        }
                        if attempt < 4 { throw ApplicationError(type: "Lost", message: "the answer was lost") }
                        return posting
                    }
                ],
            clock: payables.environment.clock
        )
        let invoice = try await environment.client.start(
            InvoiceApproval.self,
            id: "A",
            taskQueue: environment.taskQueue,
            input: try Books.invoice("A", net: Money(taka: 10))
        )
        try await environment.settle()
        try await invoice.signal(\.approve, ApprovalSignal(approver: "jamal"))
        #expect(try await environment.result(of: invoice).paymentId == "PAY-FY2026-27-00001")
        #expect(attempts.withLock { $0 } == 4)
        #expect(try await payables.books.number("SELECT count(*) FROM erp_payment") == 1)
        #expect(try await payables.books.problems() == [])
    }

    @Test func `an exported history replays against today's code, and a changed one does not`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let order = PurchaseOrderItem(productId: "CEM", quantity: Quantity(1), unitPrice: Money(taka: 400_000))
        let number = try await payables.books.order("PO", [order])
        let items = [try Books.item("CEM", 1, Money(taka: 500_000))]
        let invoice = try await payables.waiting(
            try Books.invoice("A", net: items[0].amount, po: number, lines: items)
        )
        try await payables.approve(invoice, "jamal")
        try await invoice.signal(\.requestInfo, InfoRequestSignal(requestedBy: "jamal", question: "?"))
        try await payables.environment.settle()
        try await invoice.signal(\.provideInfo, InfoAnswerSignal(answer: "!"))
        try await payables.approve(invoice, "jamal", "karim", "nasrin")
        #expect(try await payables.result(invoice).status == .approved)
        let json = try HistoryJSON.encode(try await payables.environment.history(of: "A"))
        let replayer = WorkflowReplayer(ERPPack.workflows)
        try replayer.replay(json: Array(json.utf8))
        let changed = json.replacing("matchInvoice", with: "guessInvoice")
        #expect(throws: NondeterminismReport.self) { try replayer.replay(json: Array(changed.utf8)) }
    }
}
