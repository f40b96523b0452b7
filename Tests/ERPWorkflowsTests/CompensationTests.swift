import Foundation
import Synchronization
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

@Suite(.serialized, .onEveryDatabase) struct CompensationTests {
    @Test func `cancelled while it waits, an order gives its budget back and nobody else is told`() async throws {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 60_000))
        try await company.environment.settle()
        try await order.cancel(reason: "not needed")
        await #expect(throws: WorkflowClosedError.self) { try await company.result(order) }
        #expect(try await order.query(\.status) == .cancelled)
        #expect(try await company.budget.available == Money(taka: 500_000))
        #expect(try await company.orders.isEmpty)
        #expect(try await company.outbox.map(\.kind) == ["approval_requested", "order_cancelled"])
        #expect(try await company.audit.map(\.action) == ["cancelled"])
        #expect(try await company.audit.map(\.actor) == ["test"])
        #expect(try await company.audit.map(\.details) == ["not needed"])
        #expect(try await company.outbox.last?.body == "Your order A was cancelled by test: not needed.")
        #expect(try await order.query(\.details).reason == "cancelled by test: not needed")
        #expect(try await order.query(\.details).isBeingUndone == false)
    }

    @Test func `cancelled before anything was looked up, an order tells its requester and shows its decisions`()
        async throws
    {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 60_000))
        try await order.signal(\.approve, ApprovalSignal(approver: "karim", comments: "fine"))
        try await order.cancel()
        try await order.signal(\.reject, RejectionSignal(approver: "karim", reason: "no"))
        await #expect(throws: WorkflowClosedError.self) { try await company.result(order) }
        #expect(try await order.query(\.status) == .cancelled)
        let history = try await order.query(\.approvalHistory)
        #expect(history.map(\.outcome) == [.refused, .refused])
        #expect(history.map(\.approver) == ["karim", "karim"])
        #expect(history.map(\.comments) == ["fine", "no"])
        #expect(try await company.outbox.map { "\($0.kind) \($0.address)" } == ["order_cancelled rahim@example.com"])
        #expect(
            try await company.audit.map { "\($0.action) by \($0.actor): \($0.details)" }
                == ["cancelled by test: no reason was given"]
        )
        #expect(try await company.budget.available == Money(taka: 500_000))
    }

    @Test func `a failure after the vendor was told undoes everything in reverse order`() async throws {
        let steps = Mutex<[String]>([])
        let company = try await Company(replaced: [
            ActivityRegistration(PurchaseOrderActivities.recordAudit) { entry in
                steps.withLock { $0.append(entry.action) }
                guard entry.action != "completed" else {
                    throw ApplicationError(type: "Broken", message: "no audit", nonRetryable: true)
                }
                return NoValue()
            }
        ])
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 1000))
        await #expect(throws: WorkflowClosedError.self) { try await company.result(order) }
        #expect(try await order.query(\.status) == .error)
        #expect(try await company.orders.map(\.state) == ["cancelled"])
        #expect(try await company.budget.available == Money(taka: 500_000))
        #expect(
            try await company.outbox.map(\.kind)
                == ["order_placed", "order_completed", "order_withdrawn", "order_failed"]
        )
        #expect(steps.withLock { $0 } == ["completed", "failed"])
        let withdrawn = try await company.outbox[2].body
        #expect(withdrawn.contains("it could not be completed") && !withdrawn.contains("no audit"))
        let done = try await company.environment.history(of: "A").compactMap { event in
            if case .activityTaskScheduled(let activity) = event.attributes { activity.activityType } else { nil }
        }
        #expect(
            done.suffix(5) == ["withdrawNotification", "cancelPurchaseOrder", "releaseBudget", "notify", "recordAudit"]
        )
    }

    @Test func `a cancellation while an effect is under way waits for its end and then undoes it`() async throws {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 1000))
        // The clock stands still: the request comes between two steps of the environment.
        try await order.cancel()
        await #expect(throws: WorkflowClosedError.self) { try await company.result(order) }
        #expect(try await company.budget.available == Money(taka: 500_000))
        #expect(try await company.orders.filter { $0.state == "created" }.isEmpty)
    }

    @Test func `every effect can be repeated, and none happens after its undoing`() async throws {
        let company = try await Company()
        defer { company.close() }
        let budget = SQLBudgetService(database: company.database)
        let purchasing = SQLPurchasingService(database: company.database)
        let key = OrderKey(tenant: "default", orderId: "A", workflowId: "w", runId: "r1")
        func request(_ key: OrderKey) -> BudgetRequest {
            BudgetRequest(
                order: key,
                department: "operations",
                fiscalYear: FiscalYear(containing: Company.time),
                amount: Money(taka: 400_000),
                time: Company.time
            )
        }
        #expect(try await budget.reserve(request(key)).isReserved)
        #expect(try await budget.reserve(request(key)).isReserved)
        #expect(try await company.budget.reserved == Money(taka: 400_000))
        try await budget.commit(key, at: Company.time)
        try await budget.commit(key, at: Company.time)
        #expect(try await company.budget.committed == Money(taka: 400_000))
        try await budget.release(key, at: Company.time)
        try await budget.release(key, at: Company.time)
        #expect(try await company.budget.available == Money(taka: 500_000))
        #expect(try await budget.reserve(request(key)).isReserved == false)
        await #expect(throws: ApplicationError.self) { try await budget.commit(key, at: Company.time) }
        #expect(try await purchasing.cancel(key, at: Company.time) == nil)
        var late = key
        late.runId = "r2"
        try await budget.release(late, at: Company.time)
        #expect(try await budget.reserve(request(late)).reason == "the work on order A by this run was undone")
    }

    @Test func `a released order cannot be taken up again by a late step, and only its own run is released`()
        async throws
    {
        let company = try await Company()
        defer { company.close() }
        let budget = SQLBudgetService(database: company.database)
        let purchasing = SQLPurchasingService(database: company.database)
        let holds = SQLOrderHoldService(database: company.database)
        func key(_ order: String, _ run: String) -> OrderKey {
            OrderKey(tenant: "default", orderId: order, workflowId: "w-\(order)", runId: run)
        }
        func reserve(_ key: OrderKey) async throws -> Bool {
            let request = BudgetRequest(
                order: key,
                department: "operations",
                fiscalYear: FiscalYear(containing: Company.time),
                amount: Money(taka: 1000),
                time: Company.time
            )
            return try await budget.reserve(request).isReserved
        }
        func create(_ key: OrderKey) async throws -> String {
            let items = company.order(key.orderId, taka: 1000).items
            return try await purchasing.create(
                PurchaseOrderRequest(
                    order: key,
                    fiscalYear: FiscalYear(containing: Company.time),
                    vendorId: "V-1",
                    department: "operations",
                    requestedBy: "rahim",
                    items: items,
                    amount: Money(taka: 1000),
                    time: Company.time
                )
            )
        }
        func release(_ key: OrderKey) async throws -> Bool {
            try await holds.release(key, because: "stuck", by: "lina@desk", at: Company.time)
        }
        #expect(try await holds.claim(of: "A", in: "default") == .unknown)
        #expect(try await reserve(key("A", "r1")))
        // The run was ended between the two halves of its last step: budget bound, no number yet.
        try await budget.commit(key("A", "r1"), at: Company.time)
        #expect(try await holds.holds(of: "default").map(\.order) == [key("A", "r1")])
        #expect(try await !release(key("A", "r2")))
        #expect(try await release(key("A", "r1")))
        #expect(try await !release(key("A", "r1")))
        #expect(try await holds.claim(of: "A", in: "default") == .released)
        await #expect(throws: ApplicationError.self) { try await create(key("A", "r1")) }
        await #expect(throws: ApplicationError.self) { try await budget.commit(key("A", "r1"), at: Company.time) }
        #expect(try await company.budget.available == Money(taka: 500_000))
        #expect(try await company.audit.map(\.details) == ["BDT 1,000.00 of operations for FY2026-27: stuck"])

        #expect(try await reserve(key("B", "r1")))
        try await budget.commit(key("B", "r1"), at: Company.time)
        let number = try await create(key("B", "r1"))
        #expect(try await holds.claim(of: "B", in: "default") == .ordered(number: number))
        #expect(try await holds.holds(of: "default").isEmpty)
        await #expect(throws: ApplicationError.self) { try await release(key("B", "r1")) }
        #expect(try await company.budget.committed == Money(taka: 1000))
        // Ended in the middle of its undoing: the number is cancelled, the budget not yet given back.
        _ = try await purchasing.cancel(key("B", "r1"), at: Company.time)
        #expect(try await holds.holds(of: "default").map(\.order.orderId) == ["B"])
        #expect(try await release(key("B", "r1")))
        #expect(try await company.budget.available == Money(taka: 500_000))
        #expect(try await company.orders.map(\.state) == ["cancelled"])
    }
}
