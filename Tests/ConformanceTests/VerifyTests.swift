import Database
import Foundation
import History
import Testing
import WorkflowAPI
import WorkflowTesting

/// A store with a run of each kind, which a test damages with SQL of its own.
struct DamagedStore {
    let harness: ConformanceHarness
    let directory: URL
    private let database: SQLiteDatabase

    init(keys: HistoryKeys? = nil) async throws {
        directory = FileManager.default.temporaryDirectory.appending(path: "damage-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        var options = SQLiteDatabase.Options()
        options.synchronous = "OFF"
        let path = directory.appending(path: "workflow.db").path
        database = try SQLiteDatabase(path: path, mode: .createIfMissing, options: options)
        let clock = ManualEngineClock()
        let store = try await SQLiteHistoryStore(database: database, clock: { clock.now() }, historyKeys: keys)
        harness = ConformanceHarness(over: store, clock: clock)
    }

    /// `order-1`: an activity (event 5) in its second attempt, a timer (event 6), a signal (event 7), a turn that waits.
    /// `done`: a timer that fired and an activity that was completed, closed.
    func fill() async throws {
        try await harness.start("order-1")
        let retry = RetryPolicy(initialInterval: .seconds(1), maximumAttempts: 3)
        let task = try #require(try await harness.poll())
        try await harness.complete(
            task,
            [
                .activity("1", timeouts: ActivityTimeouts(startToClose: .seconds(10)), retry: retry),
                .timer("1", .seconds(3600)),
            ]
        )
        let attempt = try #require(try await harness.pollActivity())
        try await harness.fail(attempt, .application("no"))
        try await harness.signal("news", "order-1", requestID: "news-1")
        try await harness.start("done") { $0.taskQueue = "done" }
        let first = try #require(try await harness.poll(queue: "done"))
        try await harness.complete(
            first,
            [.timer("1", .seconds(5)), .activity("1", timeouts: ActivityTimeouts(startToClose: .seconds(10)))]
        )
        let activity = try #require(try await harness.pollActivity(queue: "done"))
        try await harness.advance(by: .seconds(6))
        try await harness.complete(activity)
        let last = try #require(try await harness.poll(queue: "done"))
        try await harness.complete(last, [.complete()])
    }

    func execute(_ sql: String, _ values: [StoreValue] = []) async throws {
        try await database.write { try $0.execute(sql, values) }
    }

    /// Changes the stored events of a run, and chains them anew as somebody would who knows how.
    func rewrite(_ id: WorkflowID, _ change: @escaping @Sendable (inout [HistoryEvent]) -> Void) async throws {
        let state = try await harness.store.read(.current(.default, id))
        var events = try await harness.events(id)
        change(&events)
        let bytes = HistoryCodec.encode(events)
        let run = state.execution
        let link = HistoryChain.link(after: [], run.execution.runID, firstEventID: 1, bytes, keys: nil)
        try await execute("DELETE FROM history WHERE run_key = ?", [.integer(run.runKey)])
        try await execute(
            "INSERT INTO history (run_key, first_event_id, format, events, chain) VALUES (?, 1, 1, ?, ?)",
            [.integer(run.runKey), .blob(bytes), .blob(link)]
        )
        try await execute(
            "UPDATE execution SET chain_head = ?, history_size = ? WHERE run_key = ?",
            [.blob(link), .integer(Int64(bytes.count)), .integer(run.runKey)]
        )
    }

    func problems(_ verification: StoreVerification = StoreVerification()) async throws -> [StoreProblem] {
        var problems: [StoreProblem] = []
        _ = try await verification.run(over: store) { problems.append($0) }
        return problems
    }

    var store: any HistoryStore { harness.store }

    func close() async {
        await harness.store.close()
        try? FileManager.default.removeItem(at: directory)
    }
}

/// Damage, and how it has to be named.
struct Damage: Sendable, CustomTestStringConvertible {
    var name: String
    var kind: StoreProblem.Kind
    var event: Int64?
    var words: String
    /// `rebuild` mends it.
    var isMended = false
    var sql = ""
    var edit: (@Sendable (inout [HistoryEvent]) -> Void)?
    var id: WorkflowID = "order-1"

