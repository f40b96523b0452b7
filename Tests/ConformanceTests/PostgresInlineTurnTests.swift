#if PostgreSQL
import Database
import History
import PostgresServer
import TestDatabases
import Testing
import WorkflowAPI
import WorkflowTesting

/// Workflow tasks that are run in the transaction that hands them out.
@Suite(.enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable)), .serialized)
struct PostgresInlineTurnTests {
    @Test func `a workflow of one step is three transactions, its start included`() async throws {
        let place = try await PostgresPlace()
        #expect(place.h.service.capabilities.contains(.inlineTurns))
        try await place.h.start("warm")
        try await place.h.turn([.complete()])
        let before = place.database.statistics.roundTrips
        try await place.h.start("one")
        let first = TurnOffer([.activity()])
        let task = try #require(try await place.poll(offering: first))
        #expect(first.task?.history.map(\.type) == [.started, .taskScheduled, .taskStarted])
        #expect(first.task?.token == task.token)
        let activity = try #require(first.recorded?.activityTasks.first)
        let last = TurnOffer([.complete()])
        let next = try await place.complete(activity, offering: last)
        #expect(next.workflowTask?.token == last.task?.token)
        #expect(last.recorded == NextTasks())
        #expect(place.database.statistics.roundTrips - before <= 6)
        #expect(
            try await place.types("one") == [
                .started, .taskScheduled, .taskStarted, .taskCompleted, .activityScheduled, .activityStarted,
                .activityCompleted, .taskScheduled, .taskStarted, .taskCompleted, .completed,
            ]
        )
        let rows =
            "SELECT count(*) FROM workflow.history h JOIN workflow.execution e USING (run_key) "
            + "WHERE e.workflow_id = 'one'"
        #expect(try place.server.run(rows, in: place.name) == "3", "the events of a transaction are one row")
        await place.h.close()
    }

    @Test func `whoever waits for a task may be handed it run`() async throws {
        let place = try await PostgresPlace()
        let offer = TurnOffer([.activity()])
        async let polled = place.poll(offering: offer, timeout: .seconds(60))
        // Whichever is first: a start that finds nobody waiting leaves its task to the poll.
        try await place.h.start("matched")
        let task = try #require(try await polled)
        #expect(task.execution.workflowID == "matched")
        #expect(offer.recorded?.activityTasks.count == 1)
        await place.h.close()
    }

    @Test func `code that is not done in time is handed out, and completes by itself`() async throws {
        let place = try await PostgresPlace()
        try await place.h.start("late")
        let offer = TurnOffer(nil)
        let task = try #require(try await place.poll(offering: offer))
        #expect(offer.end == .handedOut && offer.task?.token == task.token)
        try await place.h.complete(task, [.complete()])
        #expect(try await place.h.describe("late").summary.status == .completed)
        await place.h.close()
    }

    @Test func `a transaction that is undone says so, and its task is handed out as another attempt`() async throws {
        let place = try await PostgresPlace()
        try await place.h.start("cut")
        let offer = TurnOffer([.activity()]) { place.cutConnections() }
        let polled: WorkflowTask?
        do {
            polled = try await place.poll(offering: offer)
        } catch let error as WorkflowServiceError where error.code == .outcomeUnknown {
            // The commit was on its way by the time that the cut was noticed.
            polled = try await place.h.poll()
        }
        let task = try #require(polled)
        #expect(offer.end == .undone)
        #expect(try await place.types("cut") == [.started, .taskScheduled, .taskStarted])
        try await place.h.complete(task, [.complete()])
        #expect(try await place.h.describe("cut").summary.status == .completed)
        await place.h.close()
    }

    @Test func `the answer to an attempt that has none after it does not wait for code`() async throws {
        let place = try await PostgresPlace()
        var once = RetryPolicy()
        once.maximumAttempts = 1
        for (id, retry, failures) in [("once", once, 0), ("again", RetryPolicy(), 1)] {
            try await place.h.start(WorkflowID(id))
            let first = TurnOffer([.activity(retry: retry)])
            _ = try await place.poll(offering: first)
            var activity = try #require(first.recorded?.activityTasks.first)
            if failures > 0 {
                try await place.h.fail(activity)
                place.h.clock.advance(by: .seconds(2))
                _ = try await place.h.store.runDue(limit: 10)
                activity = try await place.h.takeActivity()
            }
            let offer = TurnOffer([.complete()])
            let next = try await place.complete(activity, offering: offer)
            #expect(offer.task == nil, "\(id)")
            try await place.h.complete(try #require(next.workflowTask), [.complete()])
        }
        await place.h.close()
    }

    @Test func `a refused command fails the task, and the next attempt is not run where others wait`() async throws {
        let place = try await PostgresPlace()
        try await place.h.start("bad")
        let bad = TurnOffer([.activity(type: "")])
        _ = try await place.poll(offering: bad)
        #expect(bad.recorded == NextTasks(areCommandsRefused: true))
        #expect(try await place.types("bad").last == .taskFailed)
        place.h.clock.advance(by: .seconds(1))
        _ = try await place.h.store.runDue(limit: 10)
        let offer = TurnOffer([.complete()])
        let task = try #require(try await place.poll(offering: offer))
        #expect(offer.task == nil && task.attempt == 2)
        try await place.h.complete(task, [.complete()])
        await place.h.close()
    }

    @Test func `what arrives meanwhile waits for its turn and is not lost`() async throws {
        let place = try await PostgresPlace()
        try await place.h.start("told")
        let h = place.h
        let (signals, continuation) = AsyncStream.makeStream(of: Task<Void, any Error>.self)
        let offer = TurnOffer([.timer()]) {
            continuation.yield(Task { try await h.signal("hello", "told") })
            continuation.finish()
        }
        _ = try await place.poll(offering: offer)
        #expect(offer.recorded != nil)
        for await signal in signals { try await signal.value }
        let task = try #require(try await place.h.poll())
        #expect(task.history.map(\.type).contains(.signaled))
        await place.h.close()
    }

    @Test func `a death before the commit counts, is not taken for the next one, and ends running in transactions`()
        async throws
    {
        let place = try await PostgresPlace()
        try await place.h.start("deadly")
        let execution = try await place.h.describe("deadly").summary.execution
        // What a worker noted of a task whose transaction died with it.
        let lost = TaskToken(
            namespace: .default,
            execution: execution,
            runKey: try await place.h.store.execution(.current(.default, "deadly")).runKey,
            scheduledEventID: 2,
            startedEventID: 3,
            attempt: 1,
            claim: 1
        )
        for _ in 0..<2 { try await place.h.service.reportCrash(of: lost, worker: .a, message: "died") }
        #expect(try await place.h.store.execution(.current(.default, "deadly")).workflowTask?.crashes == 1)
        let offer = TurnOffer([.complete()])
        let task = try #require(try await place.poll(offering: offer))
        #expect(offer.task == nil && task.token.claim == 2)
        try await place.h.service.reportCrash(of: task.token, worker: .a, message: "died")
        #expect(try await place.h.store.execution(.current(.default, "deadly")).workflowTask?.crashes == 2)
        await place.h.close()
    }

    @Test func `a run that has another key than it had is found by its id`() async throws {
        let place = try await PostgresPlace()
        try await place.h.start("moved")
        let runID = try await place.h.describe("moved").summary.execution.runID
        // As when it was deleted, and copied here anew.
        try place.server.run(
            """
            SET search_path = workflow; SET session_replication_role = replica;
            UPDATE execution SET run_key = run_key + 1 WHERE workflow_id = 'moved';
            UPDATE current_execution SET run_key = run_key + 1 WHERE workflow_id = 'moved';
            UPDATE history SET run_key = run_key + 1 WHERE run_key + 1 IN (SELECT run_key FROM execution);
            """,
            in: place.name
        )
        try await place.h.signal("hello", "moved", runID: runID)
        #expect(try await place.types("moved").last == .signaled)
        await place.h.close()
    }
}
#endif
