import History
import Testing
import WorkflowAPI

@Suite(.serialized) struct TransferTests {
    private func exports(_ harness: ConformanceHarness) async throws -> [RunExport] {
        var found: [RunExport] = []
        let extent = try await harness.store.extent(RunFilter())
        for name in try await harness.store.runs(RunFilter(), after: 0, through: extent.lastKey, limit: 10_000) {
            let record = try #require(try await harness.store.record(of: name.runKey))
            found.append(try RunExport(record))
        }
        return found
    }

    /// The seed is the argument, which a failure names.
    @Test(arguments: [ConformanceStore.memory, .sqlite], UInt64(1)...60)
    func `whatever happened, all runs go on in another store`(store: ConformanceStore, seed: UInt64) async throws {
        var sequence = try await RandomSequence(store: store, seed: seed + 5000)
        let before = sequence.harness
        let other: ConformanceStore = store == .memory ? .sqlite : .memory
        do {
            try await sequence.wander(steps: 40)
            let exports = try await exports(before)
            let (target, removeFiles) = try await other.make(clock: before.clock)
            let after = ConformanceHarness(over: target, clock: before.clock, seed: seed)
            for export in exports {
                let json = try export.json()
                #expect(try RunExport(json: json.utf8) == export)
                #expect(try HistoryJSON.decode(json.utf8) == export.events, "it is a history of Temporal's")
                try await after.store.importRun(RunExport(json: json.utf8))
            }
            try await after.checkInvariants()
            try await expectSame(before, after, exports)
            sequence.move(to: after)
            try await sequence.finish()
            await after.close()
            removeFiles()
        } catch {
            Issue.record("seed \(seed): \(error)\n\(sequence.log.joined(separator: "\n"))")
        }
        await before.close()
    }

    /// What nobody was at work on is what it was; what was under way is as if its worker had died.
    private func expectSame(
        _ before: ConformanceHarness,
        _ after: ConformanceHarness,
        _ exports: [RunExport]
    ) async throws {
        for export in exports {
            let target = RunTarget.run(export.run.namespace, export.run.execution)
            let (old, new) = (try await before.store.read(target), try await after.store.read(target))
            let events = try await after.store.events(target, after: 0, through: .max)
            #expect(Array(events.prefix(export.events.count)) == export.events)
            let wasAtWork =
                old.execution.workflowTask?.phase == .started
                || old.activities.loaded.contains { $0.phase == .started }
            if !wasAtWork {
                #expect(events.count == export.events.count)
                #expect(DerivedColumns(new.execution) == DerivedColumns(old.execution))
                #expect(new.buffered == old.buffered)
                #expect(new.timers.loaded == old.timers.loaded)
                #expect(
                    new.activities.loaded.map(\.withoutSession) == old.activities.loaded.map(\.withoutSession)
                )
                #expect(new.execution.workflowTask?.attempt == old.execution.workflowTask?.attempt)
            }
            #expect(new.execution.stickyQueue == nil)
            #expect(new.execution.workflowTask?.phase != .started)
            #expect(!new.activities.loaded.contains { $0.phase == .started })
            let current = RunTarget.current(export.run.namespace, export.run.execution.workflowID)
            #expect(
                (try await after.store.read(current).execution.execution == export.run.execution)
                    == export.run.isCurrent
            )
        }
    }

    @Test(arguments: ConformanceStore.allCases)
    func `an attempt under way is lost with its worker, and the policy decides`(store: ConformanceStore) async throws {
        let (from, to) = (try await ConformanceHarness(store: store), try await ConformanceHarness(store: store))
        try await from.start()
        let retry = RetryPolicy(initialInterval: .seconds(1), maximumAttempts: 2)
        let timeouts = ActivityTimeouts(startToClose: .seconds(60))
        try await from.complete(
            try #require(try await from.poll()),
            [
                .activity("1", timeouts: timeouts, retry: retry),
                .activity("2", timeouts: timeouts, retry: RetryPolicy(maximumAttempts: 1)),
                .activity("3", timeouts: timeouts, retry: retry),
            ]
        )
        let first = try #require(try await from.pollActivity())
        try await from.heartbeat(first, details: [.text("half")])
        _ = try #require(try await from.pollActivity())
        let export = try #require(try await exports(from).first)
        try await to.store.importRun(export)
        try await to.verify()
        let pending = try await to.describe().pendingActivities
        #expect(pending.map(\.activityID) == ["1", "3"])
        #expect(pending.first?.attempt == 2 && pending.first?.lastFailure?.message.hasPrefix("worker lost") == true)
        #expect(pending.last?.attempt == 1)
        #expect(
            try await to.types().suffix(3) == [.activityTaskStarted, .activityTaskTimedOut, .workflowTaskScheduled]
        )
        let third = try #require(try await to.pollActivity())
        #expect(third.activityID == "3")
        try await to.advance(by: .seconds(2))
        let again = try #require(try await to.pollActivity())
        #expect(again.activityID == "1" && again.heartbeatDetails == [.text("half")])
        await from.close()
        await to.close()
    }

    @Test(arguments: ConformanceStore.allCases)
    func `a run is refused that is here, that cannot be, or that would be a second open one`(
        store: ConformanceStore
    ) async throws {
        let (from, to) = (
            try await ConformanceHarness(store: store), try await ConformanceHarness(store: store, seed: 9)
        )
        try await from.start()
        try await from.signal("news", requestID: "n-1")
        let export = try #require(try await exports(from).first)
        try await to.store.importRun(export)
        await to.refused(.alreadyStarted) { try await to.store.importRun(export) }
        var other = export
        other.run.execution.runID = "another-run"
        await to.refused(.alreadyStarted) { try await to.store.importRun(other) }
        other.run.namespace = "nowhere"
        await to.refused(.notFound) { try await to.store.importRun(other) }
        for (index, change) in Self.impossible.enumerated() {
            var wrong = export
            wrong.run.execution.runID = RunID("wrong-\(index)")
            change(&wrong)
            await to.refused(.invalidArgument) { try await to.store.importRun(wrong) }
        }
        #expect(try await to.store.extent(RunFilter()).count == 1, "a refusal leaves nothing behind")
        try await to.signal("news", requestID: "n-1")
        #expect(try await to.types().filter { $0 == .workflowExecutionSignaled }.count == 1, "a repeat is known")
        try await to.terminate()
        await to.refused(.alreadyStarted) { try await to.store.importRun(export) }
        await from.close()
        await to.close()
    }

    private static let impossible: [@Sendable (inout RunExport) -> Void] = [
        { $0.events = [] }, { $0.events.removeFirst() }, { $0.events.append($0.events[0]) },
        { $0.run.execution.workflowID = "other" }, { $0.run.execution.runID = "" }, { $0.run.task = nil },
        { $0.run.task?.phase = 9 }, { $0.run.requests = [] },
        {
            var activity = RunExport.Activity()
            activity.scheduledEventID = 2
            $0.run.activities = [activity]
        },
    ]
}

extension PendingActivity {
    fileprivate var withoutSession: PendingActivity {
        var row = self
        row.claim.session = 0
        return row
    }
}
