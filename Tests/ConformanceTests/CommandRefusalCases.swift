import Testing
import WorkflowAPI

/// A command that cannot become an event fails the task; nothing else of the answer counts.
enum CommandRefusalCases {
    static let all: [ConformanceCase] = [
        refusal("an activity without a time limit", .badScheduleActivityAttributes) {
            .activity(timeouts: ActivityTimeouts(heartbeat: .seconds(1)))
        },
        refusal("an activity with a negative time limit", .badScheduleActivityAttributes) {
            .activity(timeouts: ActivityTimeouts(startToClose: .seconds(10), heartbeat: .seconds(-1)))
        },
        refusal("an activity without an id", .badScheduleActivityAttributes) { .activity("") },
        refusal("an activity without a type", .badScheduleActivityAttributes) { .activity(type: "") },
        refusal("an activity with an over-long type", .badScheduleActivityAttributes) {
            .activity(type: String(repeating: "x", count: 1001))
        },
        refusal("an activity on a queue whose name holds a line break", .badScheduleActivityAttributes) {
            .activity(queue: "a\nb")
        },
        refusal("an activity whose retry coefficient is under one", .badScheduleActivityAttributes) {
            .activity(retry: RetryPolicy(backoffCoefficient: 0.5))
        },
        refusal("an activity whose maximum interval is under the initial one", .badScheduleActivityAttributes) {
            .activity(retry: RetryPolicy(initialInterval: .seconds(10), maximumInterval: .seconds(5)))
        },
        refusal("an activity whose input is too large", .payloadsTooLarge) {
            .activity(input: [
                Payload(encoding: Payload.binaryEncoding, data: Array(repeating: 0, count: 2 * 1024 * 1024))
            ])
        },
        refusal("a timer without an id", .badStartTimerAttributes) { .timer("") },
        refusal("a timer with a negative time", .badStartTimerAttributes) { .timer("t", .seconds(-1)) },
        refusal("the cancellation of a timer that does not run", .badCancelTimerAttributes) { .cancelTimer("t9") },
        refusal("the cancellation of an unknown activity", .badRequestCancelActivityAttributes) {
            .cancelActivity(99)
        },
        refusal("a second timer under the id of the first", .startTimerDuplicateID, after: [.timer("t1")]) {
            .timer("t1")
        },
        refusal("a second activity under the id of the first", .scheduleActivityDuplicateID, after: [.activity("a1")]) {
            .activity("a1")
        },
        ConformanceCase("an id of an earlier turn is taken while it is pending and free afterwards") { h in
            try await h.start()
            try await h.turn([.activity("a1"), .activity("a2"), .timer("t1", .seconds(5))])
            try await h.signal("more")
            try await h.turn([.activity("a1")])
            #expect(try await h.describe().workflowTask?.lastFailureCause == .scheduleActivityDuplicateID)
            try await h.advance(by: .milliseconds(100))
            try await h.turn([.timer("t1")])
            #expect(try await h.describe().workflowTask?.lastFailureCause == .startTimerDuplicateID)
            try await h.complete(try await h.takeActivity())
            try await h.advance(by: .seconds(5))
            try await h.turn([.activity("a1"), .timer("t1"), .activity("a3"), .timer("t2")])
            #expect(try await h.describe().pendingActivities.map(\.activityID).sorted() == ["a1", "a2", "a3"])
            #expect(try await h.describe().pendingTimers.map(\.timerID).sorted() == ["t1", "t2"])
        },
        refusal("an activity whose header is too large", .payloadsTooLarge) {
            .scheduleActivity(
                .init(
                    activityID: "1",
                    activityType: "Charge",
                    header: ["trace": .large],
                    input: [],
                    timeouts: ActivityTimeouts(startToClose: .seconds(1))
                )
            )
        },
        refusal("a marker whose detail is too large", .payloadsTooLarge) {
            .recordMarker(.init(markerName: "note", details: ["text": [.large]]))
        },
        refusal("a cancellation whose details are too large", .payloadsTooLarge) {
            .cancelWorkflow(.init(details: [.large]))
        },
        refusal("a marker without a name", .badRecordMarkerAttributes) { .marker("") },
        refusal("a result that is too large", .payloadsTooLarge) {
            .complete([
                Payload(encoding: Payload.binaryEncoding, data: Array(repeating: 0, count: 2 * 1024 * 1024))
            ])
        },
        ConformanceCase("a refused command is undone with all commands before it and the next attempt can succeed") {
            h in
            try await h.start()
            try await h.turn([.timer("t1"), .activity(), .cancelTimer("t9")])
            #expect(try await h.describe().pendingTimers.isEmpty)
            #expect(try await h.describe().pendingActivities.isEmpty)
            #expect(try await h.pollActivity() == nil)
            try await h.advance(by: .milliseconds(100))
            try await h.turn([.timer("t1")])
            #expect(try await h.types() == .taken + [.taskFailed] + .turn + [.timerStarted])
        },
        ConformanceCase("a refused command keeps what arrived meanwhile") { h in
            try await h.start()
            let task = try await h.take()
            try await h.signal("approve")
            try await h.complete(task, [.cancelTimer("t9")])
            #expect(try await h.types() == .taken + [.taskFailed, .signaled])
            try await h.advance(by: .milliseconds(100))
            #expect(try await h.take().history.map(\.type).contains(.signaled))
        },
    ]

    /// A case that sends `command` between two good ones.
    private static func refusal(
        _ what: String,
        _ cause: WorkflowTaskFailedCause,
        after earlier: [Command] = [],
        _ command: @escaping @Sendable () -> Command
    ) -> ConformanceCase {
        ConformanceCase("\(what) fails the workflow task") { h in
            try await h.start()
            let task = try await h.take()
            try await h.complete(task, [.marker("before")] + earlier + [command(), .marker("after")])
            #expect(try await h.types() == .taken + [.taskFailed])
            guard case .workflowTaskFailed(let failed) = try await h.attributes(4) else { throw UnexpectedEvent() }
            #expect(failed.cause == cause)
            #expect(failed.scheduledEventID == 2 && failed.startedEventID == 3)
            #expect(failed.failure?.message.isEmpty == false)
            let pending = try #require(try await h.describe().workflowTask)
            #expect(pending.attempt == 2 && pending.lastFailureCause == cause && !pending.started)
            await h.refused(.staleTask) { try await h.complete(task) }
        }
    }
}
