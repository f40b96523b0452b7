import Foundation
import Testing
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

@Suite(.serialized) struct OrderReplayTests {
    @Test func `an exported history replays against today's code, and a changed one does not`() async throws {
        let company = try await Company()
        defer { company.close() }
        let order = try await company.start(company.order("A", taka: 60_000))
        try await company.environment.settle()
        try await order.signal(\.approve, ApprovalSignal(approver: "karim"))
        _ = try await company.result(order)
        let json = try HistoryJSON.encode(try await company.environment.history(of: "A"))
        let replayer = WorkflowReplayer(ERPPack.workflows)
        try replayer.replay(json: Array(json.utf8))
        let changed = json.replacing("reserveBudget", with: "grabBudget")
        #expect(throws: NondeterminismReport.self) { try replayer.replay(json: Array(changed.utf8)) }
        #expect(throws: ReplayError.self) { try replayer.replay(json: Array("{}".utf8)) }
        #expect(throws: ReplayError.self) { try replayer.replay(json: Array("nonsense".utf8)) }
    }
}
