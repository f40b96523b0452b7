import Database
import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

@Suite(.serialized, .onEveryDatabase) struct BooksPropertyTests {
    private static func seed() -> UInt64 { UInt64.random(in: 0..<1_000_000) }

    /// A small budget, so that it is often not enough.
    private static var tightSeed: SeedFile {
        var seed = Books.seed
        for index in seed.namespaces.indices {
            seed.namespaces[index].budgets?[0].allocated = Money(taka: 100_000)
        }
        return seed
    }

    @Test func `whatever is done in whatever order, the books hold after every statement`() async throws {
        let number = Self.seed()
        print("seed of the books:", number)
        var random = SeededGenerator(seed: number)
        let books = try await Books(seed: Self.tightSeed)
        defer { books.close() }
        let item = PurchaseOrderItem(productId: "CEM", quantity: Quantity(8), unitPrice: Money(taka: 2_500))
        var orders: [String?] = [nil]
        for index in 0..<3 { orders.append(try await books.order("PO\(index)", [item])) }
        var inputs: [InvoiceInput] = []
        for index in 0..<24 {
            let items = [
                try Books.item(
                    "CEM",
                    Int32.random(in: 1...6, using: &random),
                    Money(poisha: .random(in: 1...400_000, using: &random))
                )
            ]
            inputs.append(
                try Books.invoice(
                    // Some share an id or a number.
                    "I\(index % 20)",
                    number: "\(Int.random(in: 0..<20, using: &random))",
                    net: items[0].amount,
                    po: orders.randomElement(using: &random) ?? nil,
                    lines: items
                )
            )
        }
        for step in 0..<300 {
            let index = Int.random(in: 0..<inputs.count, using: &random)
            let (input, run) = (inputs[index], "r\(index)")
            do {
                switch Int.random(in: 0..<7, using: &random) {
                case 0, 1: _ = try await books.register(input, run: run)
                case 2:
                    _ = try await books.invoices.match(
                        MatchRequest(invoice: books.key(input.invoiceId, run: run), input: input)
                    )
                case 3: _ = try await books.reserve(input, run: run)
                case 4, 5:
                    let kind = VendorKind.allKinds.randomElement(using: &random) ?? .supplier
                    _ = try await books.postings.post(try books.posting(input, kind: kind, run: run))
                default: try await books.end(input, run: run)
                }
            } catch is ApplicationError {
                // A refusal; the others are bugs.
            }
            let problems = try await books.problems()
            #expect(problems == [], "step \(step) of seed \(number)")
            if !problems.isEmpty { return }
        }
        #expect(try await books.number("SELECT count(*) FROM erp_payment") > 0, "seed \(number)")
    }