    var testDescription: String { name }

    private static func row(_ sets: String) -> String { "UPDATE execution SET \(sets) WHERE workflow_id = 'order-1'" }

    static let ofRows: [Damage] = [
        Damage(
            name: "status",
            kind: .derived,
            words: "the status is completed, by the history running",
            isMended: true,
            sql: row("status = 2")
        ),
        Damage(
            name: "count",
            kind: .derived,
            words: "the number of signals is 7, by the history 1",
            isMended: true,
            sql: row("signals = 7")
        ),
        Damage(
            name: "type",
            kind: .derived,
            words: "the type is Other, by the history Order",
            isMended: true,
            sql: row("workflow_type = 'Other'")
        ),
        Damage(
            name: "memo",
            kind: .derived,
            words: "the memo differs from the history",
            isMended: true,
            sql: row("memo = x'0a070a0161120212006d'").replacingOccurrences(of: "006d", with: "00")
        ),
        Damage(
            name: "due",
            kind: .derived,
            words: "the time at which the run is looked at next is wrong",
            isMended: true,
            sql: row("due = 1")
        ),
        Damage(
            name: "queue of the task",
            kind: .derived,
            words: "looked for is not the one where it waits",
            isMended: true,
            sql: row("dispatch_queue = 'lost'")
        ),
        Damage(
            name: "listed problem",
            kind: .listing,
            words: "a listing shows something else",
            isMended: true,
            sql: row("problem = 'quarantined'")
        ),
        Damage(
            name: "size",
            kind: .derived,
            words: "the size of the history is 1, by the history",
            isMended: true,
            sql: row("history_size = 1")
        ),
        Damage(
            name: "timer gone",
            kind: .derived,
            event: 6,
            words: "timer '1' runs, but has no row",
            isMended: true,
            sql: "DELETE FROM timer"
        ),
        Damage(
            name: "timer moved",
            kind: .derived,
            event: 6,
            words: "timer '1' differs",
            isMended: true,
            sql: "UPDATE timer SET fire_time = fire_time + 1"
        ),
        Damage(
            name: "activity gone",
            kind: .derived,
            event: 5,
            words: "activity '1' is open, but has no row",
            isMended: true,
            sql: "DELETE FROM activity"
        ),
        Damage(
            name: "activity type",
            kind: .derived,
            event: 5,
            words: "activity '1': the type is x",
            isMended: true,
            sql: "UPDATE activity SET activity_type = 'x'"
        ),
        Damage(
            name: "activity too many",
            kind: .derived,
            event: 99,
            words: "has a row, but is not open",
            isMended: true,
            sql: """
                INSERT INTO activity SELECT run_key, 99, namespace_id, '99', activity_type, task_queue, input, header,
                schedule_to_close, schedule_to_start, start_to_close, heartbeat, retry_policy, scheduled_time,
                cancel_requested_event_id, phase, attempt, visible_time, started_time, claim, session, identity,
                last_failure, heartbeat_details, last_heartbeat_time, crashes, blamed_claim, due, problem FROM activity
                """
        ),
        Damage(
            name: "unreadable activity",
            kind: .derived,
            words: "its pending activities cannot be read",
            isMended: true,
            sql: "UPDATE activity SET phase = 77"
        ),
        Damage(
            name: "attempts",
            kind: .attempts,
            event: 5,
            words: "is at attempt 9, its policy allows 3",
            sql: "UPDATE activity SET attempt = 9"
        ),
        Damage(
            name: "claim",
            kind: .primary,
            event: 5,
            words: "an attempt or a claim that cannot be",
            sql: "UPDATE activity SET claim = 900"
        ),
        Damage(
            name: "no turn",
            kind: .stranded,
            event: 7,
            words: "no turn is coming",
            sql: row("task_scheduled_event_id = NULL, dispatch_queue = NULL, task_phase = NULL")
        ),
        Damage(
            name: "unreadable row",
            kind: .unreadable,
            words: "the row of the run cannot be read",
            sql: row("task_phase = 55")
        ),
        Damage(
            name: "signal lost",
            kind: .signal,
            words: "'news-2' was acknowledged, but is not in the history",
            sql: """
                INSERT INTO request SELECT namespace_id, workflow_id, 1, 'news-2', run_key FROM execution
                WHERE workflow_id = 'order-1'
                """
        ),
        Damage(
            name: "request forgotten",
            kind: .signal,
            words: "a repeat would count twice",
            sql: "DELETE FROM request WHERE kind = 1"
        ),
        Damage(
            name: "buffer",
            kind: .derived,
            words: "1 events are buffered, its row says 0",
            sql: """
                INSERT INTO buffered_event SELECT run_key, 0, x'1800' FROM execution WHERE workflow_id = 'order-1'
                """
        ),
    ]

