import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// Every time limit that a workflow waits for runs out here once; those of invoices do in ``InvoiceApprovalTests``.
@Suite(.serialized) struct SilenceTests {
    @Test func `silence of finance rejects an order seven days after the department head has approved`() async throws {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 100_001))
        let start = company.environment.clock.now()
        company.environment.after(.seconds(6 * 86_400)) {
            try await order.signal(\.approve, ApprovalSignal(approver: "karim"))
        }
        let result = try await company.result(order)
        #expect(result.status == .rejected)
        #expect(result.reason == "timeout: no response from finance")
        #expect(result.approvalHistory.map(\.outcome) == [.reminded, .approved, .reminded, .timeout])
        #expect(result.approvalHistory.map(\.level) == ["department_head", "department_head", "finance", "finance"])
        // The clock of a level begins when it opens.
        #expect(company.environment.clock.now() - start == .seconds(13 * 86_400))
        #expect(try await company.budget.available == Money(taka: 500_000))
        #expect(try await company.orders.isEmpty)
        #expect(
            try await company.outbox.map { "\($0.kind) \($0.recipient)" } == [
                "approval_requested karim", "approval_reminder karim", "approval_requested nasrin",
                "approval_reminder nasrin", "order_rejected rahim",
            ]
        )
        #expect(try await company.audit.map { "\($0.action) by \($0.actor)" } == ["rejected by system"])
    }

    @Test(arguments: OnboardingTaskID.allCases.filter { $0 != .benefitsEnrollment })
    func `a task that the system cannot do and nobody does is skipped after its days`(
        _ task: OnboardingTaskID
    ) async throws {
        let broken = ActivityRegistration(OnboardingActivities.perform(task)) { _ in Provision.problem("it is broken") }
        var people = Company.people
        people.onboardingPolicy = OnboardingPolicy(waitDays: 9)
        let company = try await Company.withPeople(people, replaced: [broken])
        defer { company.close() }
        let run = try await company.onboard(try Company.newcomer(start: "2026-11-01"))
        company.environment.after(.seconds(86_400)) {
            try await run.signal(\.approve, ApprovalSignal(approver: "salma"))
        }
        let start = company.environment.clock.now()
        let result = try await company.environment.result(of: run)
        #expect(company.environment.clock.now() - start == .seconds(9 * 86_400))
        #expect(result.status == .partial)
        let skipped = result.tasks.filter { $0.state == .skipped }
        // Without an account or a mail box the rest goes on.
        #expect(skipped.map(\.taskId).contains(task))
        #expect(skipped.first { $0.taskId == task }?.note == "it is broken; nobody did it within 9 days")
        let row = try #require(try await company.tasks().first { $0.key.task == task.rawValue })
        #expect(row.state == .skipped && row.closedBy == "system")
        #expect(try await company.outbox.contains { $0.kind == "task_waits/\(task.rawValue)" })
    }

    @Test func `a question that nobody answers stops the clock as long as the tenant says, and no longer`() async throws
    {
        let seed = Payables.seed { $0.approvals = TenantApprovals(actForOthers: true, questionDays: 3) }
        let payables = try await Payables(seed: seed)
        defer { payables.close() }
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: 1_000)))
        try await invoice.signal(\.requestInfo, InfoRequestSignal(requestedBy: "jamal", question: "which site?"))
        let result = try await payables.result(invoice)
        #expect(result.reason == "timeout: no response from accounts payable")
        #expect(result.approvalHistory.map(\.outcome) == [.infoRequested, .unanswered, .reminded, .timeout])
        #expect(payables.days == 2 + 3)
    }

    @Test func `without such a limit the clock stands until the answer comes, and no timer runs`() async throws {
        let payables = try await Payables(seed: Payables.seed { $0.approvals = TenantApprovals(actForOthers: true) })
        defer { payables.close() }
        let invoice = try await payables.waiting(try Books.invoice("A", net: Money(taka: 1_000)))
        try await invoice.signal(\.requestInfo, InfoRequestSignal(requestedBy: "jamal", question: "which site?"))
        payables.environment.after(.seconds(400 * 86_400)) {
            #expect(try await invoice.describe().summary.status == .running)
            try await invoice.signal(\.provideInfo, InfoAnswerSignal(answer: "Savar", providedBy: "rahim"))
        }
        let result = try await payables.result(invoice)
        #expect(result.reason == "timeout: no response from accounts payable")
        #expect(result.approvalHistory.map(\.outcome) == [.infoRequested, .infoProvided, .reminded, .timeout])
        #expect(payables.days == 2 + 400)
    }
}
