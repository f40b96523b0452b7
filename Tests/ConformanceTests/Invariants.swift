import History
import Synchronization
import Testing
import WorkflowAPI

extension ConformanceHarness {
    /// Checks every run of every namespace: its history on its own, the derived rows against the fold of the history,
    /// and the named invariants of the primary rows.
    ///
    /// With `onlyChanged`, runs that did not change since the last check are skipped.
    func checkInvariants(onlyChanged: Bool = false, sourceLocation: SourceLocation = #_sourceLocation) async throws {
        for namespace in try await store.listNamespaces().map(\.namespace) {
            var request = ListWorkflowsRequest(namespace: namespace, limit: 1000)
            var counted: [WorkflowStatus: Int] = [:]
            while true {
                let page = try await store.list(request)
                for line in page {
                    counted[line.status, default: 0] += 1
                    try await check(line, onlyChanged: onlyChanged, sourceLocation)
                }
                guard page.count == request.limit, let last = page.last else { break }
                request.after = last.pageKey
            }
            if !onlyChanged { try await verify(sourceLocation) }
            request.after = nil
            let count = try await store.count(request)
            #expect(count == counted, sourceLocation: sourceLocation)
        }
    }

    /// What `verify` finds: nothing, unless something is wrong.
    func verify(_ location: SourceLocation = #_sourceLocation) async throws {
        let summary = try await StoreVerification(jobs: 1).run(over: store) {
            Issue.record("verify: \($0.kind) \($0.line)", sourceLocation: location)
        }
        #expect(summary.uncheckedRows.isEmpty, sourceLocation: location)
    }

    private func check(_ line: WorkflowSummary, onlyChanged: Bool, _ location: SourceLocation) async throws {
        let run = RunTarget.run(line.namespace, line.execution)
        let state = try await store.read(run)
        let version = state.execution.stateVersion
        let known = checkedVersions.withLock { $0.updateValue(version, forKey: line.execution) }
        if onlyChanged, known == version { return }
        let events = try await store.events(run, after: 0, through: .max)
        do {
            try RunInvariants(state: state, events: events).check()
        } catch let broken as BrokenInvariant {
            Issue.record(
                "\(line.execution): \(broken); \(events.map(\.type.testDescription))",
                sourceLocation: location
            )
        }
        #expect(line.historyLength == Int64(events.count), sourceLocation: location)
        #expect(line.status == state.execution.status, sourceLocation: location)
        #expect(line.startTime == events.first?.time, sourceLocation: location)
    }
}

/// What holds of a run between any two transitions.
struct RunInvariants {
    let state: MutableState
    let events: [HistoryEvent]

    /// Throws ``BrokenInvariant`` at the first that does not hold.
    func check() throws {
        try checkNumbers()
        try checkDerivedRows()
        try checkWorkflowTaskGrammar()
        try checkActivityClosings()
        try checkPrimaryRows()
        try checkNothingIsStranded()
    }

    func require(_ holds: Bool, _ what: @autoclosure () -> String) throws {
        if !holds { throw BrokenInvariant(what()) }
    }

    /// Ids without gaps, times that do not go back, a close event only at the end.
    private func checkNumbers() throws {
        try require(events.first?.type == .started, "a history begins with its started event")
        try require(events.map(\.id) == Array(1...Int64(events.count)), "ids have gaps: \(events.map(\.id))")
        let times = events.map(\.time)
        try require(zip(times, times.dropFirst()).allSatisfy { $0 <= $1 }, "event times go back")
        for event in events.dropLast() {
            try require(!event.attributes.closesRun, "event \(event.id) closes the run but is not the last")
        }
        let closes = events.last?.attributes.closesRun ?? false
        try require(closes == state.execution.status.isClosed, "status and last event disagree")
    }

    /// Derived rows are the fold of the history, but for what the buffer has closed already.
    private func checkDerivedRows() throws {
        guard case .workflowExecutionStarted(let started)? = events.first?.attributes, let first = events.first else {
            throw BrokenInvariant("a history begins with its started event")
        }
        let row = state.execution
        var fold = MutableState(
            beginning: started,
            runID: row.execution.runID,
            in: row.namespace,
            at: first.time
        )
        for event in events { try fold.apply(event) }
        for arrived in state.buffered {
            if let closed = arrived.attributes.closedActivityOfCase { fold.closeActivity(closed) }
            if case .timerFired(let fired) = arrived.attributes { fold.closeTimer(fired.startedEventID) }
        }
        try require(DerivedColumns(fold.execution) == DerivedColumns(row), "derived columns differ from the fold")
        try require(
            fold.activities.loaded.map(DerivedActivity.init) == state.activities.loaded.map(DerivedActivity.init),
            "pending activities differ from the fold"
        )
        try require(fold.timers.loaded == state.timers.loaded, "pending timers differ from the fold")
    }

    /// What has no events has no business in the rows, and the other way round.
    private func checkPrimaryRows() throws {
        let row = state.execution
        try require(Int(row.bufferedEventCount) == state.buffered.count, "the count of buffered events is wrong")
        try require(Int(row.pendingActivityCount) == state.activities.loaded.count, "the activity count is wrong")
        try require(Int(row.pendingTimerCount) == state.timers.loaded.count, "the timer count is wrong")
        if row.status.isClosed {
            try require(row.workflowTask == nil, "a closed run has a workflow task")
            try require(state.buffered.isEmpty, "a closed run has buffered events")
            try require(state.activities.loaded.isEmpty && state.timers.loaded.isEmpty, "a closed run has rows")
            try require(row.due == nil, "a closed run is due")
        }
        if !state.buffered.isEmpty {
            try require(row.workflowTask?.phase == .started, "events are buffered though nobody has the task")
        }
        for activity in state.activities.loaded {
            try require(activity.attempt >= 1 && activity.claim.number <= row.lastClaim, "an attempt is out of range")
            if let limit = activity.retryPolicy?.maximumAttempts, limit > 0 {
                try require(Int(activity.attempt) <= limit, "an attempt is beyond the maximum")
            }
        }
    }

    /// Whatever came since the code last looked gives it a turn.
    private func checkNothingIsStranded() throws {
        guard state.execution.status == .running, state.execution.workflowTask == nil else { return }
        let unseen = events.filter { $0.id > state.execution.lastStartedEventID && $0.attributes.isArrival }
        try require(unseen.isEmpty, "no turn is coming for events \(unseen.map(\.id))")
        try require(state.execution.lastStartedEventID > 0, "the run never had a turn")
    }
}
