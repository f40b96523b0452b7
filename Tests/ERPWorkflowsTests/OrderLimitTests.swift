import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// Nothing that an order accepts can make it too large to go on.
@Suite(.serialized) struct OrderLimitTests {
    private func text(_ count: Int) -> String { String(repeating: "ক", count: count) }

    private func problem<Value: Codable>(_ value: Value) throws -> String? {
        let payload = try PayloadConverter.payload(value)
        do {
            _ = try PayloadConverter.value(payload, as: Value.self)
            return nil
        } catch let error as PayloadError {
            return error.message
        }
    }

    @Test func `decisions and orders are limited where they are read, in characters`() async throws {
        #expect(try problem(ApprovalSignal(approver: text(200), comments: text(2000))) == nil)
        #expect(try problem(ApprovalSignal(approver: "a", comments: nil)) == nil)
        #expect(try problem(ApprovalSignal(approver: text(201)))?.contains("must have 1 to 200 characters") == true)
        #expect(try problem(ApprovalSignal(approver: ""))?.contains("must have 1 to 200 characters") == true)
        #expect(
            try problem(ApprovalSignal(approver: "a", comments: text(2001)))?
                .contains("must have at most 2000 characters")
                == true
        )
        #expect(try problem(RejectionSignal(approver: text(200), reason: text(2000))) == nil)
        #expect(try problem(RejectionSignal(approver: "a", reason: text(2001)))?.contains("at most 2000") == true)

        let company = try await Company()
        defer { company.close() }
        let item = company.order("A", taka: 1).items[0]
        var order = company.order(text(200), taka: 1)
        order.items = Array(repeating: item, count: 500)
        #expect(try problem(order) == nil)
        order.items.append(item)
        #expect(try problem(order)?.contains("at most 500 items, and these are 501") == true)
        order.items = [PurchaseOrderItem(productId: text(201), quantity: Quantity(1), unitPrice: Money(taka: 1))]
        #expect(try problem(order)?.contains("item 1: productId must have 1 to 200 characters") == true)
        #expect(try problem(company.order(text(201), taka: 1))?.contains("must have 1 to 200 characters") == true)
    }

    @Test func `a decision that is too long is skipped with a marker, and the order goes on`() async throws {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 60_000))
        try await order.signal(\.approve, ApprovalSignal(approver: "karim", comments: text(2001)))
        try await order.signal(\.reject, RejectionSignal(approver: text(100_000), reason: ""))
        try await company.environment.settle()
        #expect(try await order.query(\.status) == .awaitingDepartmentApproval)
        #expect(try await order.describe().skippedSignals == 2)
        try await order.signal(\.approve, ApprovalSignal(approver: "karim"))
        #expect(try await company.result(order).status == .completed)
    }

    @Test func `hundreds of decisions of the greatest length that do not count end no order`() async throws {
        let company = try await Company(cacheRuns: true)
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 60_000))
        for _ in 0..<210 {
            try await order.signal(\.reject, RejectionSignal(approver: text(200), reason: text(2000)))
        }
        try await order.signal(\.approve, ApprovalSignal(approver: "karim", comments: text(2000)))
        let result = try await company.result(order)
        #expect(result.status == .completed)
        #expect(result.approvalHistory.count == 202)
        #expect(result.approvalHistory.last?.count == 10)
        #expect(try JSONEncoder().encode(result).count < 524_288)
    }

    @Test func `a long reason to cancel is cut before it goes into messages and the audit trail`() async throws {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("B", taka: 60_000))
        try await company.environment.settle()
        try await order.cancel(reason: text(300_000))
        await #expect(throws: WorkflowClosedError.self) { try await company.result(order) }
        #expect(try await company.audit.last?.details == text(1999) + "…")
        #expect(try #require(try await company.outbox.last).body.unicodeScalars.count < 2200)
    }

    @Test func `master data has the limits of the orders that it goes into`() {
        var seed = Company.seed
        seed.namespaces[0].name = ""
        seed.namespaces[0].users?[0].name = text(201)
        seed.namespaces[0].users?[1].roles = Array(repeating: "r", count: 101)
        seed.namespaces[0].vendors?[1].holdReason = text(2001)
        seed.namespaces[0].budgets?[0].department = text(201)
        #expect(
            SeedCheck.problems(of: seed) == [
                "namespaces: the name '' must have 1 to 200 characters",
                "users: 'rahim': name must have 1 to 200 characters", "users: 'karim': at most 100 roles",
                "vendors: 'V-2': holdReason must have at most 2000 characters",
                "budgets: the department must have 1 to 200 characters",
            ]
        )
    }
}
