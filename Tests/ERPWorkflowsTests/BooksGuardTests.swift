import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// Slips and losses that the books have to survive.
@Suite(.serialized, .onEveryDatabase) struct BooksGuardTests {
    private static let stuck = ActivityRegistration(InvoiceActivities.releaseBudget) { _ in
        throw ApplicationError(type: "Broken", message: "the budget is locked", nonRetryable: true)
    }

    @Test func `what could not be undone of an invoice is told, and stands in the audit trail`() async throws {
        let payables = try await Payables(replaced: [Self.stuck])
        defer { payables.close() }
        let rejected = try await payables.waiting(try Books.invoice("A", net: Money(taka: 10)))
        try await rejected.signal(\.reject, RejectionSignal(approver: "jamal", reason: "no"))
        let result = try await payables.result(rejected)
        #expect(result.status == .rejected)
        let words = "rejected by jamal (accounts payable): no; could not be undone: budget ("
        #expect(result.reason?.hasPrefix(words) == true && result.reason?.contains("the budget is locked") == true)
        #expect(try await payables.audit.last?.details == result.reason)
        #expect(try await payables.outbox.last?.body.contains("could not be undone: budget") == true)
        let cancelled = try await payables.waiting(try Books.invoice("B", net: Money(taka: 10)))
        try await cancelled.cancel()
        await #expect(throws: WorkflowClosedError.self) { try await payables.result(cancelled) }
        let details = try #require(try await payables.audit.last?.details)
        #expect(details.hasPrefix("no reason was given; could not be undone: budget ("))
        #expect(try await payables.outbox.last?.body.contains("could not be undone") == true)
    }

    /// A table that withholds all of an invoice.
    static func everythingIsWithheld() throws -> TaxTable {
        try TaxTable(
            rates: TaxKind.allCases.map { tax in
                let basisPoints: Int64 = tax == .vat ? 0 : 10_000
                return TaxRate(
                    tax: tax,
                    rate: Percentage(checked: basisPoints),
                    from: try LocalDate("2020-07-01"),
                    rule: "all of it",
                    source: "test"
                )
            }
        )
    }

    @Test func `an invoice of which nothing is payable is rejected, and never posted`() async throws {
        let everything = try Self.everythingIsWithheld()
        let payables = try await Payables(seed: Payables.seed { $0.taxTable = everything })
        defer { payables.close() }
        var input = try Books.invoice("A", net: Money(taka: 10))
        input.vatAmount = .zero
        input.totalAmount = input.amount
        let result = try await payables.result(input)
        #expect(result.status == .rejected)
        #expect(result.reason == "nothing is payable: BDT 10.00 in all, of which BDT 10.00 are withheld")
        #expect(try await payables.states == ["A rejected"])
        // Nor by a service that is called without its workflow.
        #expect(try await payables.books.register(input, run: "other").isRegistered)
        var posting = try payables.books.posting(input, run: "other")
        posting.taxes = try TaxCalculator(table: everything)
            .breakdown(net: input.amount, vendorKind: .supplier, invoiceDate: input.invoiceDate)
        let error = await #expect(throws: ApplicationError.self) { try await payables.books.postings.post(posting) }
        #expect(error?.type == "NothingPayable" && error?.nonRetryable == true)
        #expect(try await payables.books.problems() == [])
    }

