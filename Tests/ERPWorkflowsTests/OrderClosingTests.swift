import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime

@testable import ERPWorkflows

/// Orders of which the rest never comes.
@Suite(.serialized, .onEveryDatabase) struct OrderClosingTests {
    private let line = PurchaseOrderItem(productId: "ROD", quantity: Quantity(10), unitPrice: Money(taka: 100))

    private func bill(_ id: String, _ quantity: Int32, _ number: String) throws -> InvoiceInput {
        let item = try Books.item("ROD", quantity, Money(taka: 100))
        return try Books.invoice(id, net: item.amount, po: number, lines: [item])
    }

    private func request(_ number: String, by person: String, in tenant: String = "default") -> OrderClosingRequest {
        OrderClosingRequest(
            tenant: tenant,
            number: number,
            reason: "the rest never comes",
            person: person,
            caller: "\(person)@desk",
            time: Books.time
        )
    }

    private func refusal(_ books: Books, _ request: OrderClosingRequest) async throws -> String {
        let error = await #expect(throws: WorkflowServiceError.self) {
            try await SQLOrderClosingService(database: books.database).close(request)
        }
        return error?.message ?? ""
    }

    @Test func `closed when half of it was paid for, the other half returns to the budget, and no invoice is taken`()
        async throws
    {
        let payables = try await Payables()
        defer { payables.close() }
        let books = payables.books
        let number = try await books.order("O", [line])
        let first = try await payables.waiting(try bill("A", 4, number))
        let early = try await refusal(books, request(number, by: "rahim"))
        #expect(early.contains("invoice 'A' of purchase order \(number) is in the hands of workflow 'A'"), "\(early)")
        try await payables.approve(first, "jamal")
        #expect(try await payables.result(first).status == .approved)
        #expect(try await books.operations.committed == Money(taka: 600))

        let service = SQLOrderClosingService(database: books.database)
        let closing = try await service.close(request(number, by: "rahim"))
        #expect(closing.freed == Money(taka: 600) && closing.closedBy == "rahim")
        #expect(closing.reason == "the rest never comes" && closing.department == "operations")
        #expect(try await books.operations.committed == .zero)
        #expect(try await books.operations.spent == Money(taka: 400))
        #expect(try await service.closings(of: "default") == [closing])
        #expect(try await service.closings(of: "other").isEmpty)
        #expect(try await service.closing(ofRun: "O", "O", in: "default") == closing)
        #expect(try await service.closing(ofRun: "O", "P", in: "default") == nil)
        #expect(try await SQLPurchasingService(database: books.database).billing(of: "default") == [number: "closed"])
        let audit = SQLAuditService(database: books.database)
        let entry = try #require(try await audit.entries(of: "default").last { $0.action == "closed" })
        #expect(entry.actor == "rahim" && entry.entity == "purchase_order" && entry.entityId == "O")
        #expect(
            entry.details
                == "\(number), BDT 600.00 of operations for FY2026-27 given back, sent by rahim@desk: the rest never comes"
        )
        #expect(try await audit.verify("default").isEmpty)

        let late = try await payables.result(try bill("B", 6, number))
        #expect(late.reason == "purchase order \(number) is closed: the rest never comes")
        #expect(try await refusal(books, request(number, by: "nasrin")).contains("is already closed: the rest never"))
        #expect(try await SQLBudgetService(database: books.database).verify("default").isEmpty)
        #expect(try await books.problems() == [])
    }

    @Test func `who may close an order is who asked for it and finance`() async throws {
        let seed = Payables.seed { (namespace: inout SeedNamespace) in
            namespace.users?.append(
                SeedUser(id: "tania", name: "t", email: "t@example.com", department: "hr", roles: ["finance_manager"])
            )
        }
        let books = try await Books(seed: seed)
        defer { books.close() }
        let service = SQLOrderClosingService(database: books.database)
        var numbers: [String] = []
        for id in ["A", "B", "C"] { numbers.append(try await books.order(id, [line])) }
        for person in ["karim", "jamal", "tariq"] {
            #expect(
                try await refusal(books, request(numbers[0], by: person))
                    == "'\(person)' may not close purchase order \(numbers[0]): rahim may, who asked for it, and who has "
                    + "the role finance or finance_manager, and deputies of theirs"
            )
        }
        #expect(try await refusal(books, request(numbers[0], by: "ghost")).contains("no active user 'ghost'"))
        #expect(try await service.closings(of: "default").isEmpty)
        #expect(try await books.operations.committed == Money(taka: 3_000))
        for (number, person) in zip(numbers, ["rahim", "nasrin", "tania"]) {
            #expect(try await service.close(request(number, by: person)).freed == Money(taka: 1_000))
        }
        #expect(try await service.closings(of: "default").map(\.closedBy) == ["rahim", "nasrin", "tania"])
        #expect(try await books.operations.committed == .zero)
        #expect(try await books.problems() == [])
    }

    @Test func `a deputy closes orders for whom they stand in for, in that role and on these days only`() async throws {
        let books = try await Books()
        defer { books.close() }
        let deputies = SQLDeputyService(database: books.database)
        let today = try LocalDate(inDhaka: Books.time)
        func delegate(_ user: String, to deputy: String, role: String?, from: LocalDate, until: LocalDate) async throws
        {
            let deputyship = Deputyship(
                tenant: "default",
                user: user,
                deputy: deputy,
                role: role,
                from: from,
                until: until
            )
            try await deputies.delegate(deputyship, by: user, at: Books.time)
        }
        try await delegate("nasrin", to: "jamal", role: "finance", from: today, until: today)
        try await delegate("nasrin", to: "karim", role: nil, from: today.adding(days: 1), until: today.adding(days: 2))
        let numbers = [try await books.order("A", [line]), try await books.order("B", [line])]
        #expect(try await refusal(books, request(numbers[0], by: "karim")).contains("may not close"))

        let closing = try await SQLOrderClosingService(database: books.database).close(request(numbers[0], by: "jamal"))
        #expect(closing.closedBy == "jamal")
        let entry = try await SQLAuditService(database: books.database).entries(of: "default").last {
            $0.action == "closed"
        }
        #expect(entry?.actor == "jamal")
        #expect(
            entry?.details.contains("given back, for nasrin, sent by jamal@desk:") == true,
            "\(entry?.details ?? "")"
        )

        var later = request(numbers[1], by: "jamal")
        later.time = Books.time.addingTimeInterval(86_400)
        #expect(try await refusal(books, later).contains("may not close"))
        later.person = "karim"
        #expect(try await SQLOrderClosingService(database: books.database).close(later).closedBy == "karim")
    }

    @Test func `an order that is unknown, of another tenant or cancelled is refused and nothing is recorded`()
        async throws
    {
        let books = try await Books()
        defer { books.close() }
        let number = try await books.order("O", [line])
        #expect(
            try await refusal(books, request("PO-9", by: "rahim"))
                == "there is no purchase order 'PO-9' in namespace 'default'"
        )
        let other = try await refusal(books, request(number, by: "nasrin", in: "other"))
        #expect(other == "there is no purchase order '\(number)' in namespace 'other'")
        let key = OrderKey(tenant: "default", orderId: "O", workflowId: "O", runId: "O")
        _ = try await SQLPurchasingService(database: books.database).cancel(key, at: Books.time)
        #expect(
            try await refusal(books, request(number, by: "rahim"))
                == "purchase order \(number) was cancelled, and holds nothing any more"
        )
        #expect(try await SQLAuditService(database: books.database).entries(of: "default").isEmpty)
    }

    @Test func `the story says who closed an order, why, and what went back`() {
        var closing = OrderClosing(
            number: "PO-1",
            closedBy: "nasrin",
            reason: "the rest never comes",
            time: Books.time,
            freed: Money(taka: 600),
            department: "operations",
            fiscalYear: FiscalYear(startYear: 2026)
        )
        #expect(
            OrderStory.lines([], [], closing: closing).map(\.text) == [
                "the purchase order PO-1 is closed by nasrin: the rest never comes; BDT 600.00 goes back to the budget"
            ]
        )
        closing.closedBy = AuditEntry.system
        closing.freed = .zero
        closing.reason = "everything was billed"
        #expect(
            OrderStory.lines([], [], closing: closing).map(\.text) == [
                "the purchase order PO-1 is closed: everything was billed"
            ]
        )
    }
}