    static let ofHistory: [Damage] = [
        Damage(
            name: "a byte",
            kind: .chain,
            event: 3,
            words: "the chain breaks",
            sql: """
                UPDATE history SET events = CAST(replace(CAST(events AS TEXT), 'a', 'b') AS BLOB)
                WHERE first_event_id = 3 AND run_key = 1
                """
        ),
        Damage(
            name: "a row is gone",
            kind: .numbering,
            event: 4,
            words: "events 3 to 3 are missing",
            sql: "DELETE FROM history WHERE first_event_id = 3 AND run_key = 1"
        ),
        Damage(
            name: "the last row is gone",
            kind: .chain,
            words: "does not end with the link",
            sql:
                "DELETE FROM history WHERE run_key = 1 AND first_event_id = (SELECT max(first_event_id) FROM history WHERE run_key = 1)"
        ),
        Damage(
            name: "unknown form",
            kind: .unreadable,
            event: 3,
            words: "cannot be read",
            sql: "UPDATE history SET format = 9 WHERE first_event_id = 3 AND run_key = 1"
        ),
        Damage(name: "an event is gone", kind: .numbering, event: 6, words: "events 5 to 5 are missing") {
            $0.remove(at: 4)
        },
        Damage(name: "time goes back", kind: .numbering, event: 4, words: "is older than the event before it") {
            $0[3].time = .zero
        },
        Damage(name: "timer early", kind: .timer, event: 7, words: "fires timer 1 before its time", id: "done") {
            for index in 6..<$0.count { $0[index].time = $0[4].time }
        },
        Damage(name: "something after the end", kind: .closing, event: 14, words: "comes after event", id: "done") {
            let last = $0[$0.count - 1]
            $0.append(HistoryEvent(id: last.id + 1, time: last.time, attributes: last.attributes))
        },
        Damage(name: "no end", kind: .closing, words: "but no end of the run", id: "done") { $0.removeLast() },
        Damage(name: "closed twice", kind: .reference, words: "which is not open", id: "done") { events in
            guard let index = events.firstIndex(where: { $0.type == .activityTaskCompleted }) else { return }
            events.insert(events[index], at: index)
            for next in index + 1..<events.count { events[next].id += 1 }
        },
        Damage(name: "timer of nobody", kind: .reference, event: 7, words: "which does not run", id: "done") {
            $0[6].attributes = .timerFired(.init(timerID: "7", startedEventID: 5))
        },
        Damage(name: "a signal twice", kind: .signal, event: 8, words: "with request id 'news-1' once more") {
            var again = $0[6]
            again.id = 8
            $0.insert(again, at: 7)
            for next in 8..<$0.count { $0[next].id += 1 }
        },
        Damage(name: "attempts of the past", kind: .attempts, words: "is attempt 0", id: "done") { events in
            for index in events.indices {
                guard case .activityTaskStarted(var started) = events[index].attributes else { continue }
                started.attempt = 0
                events[index].attributes = .activityTaskStarted(started)
            }
        },
        Damage(name: "another task", kind: .reference, event: 5, words: "comes of the workflow task that event 2") {
            guard case .activityTaskScheduled(var scheduled) = $0[4].attributes else { return }
            scheduled.workflowTaskCompletedEventID = 2
            $0[4].attributes = .activityTaskScheduled(scheduled)
        },
    ]

