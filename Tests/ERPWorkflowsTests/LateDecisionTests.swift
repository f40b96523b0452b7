import Foundation
import History
import Synchronization
import Testing
import WorkflowAPI
import WorkflowRuntime

@testable import ERPWorkflows
@testable import WorkflowTesting

/// An activity that says something to its own order while it runs.
private final class Interjection: Sendable {
    typealias Action = @Sendable (WorkflowHandle<PurchaseOrderApproval>) async throws -> Void
    private let state = Mutex<WorkflowHandle<PurchaseOrderApproval>?>(nil)
    let action: Action

    init(_ action: @escaping Action) { self.action = action }

    func aim(at order: WorkflowHandle<PurchaseOrderApproval>) { state.withLock { $0 = order } }

    /// Once.
    func interject() async throws {
        let order = state.withLock { order in
            defer { order = nil }
            return order
        }
        if let order { try await action(order) }
    }
}

/// Decisions that come when they can no longer help, and decisions that cannot be looked up.
@Suite(.serialized, .onEveryDatabase) struct LateDecisionTests {
    private func approval(by approver: String) -> ApprovalSignal { ApprovalSignal(approver: approver) }

    /// A directory that breaks for one name and knows Karim otherwise.
    private static let brokenDirectory = ActivityRegistration(ApprovalActivities.lookUpApprover) { request in
        guard request.userId == "karim" else {
            throw ApplicationError(type: "Broken", message: "no such shard", nonRetryable: true)
        }
        return Approver(
            user: DirectoryUser(
                id: "karim",
                name: "",
                email: "",
                department: "operations",
                roles: ["department_head"],
                isActive: true
            )
        )
    }

    @Test func `a decision whose person cannot be looked up is refused, and the next one counts`() async throws {
        let company = try await Company(replaced: [Self.brokenDirectory])
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 60_000))
        try await order.signal(\.approve, approval(by: "nasrin"))
        try await order.signal(\.approve, approval(by: "karim"))
        let result = try await company.result(order)
        #expect(result.status == .completed)
        #expect(result.approvalHistory.map(\.outcome) == [.refused, .approved])
        #expect(
            result.approvalHistory[0].reason
                == "The company's directory could not say who this is (no such shard); the decision can be sent again."
        )
    }

    @Test func `an order whose only decision cannot be looked up is reminded and times out`() async throws {
        let company = try await Company(replaced: [Self.brokenDirectory])
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 60_000))
        company.environment.after(.seconds(6 * 86_400)) { try await order.signal(\.approve, approval(by: "nasrin")) }
        let result = try await company.result(order)
        #expect(result.reason == "timeout: no response from department head")
        #expect(result.approvalHistory.map(\.outcome) == [.reminded, .refused, .timeout])
        #expect(try await company.budget.available == Money(taka: 500_000))
    }

    @Test func `a decision that came in time counts even if no worker was there before the time was over`() async throws
    {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 60_000))
        try await company.environment.settle()
        company.environment.clock.advance(by: .seconds(4 * 86_400))
        _ = try await company.environment.store.runDue(limit: 64)
        try await company.environment.settle()
        company.environment.clock.advance(by: .seconds(2 * 86_400))
        try await order.signal(\.approve, approval(by: "karim"))
        company.environment.clock.advance(by: .seconds(2 * 86_400))
        _ = try await company.environment.store.runDue(limit: 64)
        let result = try await company.result(order)
        #expect(result.status == .completed)
        #expect(result.approvalHistory.map(\.outcome) == [.reminded, .approved])
    }

    @Test(arguments: [true, false])
    func `what comes while an order is undone is refused, and the status says what became of it`(
        isCancelled: Bool
    ) async throws {
        let seen = Mutex<[PurchaseOrderDetails]>([])
        let interjection = Interjection { order in
            let details = try await order.query(\.details)
            seen.withLock { $0.append(details) }
            try await order.signal(\.approve, ApprovalSignal(approver: "karim"))
        }
        let company = try await Company(replaced: [
            ActivityRegistration(PurchaseOrderActivities.releaseBudget) { _ in
                try await interjection.interject()
                return NoValue()
            }
        ])
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 60_000))
        interjection.aim(at: order)
        let status: PurchaseOrderStatus = isCancelled ? .cancelled : .rejected
        if isCancelled {
            try await company.environment.settle()
            try await order.cancel()
        }
        _ = try? await company.result(order)
        #expect(seen.withLock { $0.map(\.status) } == [status])
        #expect(seen.withLock { $0.map(\.isBeingUndone) } == [true])
        #expect(seen.withLock { $0.map(\.waitingFor) } == [nil])
        #expect(try await order.query(\.status) == status)
        let last = try #require(try await order.query(\.approvalHistory).last)
        #expect(last.outcome == .refused)
        #expect(last.reason == "The order was already \(status.rawValue).")
    }

    @Test func `what comes between a cancellation and the end of the step under way does not count`() async throws {
        let interjection = Interjection { order in
            try await order.cancel(reason: "changed")
            try await order.signal(\.approve, ApprovalSignal(approver: "karim"))
        }
        let company = try await Company(replaced: [
            ActivityRegistration(ApprovalActivities.announce) { _ in
                try await interjection.interject()
                return NoValue()
            }
        ])
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 60_000))
        interjection.aim(at: order)
        await #expect(throws: WorkflowClosedError.self) { try await company.result(order) }
        let history = try await order.query(\.approvalHistory)
        #expect(history.map(\.outcome) == [.refused])
        #expect(try await order.query(\.status) == .cancelled)
        #expect(try await company.budget.available == Money(taka: 500_000))
    }
}
