import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// What simulations have found, without them.
@Suite struct FoundBySimulationTests {
    @Test func `an order that is cancelled while the task of its approval is being closed leaves none open`()
        async throws
    {
        let company = try await Company()
        defer { company.close() }
        let order = company.order("PO-1", taka: 60_000)
        let handle = try await company.start(order)
        try await company.environment.settle()
        #expect(try await company.rows("SELECT state FROM erp_task") == ["open"])
        try await handle.signal(\.reject, RejectionSignal(approver: "karim", reason: "no"))
        // Up to where the closing waits for a worker.
        let closing = ExpectedEvent.activityScheduled(ApprovalActivities.close.name)
        while (try? await company.environment.history(of: handle.workflowID).expectInOrder(closing)) == nil {
            guard try await company.environment.advance() else { break }
        }
        try await handle.cancel(reason: "not needed")
        _ = try? await company.result(handle)
        #expect(try await handle.describe().summary.status != .running)
        #expect(try await company.rows("SELECT state FROM erp_task WHERE state = 'open'") == [])
    }

    @Test(arguments: [true, false])
    func `an order that is cancelled while a question of it is being settled leaves none open`(
        isAnswered: Bool
    ) async throws {
        let company = try await Company()
        defer { company.close() }
        let handle = try await company.start(company.order("PO-1", taka: 60_000))
        try await company.environment.settle()
        try await handle.signal(\.requestInfo, InfoRequestSignal(requestedBy: "karim", question: "which site?"))
        try await company.environment.settle()
        #expect(try await company.rows("SELECT state FROM erp_task") == ["open", "open"])
        if isAnswered {
            try await handle.signal(\.provideInfo, InfoAnswerSignal(answer: "Savar", providedBy: "rahim"))
        }
        // Up to where the news of the answer, or of there being none, waits for a worker.
        let announced = ExpectedEvent.activityScheduled(ApprovalActivities.announce.name)
        let changed = ExpectedEvent.activityScheduled(ApprovalActivities.change.name)
        func waits() async throws -> Bool {
            let history = try await company.environment.history(of: handle.workflowID)
            let news: ()? =
                isAnswered
                ? try? history.expectInOrder(announced, announced, announced) : try? history.expectInOrder(changed)
            return news != nil
        }
        while try await !waits() { guard try await company.environment.advance() else { break } }
        try await handle.cancel(reason: "not needed")
        _ = try? await company.result(handle)
        #expect(try await handle.describe().summary.status == .canceled)
        #expect(try await company.rows("SELECT state FROM erp_task WHERE state = 'open'") == [])
    }
}
