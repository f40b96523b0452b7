import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// What a tenant changes about single levels of its invoices.
@Suite(.serialized, .onEveryDatabase) struct InvoiceLevelPolicyTests {
    private func payables(_ policy: String) async throws -> Payables {
        let parsed = try JSONDecoder().decode(InvoicePolicy.self, from: Data(policy.utf8))
        return try await Payables(
            seed: Payables.seed { namespace in
                namespace.invoicePolicy = parsed
                let more = SeedUser(
                    id: "lina",
                    name: "lina",
                    email: "lina@example.com",
                    department: "finance",
                    roles: ["accounts_payable"]
                )
                namespace.users?.append(more)
            }
        )
    }

    private func told(_ handle: WorkflowHandle<InvoiceApproval>) async throws -> [String] {
        try await handle.query(\.approvalHistory).map { "\($0.outcome.rawValue)\($0.approver.map { " \($0)" } ?? "")" }
    }

    @Test func `two of accounts payable have to agree, and different ones`() async throws {
        let payables = try await payables(#"{"levels": {"accountsPayable": {"quorum": 2}}}"#)
        defer { payables.close() }
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: 1_000)))
        try await payables.approve(invoice, "jamal", "jamal")
        #expect(try await invoice.query(\.status) == .awaitingAccountsPayableApproval)
        try await payables.approve(invoice, "lina")
        #expect(try await payables.result(invoice).status == .approved)
        #expect(try await told(invoice) == ["approved jamal", "refused jamal", "approved lina"])
        let late = try await payables.waiting(try Books.invoice("B", net: Money(taka: 1_000)))
        try await payables.approve(late, "lina")
        #expect(try await payables.result(late).reason == "timeout: no response from accounts payable")
    }

    @Test func `a level is reminded and escalates when its tenant says, and has the days that it says`() async throws {
        let payables = try await payables(
            """
            {"levels": {"accountsPayable": {"days": 10, "reminderPercent": 10,
             "escalation": {"role": "cfo", "afterPercent": 20}}}}
            """
        )
        defer { payables.close() }
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: 1_000)))
        try await payables.approve(invoice, "farida")
        for _ in 0..<2 { _ = try await payables.environment.advance() }
        let start = Books.time
        while try await told(invoice).last != "escalated" { _ = try await payables.environment.advance() }
        let history = try await invoice.query(\.approvalHistory)
        #expect(history.map(\.outcome) == [.refused, .reminded, .escalated])
        #expect(history.map { ($0.time.timeIntervalSince(start) / 86_400).rounded() } == [0, 1, 2])
        #expect(history[0].reason?.contains("only once that has taken too long") == true)
        try await payables.approve(invoice, "farida")
        #expect(try await payables.result(invoice).status == .approved)
        let silent = try await payables.start(try Books.invoice("B", net: Money(taka: 1_000)))
        let before = payables.days
        #expect(try await payables.result(silent).reason == "timeout: no response from accounts payable")
        #expect(payables.days - before == 10)
    }

    @Test func `one level may count business days while the others count every day`() async throws {
        // The clock begins on Saturday evening; Friday and Saturday are off.
        let payables = try await payables(
            #"{"levels": {"departmentHead": {"days": 6, "businessDays": true}}, "days": {"accountsPayable": 1}}"#
        )
        defer { payables.close() }
        let first = try await payables.waiting(try Books.invoice("A", net: Money(taka: 100_000)))
        #expect(try await payables.result(first).reason == "timeout: no response from accounts payable")
        #expect(payables.days == 1)
        let second = try await payables.waiting(try Books.invoice("B", net: Money(taka: 100_000)))
        try await payables.approve(second, "jamal")
        #expect(try await payables.result(second).reason == "timeout: no response from department head")
        // From Sunday: six business days, with a weekend between.
        #expect(payables.days == 1 + 8)
    }

    @Test func `a deputy decides a level of an invoice, and the record says for whom`() async throws {
        let payables = try await payables(#"{"levels": {"matching": {"days": 1}}}"#)
        defer { payables.close() }
        let deputyship = Deputyship(
            tenant: "default",
            user: "jamal",
            deputy: "salma",
            from: try LocalDate("2026-11-20"),
            until: try LocalDate("2026-11-30")
        )
        try await SQLDeputyService(database: payables.books.database).delegate(deputyship, by: "jamal", at: Books.time)
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: 1_000)))
        #expect(
            try await payables.outbox.filter { $0.kind == "approval_requested" }.map(\.recipient).sorted()
                == ["jamal", "lina", "salma"]
        )
        try await payables.approve(invoice, "salma")
        #expect(try await payables.result(invoice).approvalHistory.map(\.onBehalfOf) == ["jamal"])
    }

    @Test func `a level that cannot be is refused when it is loaded`() throws {
        for bad in [#"{"levels": {"cfo": {"quorum": 0}}}"#, #"{"levels": {"cfo": {"days": 400}}}"#] {
            #expect(throws: DecodingError.self) {
                try JSONDecoder().decode(InvoicePolicy.self, from: Data(bad.utf8))
            }
        }
        var seed = SeedFile(namespaces: [SeedNamespace(name: "default")])
        let nobody = ApprovalEscalation(role: "boss")
        seed.namespaces[0].invoicePolicy = InvoicePolicy(
            levels: InvoicePolicy.LevelPolicies(ceo: ApprovalLevelPolicy(escalation: nobody))
        )
        #expect(SeedCheck.problems(of: seed) == ["invoicePolicy: there is no role 'boss'"])
        seed.namespaces[0].invoicePolicy = nil
        seed.namespaces[0].people = SeedPeople(
            onboardingPolicy: OnboardingPolicy(benefits: ApprovalLevelPolicy(escalation: nobody))
        )
        #expect(SeedCheck.problems(of: seed) == ["onboardingPolicy: there is no role 'boss'"])
    }
}