    private init(
        name: String,
        kind: StoreProblem.Kind,
        event: Int64? = nil,
        words: String,
        isMended: Bool = false,
        sql: String = "",
        id: WorkflowID = "order-1",
        edit: (@Sendable (inout [HistoryEvent]) -> Void)? = nil
    ) {
        self.name = name
        self.kind = kind
        self.event = event
        self.words = words
        self.isMended = isMended
        self.sql = sql
        self.id = id
        self.edit = edit
    }
}

@Suite(.serialized) struct VerifyTests {
    private func withStore(_ body: (DamagedStore) async throws -> Void) async throws {
        let store = try await DamagedStore()
        do {
            try await store.fill()
            #expect(try await store.problems() == [])
            try await body(store)
        } catch {
            await store.close()
            throw error
        }
        await store.close()
    }

    @Test(arguments: Damage.ofRows + Damage.ofHistory)
    func `damage is found, and named with run, event and next step`(damage: Damage) async throws {
        try await withStore { store in
            if let edit = damage.edit { try await store.rewrite(damage.id, edit) }
            if !damage.sql.isEmpty { try await store.execute(damage.sql) }
            let problems = try await store.problems()
            let found = problems.filter { $0.kind == damage.kind && $0.what.contains(damage.words) }
            #expect(!found.isEmpty, "\(problems.map { "\($0.kind) \($0.line)" })")
            #expect(found.allSatisfy { $0.execution?.workflowID == damage.id })
            if let event = damage.event { #expect(found.contains { $0.eventID == event }, "\(found)") }
            #expect(problems.allSatisfy { !$0.line.contains("\n") && !$0.nextStep.isEmpty })
            #expect(
                problems.allSatisfy { $0.execution?.workflowID == damage.id },
                "the other runs are whole: \(problems)"
            )
        }
    }

    @Test(arguments: Damage.ofRows)
    func `rebuild makes derived rows anew, and leaves primary rows alone`(damage: Damage) async throws {
        try await withStore { store in
            let before = try await store.harness.store.read(.current(.default, damage.id))
            try await store.execute(damage.sql)
            let damaged = try await store.problems()
            guard let record = try await store.store.record(of: before.execution.runKey) else { return }
            guard damage.isMended, let made = try? RunRebuild(record) else {
                #expect(!damage.isMended, "\(damaged)")
                return
            }
            #expect(!made.changes.isEmpty)
            #expect(try await store.problems() == damaged, "looking changes nothing")
            try await store.store.repair(before.execution.runKey) { try RunRebuild($0)?.state }
            #expect(try await store.problems() == [])
            let after = try await store.harness.store.read(.current(.default, damage.id))
            #expect(after.execution.workflowTask == before.execution.workflowTask)
            #expect(after.execution.stateVersion > before.execution.stateVersion)
            #expect(after.timers.loaded == before.timers.loaded)
            // A row that was gone, or could not be read, has lost its attempts.
            if !["activity gone", "unreadable activity"].contains(damage.name) {
                #expect(after.activities.loaded == before.activities.loaded)
            }
            let task = try #require(try await store.harness.poll())
            try await store.harness.complete(task, [.complete()])
            #expect(try await store.problems() == [])
        }
    }

    @Test func `a run is not made anew from a history that is shorter than its row remembers`() async throws {
        try await withStore { store in
            let key = try await store.harness.store.read(.current(.default, "order-1")).execution.runKey
            try await store.execute(
                """
                DELETE FROM history WHERE run_key = \(key)
                    AND first_event_id = (SELECT max(first_event_id) FROM history WHERE run_key = \(key))
                """
            )
            let problems = try await store.problems()
            #expect(problems.contains { $0.kind == .derived })
            #expect(!problems.contains { $0.nextStep.hasPrefix("'rebuild") }, "\(problems)")
            let record = try #require(try await store.store.record(of: key))
            let refusal = #expect(throws: WorkflowServiceError.self) { try RunRebuild(record) }
            #expect(refusal?.message.contains("its history is damaged (the chain does not end with the link") == true)
            #expect(try await store.problems() == problems, "the evidence stays")
        }
    }

