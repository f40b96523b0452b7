import Testing
import WorkflowAPI

@testable import History

/// Limits that would take a conformance case ten thousand requests to reach.
struct LimitTests {
    private func begun() throws -> Transition {
        let request = StartWorkflowRequest(
            workflowID: "order-1",
            workflowType: "Order",
            taskQueue: "main",
            requestID: "r"
        )
        return try Transition(starting: request, runID: "run-1", at: Timestamp(nanoseconds: 1_000_000_000))
    }

    private func completion(_ run: Transition, _ command: Command) throws -> CompleteWorkflowTaskRequest {
        CompleteWorkflowTaskRequest(
            token: try run.workflowTaskToken(),
            worker: WorkerIdentity(identity: "a"),
            commands: [command]
        )
    }

    private func signal(_ id: String) -> SignalWorkflowRequest {
        SignalWorkflowRequest(workflowID: "order-1", signalName: "news", requestID: id)
    }

    @Test func `a run takes ten thousand signals and no more`() throws {
        var run = try begun()
        run.state.execution.signalCount = 9_999
        try run.signal(signal("last"))
        let refusal = #expect(throws: WorkflowServiceError.self) { try run.signal(signal("one too many")) }
        #expect(refusal?.code == .limitExceeded)
        #expect(run.state.execution.signalCount == 10_000)
    }

    @Test func `signals that wait in the buffer count too`() throws {
        var run = try begun()
        run.state.execution.signalCount = 9_998
        _ = try run.startWorkflowTask(by: WorkerIdentity(identity: "a"), requestID: "")
        try run.signal(signal("one"))
        try run.signal(signal("two"))
        #expect(throws: WorkflowServiceError.self) { try run.signal(signal("one too many")) }
        #expect(run.state.buffered.count == 2)
    }

    @Test func `one pending activity or timer too many fails the task`() throws {
        let activity = Command.ScheduleActivity(
            activityID: "1",
            activityType: "Charge",
            timeouts: ActivityTimeouts(startToClose: .seconds(1))
        )
        let timer = Command.StartTimer(timerID: "1", startToFireTimeout: .seconds(1))
        for (command, cause) in [
            (Command.scheduleActivity(activity), WorkflowTaskFailedCause.pendingActivitiesLimitExceeded),
            (.startTimer(timer), .badStartTimerAttributes),
        ] {
            for count in [Int64(1999), 2000] {
                var run = try begun()
                _ = try run.startWorkflowTask(by: WorkerIdentity(identity: "a"), requestID: "")
                run.state.execution.pendingActivityCount = count
                run.state.execution.pendingTimerCount = count
                try run.completeWorkflowTask(try completion(run, command))
                let isAccepted = run.state.execution.workflowTask == nil
                #expect(isAccepted == (count < 2000))
                if !isAccepted { #expect(run.state.execution.workflowTask?.lastFailureCause == cause) }
            }
        }
    }

    @Test func `a long history is told to continue as new`() throws {
        for (next, expected) in [(Int64(4096), false), (4097, true)] {
            var run = try begun()
            run.state.execution.nextEventID = next
            _ = try run.startWorkflowTask(by: WorkerIdentity(identity: "a"), requestID: "")
            guard case .workflowTaskStarted(let started)? = run.events.last?.attributes else {
                Issue.record("the task was not started")
                return
            }
            #expect(started.suggestContinueAsNew == expected)
        }
    }

    @Test func `an event that cannot follow is a broken invariant and not a crash`() throws {
        var state = try begun().state
        let marker = HistoryEvent.Attributes.markerRecorded(.init(markerName: "m", workflowTaskCompletedEventID: 1))
        let time = state.execution.lastEventTime
        #expect(throws: BrokenInvariant.self) { try state.apply(HistoryEvent(id: 9, time: time, attributes: marker)) }
        #expect(throws: BrokenInvariant.self) {
            try state.apply(HistoryEvent(id: 3, time: time + .seconds(-1), attributes: marker))
        }
        try state.apply(HistoryEvent(id: 3, time: time, attributes: marker))
        #expect(state.execution.nextEventID == 4)
    }

    @Test func `rows outside the read set cannot be looked at`() throws {
        let part = RowSet<PendingTimer>([:], isWhole: false)
        #expect(throws: BrokenInvariant.self) { try part.all() }
        #expect(part.loaded.isEmpty)
    }
}
