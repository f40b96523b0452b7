#if PostgreSQL
import ChildProcesses
import Foundation
import History
import PostgresServer
import Testing
import WorkflowAPI

/// Workflow code that ends its process, on PostgreSQL, where it is run in the transaction that hands its task out: what was
/// not committed with it must not come again and again.
@Suite(.enabled(if: PostgresServer.isAvailable, "\(PostgresServer.unavailable)"), .serialized)
struct PostgresCrashTests {
    @Test(.timeLimit(.minutes(5)))
    func `code that traps is quarantined, the activity before it runs twice at most, and others finish`() async throws {
        let workers = try await PostgresWorkers(try PostgresServer.shared)
        try await workers.begin("BadSequel", "sequel", .json("\"sequel\""))
        try await workers.begin("BadWorkflow", "first", .json("7"))
        try await workers.begin("BadLocal", "local", .json("7"))
        for number in 0..<20 { try await workers.begin("Good", "good-\(number)", .json("\"n\(number)\"")) }
        var deaths = 0
        var worker = try workers.start("worker-0")
        try await workers.wait(.seconds(120), for: "the quarantine of three and the end of the others") {
            if !worker.isRunning {
                deaths += 1
                worker = try workers.start("worker-\(deaths)")
            }
            let done = try await workers.engine.service.countWorkflows(ListWorkflowsRequest())[.completed]
            for id in ["sequel", "first", "local"] where try await workers.problem(of: id) != .quarantined {
                return false
            }
            return done == 20
        }
        // Three of each that count, and for each one before that does not, as nothing of it was committed.
        #expect((3...12).contains(deaths), "\(deaths) deaths")
        print("deaths of workers until all three were quarantined: \(deaths)")
        #expect(workers.has("paid-sequel-1"))
        #expect(!workers.has("paid-sequel-3"), "the payment was made twice at most")
        worker.terminate()
        worker.waitUntilExit()
        await workers.remove(replaying: false)
    }
}

extension PostgresWorkers {
    fileprivate func begin(_ type: String, _ id: String, _ input: Payload) async throws {
        _ = try await engine.service.startWorkflow(
            StartWorkflowRequest(
                workflowID: WorkflowID(id),
                workflowType: type,
                taskQueue: "crashes",
                input: [input],
                identity: "test",
                requestID: UUID().uuidString
            )
        )
    }

    fileprivate func problem(of id: String) async throws -> WorkflowProblem? {
        let request = DescribeWorkflowRequest(workflowID: WorkflowID(id))
        return try await engine.service.describeWorkflow(request).summary.problem
    }
}
#endif