    @Test func `verify finds nothing while others are at work`() async throws {
        try await withStore { store in
            let harness = store.harness
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    for number in 0..<60 {
                        let id = WorkflowID("busy-\(number)")
                        try await harness.start(id) { $0.taskQueue = "busy" }
                        try await harness.signal("news", id)
                        guard let task = try await harness.poll(queue: "busy") else { continue }
                        try await harness.signal("more", id)
                        let timeouts = ActivityTimeouts(startToClose: .seconds(10))
                        try await harness.complete(
                            task,
                            [.activity("1", timeouts: timeouts), .timer("1", .seconds(5))]
                        )
                        if let activity = try await harness.pollActivity(queue: "busy") {
                            try await harness.complete(activity)
                        }
                    }
                }
                group.addTask {
                    for _ in 0..<20 {
                        let found = try await store.problems()
                        #expect(found == [])
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.problems() == [])
        }
    }

    @Test func `rows that belong to nothing are the store's own problem`() async throws {
        try await withStore { store in
            try await store.execute("INSERT INTO timer VALUES (77, 1, '1', 5)")
            try await store.execute("UPDATE current_execution SET run_key = 2 WHERE workflow_id = 'order-1'")
            try await store.execute("DELETE FROM current_execution WHERE workflow_id = 'done'")
            let lines = try await store.problems().filter { $0.kind == .store }.map(\.line)
            #expect(lines.contains("the store: timer has rows of run key 77, which does not exist; restore a backup"))
            #expect(lines.contains { $0.contains("workflow id 'order-1' leads to no run of its own") })
            #expect(lines.contains { $0.contains("workflow id 'done' has runs, but leads to none of them") })
            #expect(
                lines.contains {
                    $0.hasSuffix("; 'rebuild --workflow-id done' leads it to its open run, or the newest")
                }
            )
        }
    }

    @Test func `rebuild leads workflow ids to their runs again`() async throws {
        try await withStore { store in
            try await store.execute("UPDATE current_execution SET run_key = 2 WHERE workflow_id = 'order-1'")
            try await store.execute("DELETE FROM current_execution WHERE workflow_id = 'done'")
            try await store.execute("INSERT INTO current_execution VALUES (1, 'nobody', 4711)")
            let administration = store.harness.store
            let only = RunFilter(workflowID: "done")
            let rehearsed = try await administration.repairWorkflowIDs(RunFilter(), isRehearsal: true)
            #expect(rehearsed.map(\.workflowID) == ["done", "nobody", "order-1"])
            #expect(rehearsed.map { $0.runID == nil } == [false, true, false])
            #expect(try await administration.repairWorkflowIDs(only, isRehearsal: false).map(\.workflowID) == ["done"])
            #expect(try await administration.repairWorkflowIDs(RunFilter(), isRehearsal: false).count == 2)
            #expect(try await administration.repairWorkflowIDs(RunFilter(), isRehearsal: false).isEmpty)
            #expect(try await store.problems() == [])
            try await store.harness.signal("hello", "order-1")
        }
    }
}

/// Another engine on a file that is open already.
enum StoreOnFile {
    static func use(
        _ path: String,
        _ clock: ManualEngineClock,
        _ keys: HistoryKeys?,
        _ body: (ConformanceHarness) async throws -> Void
    ) async throws {
        var options = SQLiteDatabase.Options()
        options.synchronous = "OFF"
        let database = try SQLiteDatabase(path: path, mode: .mustExist, options: options)
        let store = try await SQLiteHistoryStore(database: database, clock: { clock.now() }, historyKeys: keys)
        try await body(ConformanceHarness(over: store, clock: clock, seed: 7))
        await store.close()
    }
}
