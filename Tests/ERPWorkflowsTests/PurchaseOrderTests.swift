import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

@Suite(.serialized, .onEveryDatabase) struct PurchaseOrderTests {
    @Test func `an order of at most 50 000 taka needs nobody`() async throws {
        let company = try await Company()
        defer { company.close() }
        let result = try await company.result(try await company.start(company.order("A", taka: 50_000)))
        #expect(result == PurchaseOrderResult(status: .completed, poNumber: "PO-FY2026-27-00001", approvalHistory: []))
        #expect(try await company.budget.committed == Money(taka: 50_000))
        #expect(try await company.budget.reserved == .zero)
        #expect(try await company.outbox.map(\.kind) == ["order_placed", "order_completed"])
        #expect(try await company.audit.map { "\($0.action) by \($0.actor)" } == ["completed by rahim"])
    }

    @Test func `above 100 000 taka first the department head and then finance decide`() async throws {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 100_001))
        try await company.environment.settle()
        #expect(try await order.query(\.status) == .awaitingDepartmentApproval)
        #expect(try await company.budget.reserved == Money(taka: 100_001))
        try await order.signal(\.approve, ApprovalSignal(approver: "rahim"))
        try await order.signal(\.approve, ApprovalSignal(approver: "salma"))
        try await company.environment.settle()
        #expect(try await order.query(\.status) == .awaitingDepartmentApproval)
        try await order.signal(\.approve, ApprovalSignal(approver: "karim", comments: "ok"))
        try await company.environment.settle()
        #expect(try await order.query(\.status) == .awaitingFinanceApproval)
        #expect(try await order.query(\.details).waitingFor == "finance")
        try await order.signal(\.approve, ApprovalSignal(approver: "nasrin"))
        let result = try await company.result(order)
        #expect(result.status == .completed)
        #expect(result.approvalHistory.map(\.outcome) == [.refused, .refused, .approved, .approved])
        #expect(result.approvalHistory[2].comments == "ok")
        #expect(try await order.query(\.status) == .completed)
        #expect(
            try await company.audit.map(\.details) == [
                "PO-FY2026-27-00001, BDT 1,00,001.00, approved by karim (department head), approved by nasrin (finance), policies: approvals 1"
            ]
        )
    }

    @Test func `a decision that comes before anything was looked up is kept for its level`() async throws {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 200_000))
        try await order.signal(\.approve, ApprovalSignal(approver: "nasrin"))
        try await order.signal(\.approve, ApprovalSignal(approver: "karim"))
        let result = try await company.result(order)
        #expect(result.status == .completed)
        #expect(
            result.approvalHistory.filter { $0.outcome == .approved }.compactMap(\.approver) == ["karim", "nasrin"]
        )
    }

    @Test func `silence is reminded half-way and ends in a rejection after seven days`() async throws {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 60_000))
        let began = company.environment.clock.now()
        let result = try await company.result(order)
        #expect(result.status == .rejected)
        #expect(result.reason == "timeout: no response from department head")
        #expect(result.approvalHistory.map(\.outcome) == [.reminded, .timeout])
        #expect(result.approvalHistory[0].time.timeIntervalSince(result.approvalHistory[1].time) == -3.5 * 86_400)
        #expect(company.environment.clock.now() - began == .seconds(7 * 86_400))
        #expect(try await company.budget.available == Money(taka: 500_000))
        #expect(
            try await company.outbox.map { "\($0.kind) \($0.recipient)" } == [
                "approval_requested karim", "approval_reminder karim", "order_rejected rahim",
            ]
        )
        #expect(try await company.orders.isEmpty)
    }

    @Test func `a rejection gives the budget back and tells the requester why`() async throws {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 60_000))
        try await company.environment.settle()
        try await order.signal(\.reject, RejectionSignal(approver: "karim", reason: "too dear"))
        let result = try await company.result(order)
        #expect(result.status == .rejected)
        #expect(result.reason == "rejected by karim (department head): too dear")
        #expect(try await company.budget.available == Money(taka: 500_000))
        #expect(try await company.outbox.last?.body.contains("too dear") == true)
        #expect(try await company.audit.map { "\($0.action) by \($0.actor)" } == ["rejected by karim"])
    }

    @Test func `finance rejects what the department head approved, and everything is given back`() async throws {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 150_000))
        try await company.environment.settle()
        try await order.signal(\.approve, ApprovalSignal(approver: "karim"))
        try await company.environment.settle()
        #expect(try await order.query(\.status) == .awaitingFinanceApproval)
        #expect(try await company.budget.reserved == Money(taka: 150_000))
        try await order.signal(\.reject, RejectionSignal(approver: "nasrin", reason: "not this year"))
        let result = try await company.result(order)
        #expect(result.status == .rejected && result.poNumber == nil)
        #expect(result.reason == "rejected by nasrin (finance): not this year")
        #expect(result.approvalHistory.map(\.outcome) == [.approved, .rejected])
        #expect(result.approvalHistory.map(\.level) == ["department_head", "finance"])
        #expect(try await company.budget.available == Money(taka: 500_000))
        #expect(try await company.orders.isEmpty)
        #expect(try await company.outbox.last?.kind == "order_rejected")
        #expect(try await company.outbox.last?.recipient == "rahim")
        #expect(try await company.audit.map { "\($0.action) by \($0.actor)" } == ["rejected by nasrin"])
        let rows = try await SQLHumanTaskService(database: company.database).tasks(ofWorkflow: "A", in: "default")
        #expect(rows.map(\.closedBy) == ["karim", "nasrin"])
    }

    @Test func `what cannot be is rejected with the reason, and nothing is reserved`() async throws {
        let company = try await Company()
        defer { company.close() }
        let dear = try await company.result(try await company.start(company.order("A", taka: 500_001)))
        #expect(dear.reason?.contains("required BDT 5,00,001.00, available BDT 5,00,000.00") == true)
        let unknown = try await company.result(try await company.start(company.order("B", taka: 1, vendor: "V-9")))
        #expect(unknown.reason == "vendor V-9 is not known")
        #expect(try await company.outbox.map(\.address) == ["rahim@example.com", "rahim@example.com"])
        let onHold = try await company.result(try await company.start(company.order("C", taka: 1, vendor: "V-2")))
        #expect(onHold.reason == "vendor V-2 is on hold: expired")
        var strange = company.order("D", taka: 1)
        strange.department = "moon"
        let moon = try await company.result(try await company.start(strange))
        #expect(moon.reason == "department moon has no budget for FY2026-27")
        #expect(try await company.budget.available == Money(taka: 500_000))
        #expect(try await company.audit.map(\.action) == ["rejected", "rejected", "rejected", "rejected"])
        #expect(try await company.audit.map(\.actor) == ["system", "system", "system", "system"])
    }

    @Test func `one order is in the hands of one workflow, and can be submitted again after a rejection`() async throws
    {
        let company = try await Company()
        defer { company.close() }
        let first = try await company.start(company.order("A", taka: 60_000), id: "first")
        try await company.environment.settle()
        let second = try await company.result(try await company.start(company.order("A", taka: 60_000), id: "second"))
        #expect(second.reason == "order A is already in the hands of workflow first")
        #expect(try await company.budget.reserved == Money(taka: 60_000))
        try await first.signal(\.reject, RejectionSignal(approver: "karim", reason: "again"))
        #expect(try await company.result(first).status == .rejected)
        let third = try await company.start(company.order("A", taka: 60_000), id: "third")
        try await company.environment.settle()
        try await third.signal(\.approve, ApprovalSignal(approver: "karim"))
        #expect(try await company.result(third).status == .completed)
        #expect(try await company.orders.map(\.number) == ["PO-FY2026-27-00001"])
    }

    @Test func `a tenant of an order that is not the namespace fails it`() async throws {
        let company = try await Company()
        defer { company.close() }
        var order = company.order("A", taka: 1)
        order.tenantId = "other"
        let handle = try await company.start(order)
        await #expect(throws: WorkflowClosedError.self) { try await company.result(handle) }
        #expect(try await company.budget.available == Money(taka: 500_000))
    }
}