    @Test func `steps that are done at once by many are done once, and budget is never spent twice`() async throws {
        let books = try await Books(seed: Self.tightSeed)
        defer { books.close() }
        // Ten invoices of 15 000 and a budget of 100 000; each step four times at once.
        let inputs = try (0..<10).map { try Books.invoice("I\($0)", net: Money(taka: 15_000)) }
        await withTaskGroup(of: Void.self) { group in
            for input in inputs {
                for _ in 0..<4 {
                    group.addTask {
                        _ = try? await books.register(input)
                        _ = try? await books.reserve(input)
                        _ = try? await books.postings.post(try books.posting(input))
                        _ = try? await books.postings.post(try books.posting(input, run: "other"))
                    }
                }
            }
        }
        #expect(try await books.number("SELECT count(*) FROM erp_payment") == 6)
        #expect(try await books.operations.spent == Money(taka: 90_000))
        #expect(
            try await books.payments.payments(of: "default").map { $0.paymentId.suffix(5) } == [
                "00001", "00002", "00003", "00004", "00005", "00006",
            ]
        )
        #expect(try await books.problems() == [])
    }

    @Test func `two tenants with the same ids never see each other's anything`() async throws {
        let books = try await Books()
        defer { books.close() }
        let input = try Books.invoice("A", number: "7", net: Money(taka: 1_000))
        let item = PurchaseOrderItem(productId: "work", quantity: Quantity(1), unitPrice: Money(taka: 1_000))
        let number = try await books.order("PO", [item])
        func key(_ tenant: String) -> InvoiceKey {
            InvoiceKey(tenant: tenant, invoiceId: "A", workflowId: "w", runId: "r")
        }
        for tenant in ["default", "other"] {
            var billed = input
            billed.poNumber = tenant == "default" ? number : nil
            let registration = InvoiceRegistration(invoice: key(tenant), input: billed, time: Books.time)
            #expect(try await books.invoices.register(registration).isRegistered)
        }
        var foreign = input
        foreign.poNumber = number
        let match = try await books.invoices.match(MatchRequest(invoice: key("other"), input: foreign))
        #expect(match.refusal == "purchase order \(number) is not known")
        let request = InvoiceBudgetRequest(
            invoice: key("other"),
            department: "operations",
            fiscalYear: FiscalYear(containing: input.invoiceDate),
            amount: input.amount,
            poNumber: number,
            time: Books.time
        )
        #expect(try await books.budget.reserve(request).isReserved)
        #expect(try await books.operations.reserved == .zero)
        #expect(try await books.operations.committed == Money(taka: 1_000))
        var posting = try books.posting(input)
        posting.invoice = key("other")
        #expect(try await books.postings.post(posting).paymentId == "PAY-FY2026-27-00001")
        let period = try #require(FiscalPeriod("FY2026-27-P05"))
        #expect(try await books.payments.payments(of: "default").isEmpty)
        #expect(try await books.ledger.entries(of: "default").isEmpty)
        #expect(try await books.ledger.balances(of: "default").isEmpty)
        #expect(try await books.withholding.certificates(of: "default", in: period).isEmpty)
        #expect(try await books.invoices.invoices(of: "default").map(\.state) == [.open])
        #expect(try await books.invoices.invoices(of: "other").map(\.state) == [.approved])
        #expect(try await books.payments.payments(of: "other").count == 1)
        #expect(try await books.problems() == [])
    }

    /// People who hold several roles and hand in invoices as well: who is to approve is often who may not.
    private static var manifoldSeed: SeedFile {
        func user(_ id: String, _ department: String, _ roles: [String]) -> SeedUser {
            SeedUser(id: id, name: id, email: "\(id)@example.com", department: department, roles: roles)
        }
        var seed = Books.seed
        seed.namespaces[0].users? += [
            user("mina", "operations", ["accounts_payable", "department_head"]),
            user("all", "operations", ["accounts_payable", "department_head", "finance_manager", "cfo", "ceo"]),
            user("two", "finance", ["finance_manager", "cfo"]),
        ]
        return seed
    }

    /// Nobody decides two levels of an invoice, on one twice, or their own. Accepting a difference from the order is the one
    /// level that stands apart (docs/decisions/0021-matching-apart.md): whoever has accepted it may approve as well.
    private func expectApart(_ history: [ApprovalHistoryEntry], submitter: String, _ comment: Comment) {
        let decided = history.filter { $0.outcome == .approved || $0.outcome == .rejected }
        let matching = decided.filter { $0.level == "matching" }.compactMap(\.approver)
        let levels = decided.filter { $0.level != "matching" }.compactMap(\.approver)
        #expect(Set(levels).count == levels.count, comment)
        #expect(Set(matching).count == matching.count, comment)
        #expect(!(levels + matching).contains(submitter), comment)
    }

    @Test func `invoices at random with decisions at random end in one state each, and the books hold`() async throws {
        let number = Self.seed()
        print("seed of the invoices:", number)
        var random = SeededGenerator(seed: number)
        let payables = try await Payables(seed: Self.manifoldSeed, cacheRuns: true)
        defer { payables.close() }
        let item = PurchaseOrderItem(productId: "CEM", quantity: Quantity(20), unitPrice: Money(taka: 40_000))
        let order = try await payables.books.order("PO", [item])
        let people = ["jamal", "karim", "nasrin", "farida", "tariq", "rahim", "salma", "nobody", "mina", "all", "two"]
        let submitters = ["rahim", "jamal", "mina", "all"]
        var submittedBy: [String] = []
        var handles: [WorkflowHandle<InvoiceApproval>] = []
        for index in 0..<12 {
            let items = [
                try Books.item(
                    "CEM",
                    Int32.random(in: 1...6, using: &random),
                    Money(taka: .random(in: 39_000...41_000, using: &random))
                )
            ]
            var input = try Books.invoice(
                "I\(index)",
                number: "\(index % 10)",
                net: items[0].amount,
                po: Bool.random(using: &random) ? order : nil,
                lines: items
            )
            input.submittedBy = submitters.randomElement(using: &random) ?? "rahim"
            submittedBy.append(input.submittedBy)
            handles.append(try await payables.start(input))
        }
        for _ in 0..<250 {
            guard let handle = handles.randomElement(using: &random), let person = people.randomElement(using: &random)
            else { continue }
            do {
                switch Int.random(in: 0..<20, using: &random) {
                case 0: try await handle.signal(\.reject, RejectionSignal(approver: person, reason: "no"))
                case 1: try await handle.cancel()
                case 2:
                    try await handle.signal(\.requestInfo, InfoRequestSignal(requestedBy: person, question: "?"))
                case 3: try await handle.signal(\.provideInfo, InfoAnswerSignal(answer: "!"))
                default: try await handle.signal(\.approve, ApprovalSignal(approver: person))
                }
            } catch is WorkflowServiceError {
                // It is closed.
            }
            if Bool.random(using: &random) { try await payables.environment.settle() }
            let problems = try await payables.books.problems()
            #expect(problems == [], "seed \(number)")
            if !problems.isEmpty { return }
        }
        var approvals = 0
        for (handle, submitter) in zip(handles, submittedBy) {
            // Whoever still waits for an answer gets it, and then everybody is silent.
            try? await handle.signal(\.provideInfo, InfoAnswerSignal(answer: "!"))
            if let result = try? await payables.result(handle) {
                approvals += result.approvalHistory.filter { $0.outcome == .approved }.count
                #expect((result.paymentId != nil) == (result.status == .approved), "seed \(number)")
            }
            expectApart(try await handle.query(\.approvalHistory), submitter: submitter, "seed \(number)")
        }
        #expect(approvals > 0, "seed \(number)")
        #expect(try await payables.states.contains { $0.hasSuffix("open") } == false, "seed \(number)")
        #expect(try await payables.books.operations.reserved == .zero, "seed \(number)")
        #expect(try await payables.books.problems() == [], "seed \(number)")
    }
}

extension VendorKind {
    fileprivate static var allKinds: [VendorKind] { [.contractor, .supplier, .serviceProvider] }
}
