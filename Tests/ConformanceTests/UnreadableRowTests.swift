import Database
import Foundation
import History
import Synchronization
import Testing
import WorkflowAPI
import WorkflowTesting

/// A run whose row is damaged must not hold up anybody else.
struct UnreadableRowTests {
    @Test func `timers, retries, polls and lost sessions of others go on beside a run that cannot be read`()
        async throws
    {
        let directory = FileManager.default.temporaryDirectory.appending(path: "unreadable-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: directory) }
        let database = try SQLiteDatabase(path: directory.appending(path: "w.db").path, mode: .createIfMissing)
        defer { database.close() }
        let clock = ManualEngineClock()
        let told = Mutex<[String]>([])
        let store = try await SQLiteHistoryStore(database: database, clock: { clock.now() }) { line in
            told.withLock { $0.append(line) }
        }
        let h = ConformanceHarness(over: store, clock: clock, seed: 1)

        // Both fail an activity, so that both have a retry due; then the failure of the first is damaged.
        for id in ["bad", "good"] as [WorkflowID] {
            try await h.start(id)
            try await h.complete(try await h.take(), [.activity()])
            try await h.fail(try await h.takeActivity())
        }
        try await database.write {
            try $0.execute("UPDATE activity SET last_failure = x'ff' WHERE run_key = 1")
        }
        try await h.advance(by: .seconds(1))
        let retried = try await h.takeActivity()
        #expect(retried.execution.workflowID == "good" && retried.attempt == 2)
        #expect(told.withLock { $0.count } == 1)
        #expect(told.withLock { $0.first?.hasPrefix("workflow 'bad' run ") } == true)
        // Nothing else is due, and the store does not say that it is: no loop spins.
        let next = try await store.runDue(limit: 8).next
        #expect(next.map { $0 > clock.now() } == true)

        // A damaged execution row does not stop the polls of its queue, nor the end of a session that had it.
        try await h.complete(retried)
        let worker = try await h.register("worker-c")
        _ = try await h.take(worker)
        try await h.start("other")
        try await h.signal("news", "bad")
        let lost = try await h.take(worker)
        try await database.write {
            try $0.execute("UPDATE execution SET memo = x'ff', task_session = \(worker.session) WHERE run_key = 1")
        }
        try await h.store.closeSession(worker.session)
        try await h.advance(by: .seconds(1))
        var taken: Set<WorkflowID> = []
        while let task = try await h.poll() { taken.insert(task.execution.workflowID) }
        #expect(taken.contains(lost.execution.workflowID) || lost.execution.workflowID == "bad")
        #expect(taken.isSuperset(of: ["good", "other"]))

        // Mended, it goes on by itself.
        try await database.write {
            try $0.execute("UPDATE execution SET memo = NULL WHERE run_key = 1")
            try $0.execute("UPDATE activity SET last_failure = NULL WHERE run_key = 1")
        }
        try await h.advance(by: .seconds(61))
        #expect(try await h.takeActivity().execution.workflowID == "bad")
    }

    @Test func `a poller that waits does not make a damaged history refuse what is sent to its run`() async throws {
        let (h, store, database, directory) = try await Self.open()
        defer { database.close(); try? FileManager.default.removeItem(at: directory) }
        try await h.start("bad")
        try await h.complete(try await h.take(), [.activity()])
        let activity = try await h.takeActivity()
        try await database.write { try $0.execute("UPDATE history SET events = x'ff' WHERE first_event_id = 1") }
        let poll = Task {
            try await h.service.pollWorkflowTask(
                PollTaskRequest(namespace: .default, taskQueue: .main, worker: .a, timeout: .seconds(60))
            )
        }
        await h.clock.waitForSleepers()
        try await h.signal("news", "bad")
        _ = try? await poll.value
        try await h.complete(activity)
        let row = try await store.read(.current(.default, "bad")).execution
        #expect(row.signalCount == 1)
    }

    @Test func `a due row that its run knows nothing of is left alone, and what fires beside it fires once`()
        async throws
    {
        let (h, store, database, directory) = try await Self.open()
        defer { database.close(); try? FileManager.default.removeItem(at: directory) }
        for id in ["bad", "good"] as [WorkflowID] {
            try await h.start(id)
            try await h.complete(try await h.take(), [.timer("t1", .seconds(5))])
        }
        try await database.write { try $0.execute("UPDATE execution SET pending_timers = 0 WHERE run_key = 1") }
        try await h.advance(by: .seconds(5))
        #expect(try await h.types("good").contains(.timerFired))
        let before = database.counters.commits
        let next = try await store.runDue(limit: 8).next
        #expect(next.map { $0 > h.clock.now() } == true)
        #expect(database.counters.commits == before)
    }

    private static func open() async throws -> (ConformanceHarness, SQLiteHistoryStore, SQLiteDatabase, URL) {
        let directory = FileManager.default.temporaryDirectory.appending(path: "unreadable-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let database = try SQLiteDatabase(path: directory.appending(path: "w.db").path, mode: .createIfMissing)
        let clock = ManualEngineClock()
        let store = try await SQLiteHistoryStore(database: database, clock: { clock.now() })
        return (ConformanceHarness(over: store, clock: clock, seed: 1), store, database, directory)
    }
}
