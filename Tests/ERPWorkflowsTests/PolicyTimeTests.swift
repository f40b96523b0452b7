import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// Whose policy holds for a run: that of its start, not that of the moment at which a worker first looks.
@Suite(.serialized, .onEveryDatabase) struct PolicyTimeTests {
    private func load(
        _ company: Company,
        at moment: Date,
        _ change: (inout SeedNamespace) -> Void
    ) async throws {
        var seed = SeedFile(namespaces: [SeedNamespace(name: "default")])
        change(&seed.namespaces[0])
        try await SeedLoader(database: company.database).load(seed, at: moment)
    }

    @Test func `what is loaded between the start of a run and its first worker does not hold for it`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        // Nobody works yet: the environment moves only when it is asked to.
        let order = try await company.start(company.order("A", taka: 40_000))
        let newcomer = try await company.onboard(try Company.newcomer(start: "2026-11-27"))
        company.environment.clock.advance(by: .seconds(1))
        try await load(company, at: company.environment.clock.now().date) { namespace in
            namespace.purchaseOrderPolicy = ApprovalPolicy(departmentHeadAbove: .zero)
            namespace.people = SeedPeople(onboardingPolicy: OnboardingPolicy(preArrivalDays: 5))
            namespace.approvals = TenantApprovals(actForOthers: false)
        }
        let later = try await company.start(company.order("B", taka: 40_000))
        let laterNewcomer = try await company.onboard(try Company.newcomer("E-2", start: "2026-11-27"))
        try await company.environment.settle()

        #expect(try await company.result(order).status == .completed)
        #expect(try await order.query(\.details).policyVersions == ["approvals": 1])
        #expect(try await company.audit.first?.details.hasSuffix("policies: approvals 1") == true)
        #expect(try await later.query(\.status) == .awaitingDepartmentApproval)
        #expect(try await later.query(\.details).policyVersions == ["approvals": 2, "purchaseOrderPolicy": 1])
        // Two days before the first day, and five.
        #expect(
            try await newcomer.query(\.details).nextPhaseTime == (try LocalDate("2026-11-25").startInDhaka()).date
        )
        #expect(try await newcomer.query(\.details).policyVersions == ["approvals": 1])
        #expect(
            try await laterNewcomer.query(\.details).nextPhaseTime == (try LocalDate("2026-11-22").startInDhaka()).date
        )
        #expect(try await laterNewcomer.query(\.details).policyVersions == ["approvals": 2, "onboardingPolicy": 1])
    }

    @Test func `an invoice that was started before a stricter policy is judged by the old one`() async throws {
        let payables = try await Payables()
        defer { payables.close() }
        let clock = payables.environment.clock
        let first = try await payables.start(try Books.invoice("A", net: Money(taka: 80_000)))
        clock.advance(by: .seconds(1))
        let seed = Payables.seed { namespace in
            namespace.invoicePolicy = try? InvoicePolicy(
                thresholds: InvoiceThresholds(departmentHeadAbove: Money(taka: 10))
            )
        }
        try await SeedLoader(database: payables.books.database).load(seed, at: clock.now().date)
        let second = try await payables.start(try Books.invoice("B", net: Money(taka: 80_000)))
        try await payables.environment.settle()
        #expect(try await first.query(\.invoiceDetails).levels == ["accounts_payable"])
        #expect(try await first.query(\.invoiceDetails).policyVersions == ["approvals": 1])
        #expect(try await second.query(\.invoiceDetails).levels == ["accounts_payable", "department_head"])
        try await payables.approve(first, "jamal")
        #expect(try await payables.result(first).status == .approved)
        #expect(try await payables.audit.last?.details.hasSuffix("policies: approvals 1") == true)
    }

    @Test func `seats are found by the holidays that were known at the start`() async throws {
        let company = try await Company.withPeople()
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-22"))
        company.environment.clock.advance(by: .seconds(1))
        let holiday = try BusinessCalendar(holidays: [try LocalDate("2026-11-22")])
        try await load(company, at: company.environment.clock.now().date) { $0.calendar = holiday }
        let later = try await company.onboard(try Company.newcomer("E-2", start: "2026-11-22"))
        try await company.moveClock(to: "2026-11-22", hour: 1)
        #expect(try await run.query(\.tasks)[.scheduleOrientation].given?.hasPrefix("2026-11-22") == true)
        #expect(try await later.query(\.tasks)[.scheduleOrientation].given?.hasPrefix("2026-11-23") == true)
    }

    @Test func `a version counts from its loading on, older files' from ever, and never before the one before`()
        async throws
    {
        let books = try await Books()
        defer { books.close() }
        let policies = SQLPolicyService(database: books.database)
        func days(_ offset: TimeInterval) async throws -> Int {
            try await policies.approvalPolicy(of: "default", at: Books.time + offset).approvalDays
        }
        func load(_ days: Int, at offset: TimeInterval) async throws {
            var seed = SeedFile(namespaces: [SeedNamespace(name: "default")])
            seed.namespaces[0].purchaseOrderPolicy = ApprovalPolicy(approvalDays: days)
            try await SeedLoader(database: books.database).load(seed, at: Books.time + offset)
        }
        try await load(3, at: 10)
        try await load(4, at: 20)
        // A clock that was set back.
        try await load(5, at: 0)
        #expect(try await [days(9), days(10), days(19), days(20), days(30)] == [7, 3, 3, 5, 5])
        #expect(try await policies.policyVersions(of: "default", at: Books.time + 15)["purchaseOrderPolicy"] == 1)
        try await books.sql(
            "INSERT INTO erp_policy_version VALUES ('other', 'purchaseOrder', 1, '{\"approvalDays\":2}', 0)"
        )
        #expect(
            try await policies.approvalPolicy(of: "other", at: Date(timeIntervalSince1970: 1)).approvalDays == 2
        )
    }
}
