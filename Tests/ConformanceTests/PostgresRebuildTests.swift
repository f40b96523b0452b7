#if PostgreSQL
import Database
import History
import PostgresServer
import TestDatabases
import Testing
import WorkflowAPI
import WorkflowTesting

/// What `rebuild` does on PostgreSQL to rows that somebody has damaged by hand.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable)))
struct PostgresRebuildTests {
    @Test func `rebuild leads workflow ids to their open run, or the newest`() async throws {
        let server = try PostgresServer.shared
        let name = try await PostgresStores.borrow(server)
        let clock = ManualEngineClock()
        let h = ConformanceHarness(over: try await PostgresStores.open(server, name, clock: clock), clock: clock)
        for _ in 0..<2 {
            try await h.start("closed")
            try await h.turn([.complete()])
            clock.advance(by: .seconds(1))
        }
        try await h.start("open")
        try await h.turn([.complete()])
        clock.advance(by: .seconds(1))
        let open = try await h.start("open").execution
        let newest = try await h.describe("closed").summary.execution
        try server.run(
            """
            UPDATE workflow.current_execution c SET run_key = (SELECT min(run_key) FROM workflow.execution e
                WHERE e.workflow_id = c.workflow_id) WHERE workflow_id = 'open';
            DELETE FROM workflow.current_execution WHERE workflow_id = 'closed';
            INSERT INTO workflow.current_execution VALUES (1, 'nobody', 4711)
            """,
            in: name
        )
        #expect(try await h.store.structuralProblems().allSatisfy { $0.nextStep.hasPrefix("'rebuild --workflow-id") })
        #expect(try await h.store.structuralProblems().count == 3)
        let rehearsed = try await h.store.repairWorkflowIDs(RunFilter(), isRehearsal: true)
        #expect(rehearsed.map(\.workflowID) == ["closed", "nobody", "open"])
        #expect(rehearsed.map(\.runID) == [newest.runID, nil, open.runID])
        #expect(try await h.store.structuralProblems().count == 3)
        #expect(try await h.store.repairWorkflowIDs(RunFilter(), isRehearsal: false) == rehearsed)
        #expect(try await h.store.structuralProblems().isEmpty)
        #expect(try await h.describe("open").summary.execution.runID == open.runID)
        #expect(try await h.describe("closed").summary.execution.runID == newest.runID)
        await h.close()
        PostgresStores.giveBack(server, name)
    }
}
#endif
