import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

@Suite(.serialized, .onEveryDatabase) struct InvoiceApprovalTests {
    /// Who decides each level, its title, its days, and a net amount that needs it as the last.
    static let levels: [(person: String, title: String, days: Double, net: Int32, status: InvoiceStatus)] = [
        ("jamal", "accounts payable", 2, 50_000, .awaitingAccountsPayableApproval),
        ("karim", "department head", 3, 100_000, .awaitingDepartmentApproval),
        ("nasrin", "finance manager", 3, 500_000, .awaitingFinanceApproval),
        ("farida", "CFO", 5, 1_000_000, .awaitingCFOApproval),
        ("tariq", "CEO", 7, 5_000_000, .awaitingCEOApproval),
    ]

    @Test func `a small invoice needs accounts payable, and becomes payment, entry and certificate`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: 80_000)))
        #expect(try await invoice.query(\.status) == .awaitingAccountsPayableApproval)
        #expect(try await invoice.query(\.taxBreakdown)?.payable == Money(taka: 86_000))
        #expect(try await payables.books.operations.reserved == Money(taka: 80_000))
        try await payables.approve(invoice, "jamal")
        let result = try await payables.result(invoice)
        #expect(result.status == .approved)
        #expect(result.paymentId == "PAY-FY2026-27-00001")
        #expect(result.reason == nil)
        #expect(result.vat == Money(taka: 12_000))
        #expect(result.taxWithholding == Money(taka: 6_000))
        #expect(result.netPayableAmount == Money(taka: 86_000))
        #expect(result.approvalHistory.map(\.outcome) == [.approved])
        let details = try await invoice.query(\.invoiceDetails)
        #expect(details.status == .approved)
        #expect(details.posting?.certificate == "WHT-FY2026-27-00001")
        #expect(details.levels == ["accounts_payable"])
        #expect(try await payables.books.operations.spent == Money(taka: 80_000))
        #expect(try await payables.news == ["invoice_approved rahim", "invoice_approved jamal"])
        #expect(
            try await payables.audit.map(\.details) == [
                "PAY-FY2026-27-00001, JV-FY2026-27-00001, WHT-FY2026-27-00001, payable BDT 86,000.00, "
                    + "submitted by rahim, approved by jamal (accounts payable), policies: approvals 1"
            ]
        )
        #expect(try await payables.books.problems() == [])
    }

    @Test(arguments: levels.indices) func `each threshold adds a level, one after the other`(_ last: Int) async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: Self.levels[last].net)))
        for level in Self.levels[...last] {
            #expect(try await invoice.query(\.status) == level.status)
            #expect(try await payables.books.number("SELECT count(*) FROM erp_payment") == 0)
            try await payables.approve(invoice, level.person)
        }
        let result = try await payables.result(invoice)
        #expect(result.status == .approved)
        #expect(result.approvalHistory.map(\.approver) == Self.levels[...last].map(\.person))
        #expect(try await payables.books.problems() == [])
    }

    @Test(arguments: levels.indices) func `silence of a level rejects after its own days`(_ last: Int) async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let level = Self.levels[last]
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: level.net)))
        for before in Self.levels[..<last] { try await payables.approve(invoice, before.person) }
        let result = try await payables.result(invoice)
        #expect(result.status == .rejected)
        #expect(result.reason == "timeout: no response from \(level.title)")
        #expect(result.approvalHistory.suffix(2).map(\.outcome) == [.reminded, .timeout])
        #expect(payables.days == level.days)
        #expect(try await payables.news == ["invoice_rejected rahim"])
        #expect(try await payables.states == ["A rejected"])
        #expect(try await payables.books.operations.available == Money(taka: 20_000_000))
        #expect(try await payables.audit.map { "\($0.action) by \($0.actor)" } == ["rejected by system"])
    }

    @Test(arguments: levels.indices) func `any level can reject, and the submitter is told why`(_ last: Int)
        async throws
    {
        let payables = try await Payables()
        defer { payables.close() }
        let level = Self.levels[last]
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: level.net)))
        for before in Self.levels[..<last] { try await payables.approve(invoice, before.person) }
        try await invoice.signal(\.reject, RejectionSignal(approver: level.person, reason: "no receipt"))
        let result = try await payables.result(invoice)
        #expect(result.reason == "rejected by \(level.person) (\(level.title)): no receipt")
        #expect(try #require(result.netPayableAmount) > .zero)
        #expect(try await payables.outbox.last?.body.hasSuffix("no receipt.") == true)
        #expect(try await payables.books.operations.available == Money(taka: 20_000_000))
        #expect(try await payables.audit.map { "\($0.action) by \($0.actor)" } == ["rejected by \(level.person)"])
        #expect(try await payables.books.problems() == [])
    }

    @Test func `the submitter may not decide, nobody decides two levels, and early decisions wait`() async throws {
        let seed = Payables.seed { namespace in
            namespace.users?[0].roles = ["accounts_payable"]
            namespace.users?[4].roles = ["accounts_payable", "finance_manager"]
        }
        let payables = try await Payables(seed: seed)
        defer { payables.close() }
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: 500_000)))
        try await payables.approve(invoice, "karim", "rahim", "jamal", "jamal", "salma")
        #expect(try await invoice.query(\.status) == .awaitingFinanceApproval)
        let outcomes = try await invoice.query(\.approvalHistory).map { "\($0.outcome.rawValue) \($0.approver ?? "")" }
        #expect(
            outcomes == [
                "kept karim", "refused rahim", "approved jamal", "approved karim", "refused jamal", "refused salma",
            ]
        )
        try await payables.approve(invoice, "nasrin")
        #expect(try await payables.result(invoice).status == .approved)
    }

    @Test func `a question stops the clock of its level until the answer`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: 1_000)))
        payables.environment.after(.seconds(86_400)) {
            try await invoice.signal(\.requestInfo, InfoRequestSignal(requestedBy: "jamal", question: "which site?"))
        }
        payables.environment.after(.seconds(2 * 86_400)) {
            let details = try await invoice.query(\.invoiceDetails)
            #expect(details.status == .awaitingInformation)
            #expect(details.deadline == nil)
        }
        payables.environment.after(.seconds(11 * 86_400)) {
            try await invoice.signal(\.provideInfo, InfoAnswerSignal(answer: "Savar", providedBy: "rahim"))
        }
        let result = try await payables.result(invoice)
        #expect(result.reason == "timeout: no response from accounts payable")
        #expect(payables.days == 12)
        let outcomes = result.approvalHistory.map(\.outcome)
        #expect(outcomes.contains(.infoRequested) && outcomes.contains(.infoProvided))
        #expect(try await payables.outbox.contains { $0.kind == "info_requested" && $0.recipient == "rahim" })
    }

    @Test func `the policy of the start holds for the run, and the next run has the new one`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let first = try await payables.waiting(try Books.invoice("A", net: Money(taka: 80_000)))
        let seed = Payables.seed { namespace in
            namespace.invoicePolicy = try? InvoicePolicy(
                thresholds: InvoiceThresholds(departmentHeadAbove: Money(taka: 10)),
                days: InvoicePolicy.LevelDays(accountsPayable: 9),
                businessDays: true
            )
        }
        try await SeedLoader(database: payables.books.database).load(seed, at: Books.time)
        try await payables.approve(first, "jamal")
        #expect(try await payables.result(first).status == .approved)
        #expect(try await first.query(\.invoiceDetails).policyVersions == ["approvals": 1])
        let second = try await payables.waiting(try Books.invoice("B", net: Money(taka: 80_000)))
        #expect(try await second.query(\.invoiceDetails).levels == ["accounts_payable", "department_head"])
        #expect(try await second.query(\.invoiceDetails).policyVersions == ["approvals": 1, "invoicePolicy": 1])
        // From Saturday the ninth business day is the Wednesday of the week after.
        #expect(try await payables.result(second).reason == "timeout: no response from accounts payable")
        #expect(payables.days == 11)
    }
}