    @Test func `an invoice of the day after tomorrow is refused, one of tomorrow is a matter of clocks`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        for (id, day, isRefused) in [("A", "2026-11-22", false), ("B", "2026-11-23", true), ("C", "2027-07-01", true)] {
            var input = try Books.invoice(id, net: Money(taka: 10))
            input.invoiceDate = try LocalDate(day)
            input.dueDate = try LocalDate("2028-01-01")
            let invoice = try await payables.waiting(input)
            #expect(
                try await invoice.query(\.status) == (isRefused ? .rejected : .awaitingAccountsPayableApproval),
                "\(day)"
            )
            guard isRefused else { continue }
            let reason = try await payables.result(invoice).reason
            #expect(reason == "the invoice's date \(day) lies in the future; today is 2026-11-21")
        }
    }

    @Test func `an account with postings keeps its kind`() async throws {
        let books = try await Books()
        defer { books.close() }
        func load(_ account: Account) async throws {
            let file = SeedFile(namespaces: [SeedNamespace(name: "default", accounts: [account])])
            try await SeedLoader(database: books.database).load(file, at: Books.time)
        }
        let input = try Books.invoice("A", net: Money(taka: 10))
        try await load(Account(code: "5100", name: "Site", kind: .asset))
        try await load(Account(code: "5100", name: "Site", kind: .expense))
        #expect(try await books.register(input).isRegistered)
        #expect(try await books.reserve(input).isReserved)
        _ = try await books.postings.post(try books.posting(input))
        let error = await #expect(throws: WorkflowServiceError.self) {
            try await load(Account(code: "5100", name: "Site", kind: .liability))
        }
        #expect(
            error?.message
                == "accounts: '5100' of 'default' is of the kind expense and has postings; open another account"
        )
        // Its name may change, and so may accounts without postings.
        try await load(Account(code: "5100", name: "Sites", kind: .expense))
        try await load(Account(code: "9999", name: "x", kind: .asset))
        try await load(Account(code: "9999", name: "x", kind: .liability))
    }

    @Test func `the sums of budgets are checked against what their documents hold`() async throws {
        let books = try await Books()
        defer { books.close() }
        let service = SQLBudgetService(database: books.database)
        let item = PurchaseOrderItem(productId: "CEM", quantity: Quantity(2), unitPrice: Money(taka: 100))
        let number = try await books.order("PO", [item])
        let paid = try Books.invoice(
            "A",
            net: Money(taka: 300),
            po: number,
            lines: [try Books.item("CEM", 1, Money(taka: 300))]
        )
        let open = try Books.invoice("B", net: Money(taka: 7))
        for input in [paid, open] {
            #expect(try await books.register(input).isRegistered)
            #expect(try await books.reserve(input).isReserved)
        }
        _ = try await books.postings.post(try books.posting(paid))
        #expect(try await service.verify("default") == [])
        #expect(try await service.verify("other") == [])
        try await books.sql(
            "UPDATE erp_budget SET reserved = reserved + 5, spent = spent - 100 WHERE tenant = 'default'"
        )
        #expect(
            try await service.verify("default") == [
                "operations FY2026-27: reserved is BDT 7.05, and its documents come to BDT 7.00",
                "operations FY2026-27: spent is BDT 299.00, and its documents come to BDT 300.00",
            ]
        )
        try await books.sql(
            "UPDATE erp_budget SET reserved = reserved - 5, spent = spent + 100 WHERE tenant = 'default'"
        )
        try await books.home.dropTriggers(of: "erp_budget_reservation")
        try await books.sql("UPDATE erp_budget_reservation SET consumed = consumed - 1, freed = freed + 1")
        #expect(
            try await service.verify("default") == [
                "order PO: BDT 199.99 are billed, and its invoices come to BDT 200.00"
            ]
        )
    }

    @Test func `a deputyship is taken back on its first day, and one that is over is not made`() async throws {
        let books = try await Books()
        defer { books.close() }
        let service = SQLDeputyService(database: books.database)
        func delegate(_ from: String, _ until: String, role: String? = nil) async throws {
            let deputyship = Deputyship(
                tenant: "default",
                user: "karim",
                deputy: "salma",
                role: role,
                from: try LocalDate(from),
                until: try LocalDate(until)
            )
            try await service.delegate(deputyship, by: "karim@host", at: Books.time)
        }
        func revoke(role: String? = nil, later seconds: Double = 0) async throws -> Bool {
            let time = Books.time.addingTimeInterval(seconds)
            return try await service.revoke("salma", of: "karim", role: role, in: "default", by: "karim@host", at: time)
        }
        func mayDecide() async throws -> Bool {
            try await !service.delegators(of: "salma", at: Books.time, in: "default").isEmpty
        }
        // Today is 2026-11-21.
        try await delegate("2026-11-21", "2026-11-30")
        #expect(try await mayDecide())
        #expect(try await revoke(role: "department_head") == false)
        #expect(try await revoke())
        #expect(try await mayDecide() == false)
        #expect(try await revoke() == false)
        #expect(try await service.deputyships(of: "default").isEmpty)
        // One that has begun before ends yesterday, one to come vanishes.
        try await delegate("2026-11-01", "2026-11-30")
        try await delegate("2026-12-01", "2026-12-30")
        #expect(try await revoke(later: 60))
        #expect(try await mayDecide() == false)
        #expect(try await service.deputyships(of: "default").map(\.until) == [try LocalDate("2026-11-20")])
        let actions = try await SQLAuditService(database: books.database).entries(of: "default").map(\.action)
        #expect(actions == ["delegated", "revoked", "delegated", "delegated", "revoked"])
        let error = await #expect(throws: WorkflowServiceError.self) { try await delegate("2026-11-01", "2026-11-20") }
        #expect(error?.message == "the last day 2026-11-20 is over (today is 2026-11-21); to take it back, revoke it")
    }

    @Test func `texts of blanks say nothing`() throws {
        func problem<Value: Decodable>(_ type: Value.Type, _ json: String) -> String? {
            do {
                _ = try JSONDecoder().decode(type, from: Data(json.utf8))
                return nil
            } catch DecodingError.dataCorrupted(let context) {
                return context.debugDescription
            } catch {
                return "\(error)"
            }
        }
        let blank = "must not be blank"
        #expect(problem(RejectionSignal.self, #"{"approver": "karim", "reason": " \t\u00a0"}"#) == blank)
        #expect(
            problem(RejectionSignal.self, #"{"approver": "karim", "reason": ""}"#) == blank
        )
        #expect(problem(RejectionSignal.self, #"{"approver": "karim", "reason": "no"}"#) == nil)
        #expect(problem(ApprovalSignal.self, #"{"approver": " "}"#) == blank)
        #expect(problem(ApprovalSignal.self, #"{"approver": "karim", "comments": " "}"#) == nil)
        let item = PurchaseOrderItem(productId: "\u{2003}", quantity: Quantity(1), unitPrice: Money(taka: 1))
        #expect(throws: PurchaseOrderItemProblem.self) { try item.amount() }
        var seed = Books.seed
        seed.namespaces[0].users?[0].department = "  "
        seed.namespaces[0].vendors?[0].name = "\t"
        #expect(
            SeedCheck.problems(of: seed) == [
                "users: 'rahim': department must not be blank", "vendors: 'V-1': name must not be blank",
            ]
        )
    }

    @Test func `a kind of vendor that there is none of is answered with those that there are`() {
        let json = """
            {"namespaces": [{"name": "d", "vendors": [{"id": "V", "name": "v", "email": "v@example.com", "kind": "shop"}]}]}
            """
        let error = #expect(throws: WorkflowServiceError.self) { try SeedFile(json: Data(json.utf8), name: "f") }
        let kinds = "not a kind of vendor; known are: contractor, supplier, service_provider"
        #expect(error?.message == "f: 'namespaces[0].vendors[0].kind': \(kinds)")
    }
}
