import Database
import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime

@testable import ERPWorkflows

@Suite(.onEveryDatabase) struct InvoiceServiceTests {
    private let line = PurchaseOrderItem(productId: "CEM", quantity: Quantity(10), unitPrice: Money(taka: 1_000))

    @Test func `a number of a vendor is taken once, and again after a rejection`() async throws {
        let books = try await Books()
        defer { books.close() }
        let first = try Books.invoice("A", number: "7", net: Money(taka: 10))
        #expect(try await books.register(first).isRegistered)
        #expect(try await books.register(first).isRegistered)
        let second = try Books.invoice("B", number: "7", net: Money(taka: 10))
        #expect(
            try await books.register(second).reason
                == "duplicate: number 7 of vendor V-1 stands on invoice A of 2026-11-20, which is in the hands of workflow w-A"
        )
        // Neither blanks nor the case of letters make another number of it.
        let typed = try Books.invoice("T", number: "pad / 7", net: Money(taka: 10))
        #expect(try await books.register(typed).isRegistered)
        for number in [" PAD/7 ", "Pad/ 7", "PAD / 7"] {
            let again = try Books.invoice("U", number: number, net: Money(taka: 10))
            #expect(try await books.register(again).reason?.hasPrefix("duplicate: number") == true)
        }
        #expect(try await books.register(first, run: "again").reason?.hasPrefix("duplicate: invoice A is in") == true)
        let elsewhere = try Books.invoice("C", number: "7", vendor: "V-2", net: Money(taka: 10))
        #expect(try await books.register(elsewhere).isRegistered)
        try await books.end(first)
        #expect(try await books.register(second).isRegistered)
        #expect(try await books.register(first).reason == "the work on invoice A by this run was undone")
        let states = try await books.invoices.invoices(of: "default").map {
            "\($0.invoice.invoiceId) \($0.state.rawValue)"
        }
        #expect(Set(states) == ["A rejected", "B open", "T open", "C open"])
    }

    @Test func `an order is billed in parts, and when all of it is paid it is closed and the rest of its budget free`()
        async throws
    {
        let books = try await Books()
        defer { books.close() }
        let number = try await books.order("PO", [line])
        func bill(_ id: String, _ count: Int32, at taka: Int32 = 1_000) throws -> InvoiceInput {
            let items = [try Books.item("CEM", count, Money(taka: taka))]
            return try Books.invoice(id, net: items[0].amount, po: number, lines: items)
        }
        func take(_ input: InvoiceInput) async throws -> OrderMatch {
            #expect(try await books.register(input).isRegistered)
            return try await books.invoices.match(MatchRequest(invoice: books.key(input.invoiceId), input: input))
        }
        let first = try bill("A", 4)
        #expect(try await take(first).variance == .zero)
        #expect(try await books.reserve(first).isReserved)
        #expect(try await books.operations.reserved == Money(taka: 4_000))
        #expect(try await books.operations.committed == Money(taka: 6_000))
        _ = try await books.postings.post(try books.posting(first))
        #expect(try await books.operations.spent == Money(taka: 4_000))
        // One that is in hand counts as billed.
        let second = try bill("B", 6, at: 900)
        #expect(try await take(second).variance == Money(taka: 600))
        let third = try bill("C", 1)
        #expect(try await take(third).refusal == "everything that \(number) ordered was billed by earlier invoices")
        try await books.end(third)
        #expect(try await books.reserve(second).isReserved)
        _ = try await books.postings.post(try books.posting(second))
        #expect(try await books.operations.committed == .zero)
        #expect(try await books.operations.spent == Money(taka: 9_400))
        let fourth = try bill("D", 1)
        #expect(try await take(fourth).refusal == "purchase order \(number) is closed: everything was billed")
        #expect(try await books.problems() == [])
    }

    @Test func `an order that is unknown, cancelled, of another vendor or another department is not billed`()
        async throws
    {
        let books = try await Books()
        defer { books.close() }
        let number = try await books.order("PO", [line])
        func refusal(_ change: (inout InvoiceInput) -> Void) async throws -> String? {
            var input = try Books.invoice("A", net: Money(taka: 10), po: number)
            change(&input)
            #expect(try await books.register(input, run: "r").isRegistered)
            let request = MatchRequest(invoice: books.key("A", run: "r"), input: input)
            return try await books.invoices.match(request).refusal
        }
        #expect(try await refusal { $0.poNumber = "PO-X" } == "purchase order PO-X is not known")
        #expect(try await refusal { $0.vendorId = "V-2" } == "purchase order \(number) went to vendor V-1")
        #expect(
            try await refusal { $0.department = "hr" } == "purchase order \(number) is one of department operations"
        )
        _ = try await SQLPurchasingService(database: books.database).cancel(
            OrderKey(tenant: "default", orderId: "PO", workflowId: "PO", runId: "PO"),
            at: Books.time
        )
        #expect(try await refusal { _ in } == "purchase order \(number) was cancelled")
    }

    @Test func `what exceeds an order's commitment comes from the department, and both go back`() async throws {
        let books = try await Books()
        defer { books.close() }
        let number = try await books.order("PO", [line])
        let dear = try Books.invoice("A", net: Money(taka: 12_000), po: number)
        #expect(try await books.register(dear).isRegistered)
        #expect(try await books.reserve(dear).isReserved)
        #expect(try await books.reserve(dear).isReserved)
        #expect(try await books.operations.reserved == Money(taka: 12_000))
        #expect(try await books.operations.committed == .zero)
        try await books.end(dear)
        #expect(try await books.operations.reserved == .zero)
        #expect(try await books.operations.committed == Money(taka: 10_000))
        #expect(try await books.reserve(dear).reason == "the work on invoice A by this run was undone")
        let tooDear = try Books.invoice("B", net: Money(taka: 20_000_001), po: number)
        #expect(try await books.register(tooDear).isRegistered)
        #expect(
            try await books.reserve(tooDear).reason
                == "the budget of operations for FY2026-27 is not enough: required beyond what \(number) committed "
                + "BDT 1,99,90,001.00, available BDT 1,99,90,000.00"
        )
        var old = try Books.invoice("C", net: Money(taka: 1))
        old.invoiceDate = try LocalDate("2026-06-30")
        #expect(try await books.register(old).isRegistered)
        #expect(try await books.reserve(old).reason == "department operations has no budget for FY2025-26")
        #expect(try await books.problems() == [])
    }

    @Test func `posting writes payment, entry, certificate and budget once, also one service after the other`()
        async throws
    {
        for isStepwise in [false, true] {
            let books = try await Books()
            defer { books.close() }
            let input = try Books.invoice("A", net: Money(taka: 100_000))
            let service: any InvoicePostingService =
                isStepwise
                ? StepwiseInvoicePosting(
                    invoices: books.invoices,
                    budget: books.budget,
                    ledger: books.ledger,
                    payments: books.payments,
                    withholding: books.withholding
                ) : books.postings
            let request = try books.posting(input)
            #expect(try await books.register(input).isRegistered)
            await #expect(throws: ApplicationError.self) { try await service.post(request) }
            #expect(try await books.number("SELECT count(*) FROM erp_journal") == 0)
            #expect(try await books.reserve(input).isReserved)
            let posting = try await service.post(request)
            #expect(try await service.post(request) == posting)
            #expect(
                posting
                    == InvoicePosting(
                        paymentId: "PAY-FY2026-27-00001",
                        entryId: "JV-FY2026-27-00001",
                        certificate: "WHT-FY2026-27-00001"
                    )
            )
            let payment = try await books.payments.payments(of: "default")[0]
            #expect(payment.payable == Money(taka: 107_500))
            #expect(payment.dueDate == input.dueDate)
            let lines = try await books.ledger.entries(of: "default")[0].entry.lines
            #expect(
                lines.map { "\($0.account) \($0.debit.text) \($0.credit.text)" } == [
                    "5100 100000.00 0.00", "1310 15000.00 0.00", "2110 0.00 107500.00", "2310 0.00 7500.00",
                ]
            )
            let again = try books.posting(input, run: "other")
            let refused = await #expect(throws: ApplicationError.self) { try await service.post(again) }
            #expect(refused?.message == "no budget is reserved for invoice A by this run")
            let ended = await #expect(throws: ApplicationError.self) { try await books.end(input) }
            #expect(ended?.message == "invoice A was paid for")
            #expect(try await books.problems() == [])
        }
    }

    @Test func `certificates and totals go by the period of the posting and by vendor`() async throws {
        let books = try await Books()
        defer { books.close() }
        for (index, (vendor, kind)) in [("V-1", VendorKind.contractor), ("V-2", .supplier), ("V-1", .contractor)]
            .enumerated()
        {
            let input = try Books.invoice("I\(index)", vendor: vendor, net: Money(taka: 1_000))
            #expect(try await books.register(input).isRegistered)
            #expect(try await books.reserve(input).isReserved)
            _ = try await books.postings.post(try books.posting(input, kind: kind))
        }
        let period = try #require(FiscalPeriod("FY2026-27-P05"))
        let totals = try await books.withholding.totals(of: "default", in: period)
        #expect(totals.map(\.vendorId) == ["V-1", "V-2"])
        #expect(totals.map(\.withheld) == [Money(taka: 150), Money(taka: 50)])
        #expect(totals.map(\.vat) == [Money(taka: 300), Money(taka: 150)])
        #expect(totals.map(\.invoices) == [2, 1])
        let certificates = try await books.withholding.certificates(of: "default", in: period)
        #expect(certificates.map(\.number).last == "WHT-FY2026-27-00003")
        #expect(certificates[0].rate.text == "7.5")
        let next = try #require(FiscalPeriod("FY2026-27-P06"))
        #expect(try await books.withholding.totals(of: "default", in: next) == [])
        #expect(try await books.withholding.totals(of: "other", in: period) == [])
    }

    @Test func `settings are versions, and only a change makes one`() async throws {
        var seed = Books.seed
        for index in seed.namespaces.indices { seed.namespaces[index].approvals = nil }
        let books = try await Books(seed: seed)
        defer { books.close() }
        let service = SQLInvoiceTermsService(database: books.database)
        #expect(try await service.invoiceTerms(of: "default", at: Books.time) == .standard)
        func load(_ days: Int) async throws {
            var changed = SeedFile(namespaces: [SeedNamespace(name: "default")])
            changed.namespaces[0].invoicePolicy = InvoicePolicy(matchingDays: days)
            try await SeedLoader(database: books.database).load(changed, at: Books.time)
        }
        try await load(5)
        try await load(5)
        try await load(6)
        let terms = try await service.invoiceTerms(of: "default", at: Books.time)
        #expect(terms.policy.matchingDays == 6)
        #expect(terms.versions == ["invoicePolicy": 2])
        #expect(try await service.invoiceTerms(of: "other", at: Books.time) == .standard)
        for statement in ["UPDATE erp_policy_version SET value = '{}'", "DELETE FROM erp_policy_version"] {
            await #expect(throws: StoreError.self) { try await books.sql(statement) }
        }
    }

    @Test func `books of the first version keep their policies and budgets`() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "books-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let path = directory.appending(path: "erp.db").path
        let old = try SQLiteDatabase(path: path, mode: .createIfMissing)
        let first = ERPSchema.component.steps[0]
        try await SchemaMigrator.prepare(SchemaComponent(name: "erp", whole: first.sql, steps: [first]), in: old)
        try await old.write { connection in
            try connection.executeScript(
                """
                INSERT INTO erp_policy VALUES ('default', 'purchaseOrder', '{"approvalDays":4}');
                INSERT INTO erp_budget VALUES ('default', 'operations', 2026, 1000, 0, 0);
                INSERT INTO erp_budget_reservation VALUES
                    ('default', 'A', 'r', 'w', 'operations', 2026, 600, 'reserved', 0, 0);
                """
            )
        }
        old.close()
        let database = try SQLiteDatabase(path: path, mode: .mustExist)
        defer { database.close() }
        try await ERPPack.prepare(database)
        #expect(
            try await SQLPolicyService(database: database).approvalPolicy(
                of: "default",
                at: Date(timeIntervalSince1970: 0)
            ).approvalDays == 4
        )
        let order = OrderKey(tenant: "default", orderId: "A", workflowId: "w", runId: "r")
        let service = SQLBudgetService(database: database)
        try await service.commit(order, at: Books.time)
        let budget = try await service.budgets(of: "default")[0]
        #expect(budget.committed == Money(poisha: 600) && budget.spent == .zero && budget.reserved == .zero)
        try await service.release(order, at: Books.time)
        #expect(try await service.budgets(of: "default")[0].available == Money(poisha: 1000))
    }
}
