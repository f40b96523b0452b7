import History
import Testing
import WorkflowAPI
import WorkflowTesting

enum ActivityTimeoutCases {
    private static let once = RetryPolicy(maximumAttempts: 1)

    static let all: [ConformanceCase] = [
        ConformanceCase("schedule-to-start ends an activity that nobody takes, without a retry") { h in
            try await h.start()
            try await h.turn([
                .activity(timeouts: ActivityTimeouts(scheduleToStart: .seconds(5), startToClose: .seconds(10)))
            ])
            try await h.advance(by: .milliseconds(4999))
            #expect(try await h.types() == .turned + [.activityScheduled])
            try await h.advance(by: .milliseconds(1))
            #expect(try await h.types() == .turned + [.activityScheduled, .activityTimedOut, .taskScheduled])
            let closing = try await h.timedOut(6)
            #expect(closing.timeoutType == .scheduleToStart && closing.startedEventID == 0)
            #expect(closing.retryState == .nonRetryableFailure)
            #expect(try await h.pollActivity() == nil)
        },
        ConformanceCase("schedule-to-start counts for each attempt from the end of its pause") { h in
            try await h.start()
            try await h.turn([
                .activity(timeouts: ActivityTimeouts(scheduleToStart: .seconds(5), startToClose: .seconds(60)))
            ])
            try await h.advance(by: .seconds(4))
            let first = try await h.takeActivity()
            try await h.advance(by: .seconds(30))
            try await h.fail(first)
            try await h.advance(by: .seconds(5))
            #expect(try await h.types() == .turned + [.activityScheduled])
            try await h.advance(by: .seconds(1))
            #expect(try await h.types() == .turned + [.activityScheduled, .activityTimedOut, .taskScheduled])
            let closing = try await h.timedOut(6)
            #expect(closing.timeoutType == .scheduleToStart)
            #expect(closing.failure.cause?.message == "no luck")
        },
        ConformanceCase("start-to-close ends an attempt and the policy retries it") { h in
            try await h.start()
            try await h.turn([.activity()])
            let late = try await h.takeActivity()
            try await h.advance(by: .seconds(10))
            #expect(try await h.types() == .turned + [.activityScheduled])
            await h.refused(.staleTask) { try await h.complete(late) }
            let pending = try #require(try await h.describe().pendingActivities.first)
            #expect(pending.attempt == 2 && pending.nextAttemptTime == h.now + .seconds(1))
            #expect(pending.lastFailure?.info == .timeout(type: .startToClose, lastHeartbeatDetails: []))
            try await h.advance(by: .seconds(1))
            #expect(try await h.takeActivity().attempt == 2)
        },
        ConformanceCase("start-to-close of the last attempt closes the activity") { h in
            try await h.start()
            try await h.turn([.activity(retry: once)])
            _ = try await h.takeActivity()
            try await h.advance(by: .seconds(10))
            let types = try await h.types()
            #expect(types == .turned + [.activityScheduled, .activityStarted, .activityTimedOut, .taskScheduled])
            let closing = try await h.timedOut(7)
            #expect(closing.timeoutType == .startToClose && closing.startedEventID == 6)
            #expect(closing.retryState == .maximumAttemptsReached)
        },
        ConformanceCase("a limit of one attempt after which no other fits in is the end of the time for all") { h in
            try await h.start()
            let timeouts = ActivityTimeouts(scheduleToClose: .seconds(10), startToClose: .milliseconds(9500))
            try await h.turn([.activity(timeouts: timeouts)])
            _ = try await h.takeActivity()
            try await h.advance(by: .milliseconds(9500))
            let closing = try await h.timedOut(7)
            #expect(closing.timeoutType == .scheduleToClose && closing.retryState == .timeout)
            #expect(closing.failure.cause?.info == .timeout(type: .startToClose, lastHeartbeatDetails: []))
        },
        ConformanceCase("schedule-to-close ends a taken activity whatever its policy says") { h in
            try await h.start()
            try await h.turn([.activity(timeouts: ActivityTimeouts(scheduleToClose: .seconds(30)))])
            try await h.advance(by: .seconds(20))
            _ = try await h.takeActivity()
            try await h.advance(by: .seconds(10))
            let types = try await h.types()
            #expect(types == .turned + [.activityScheduled, .activityStarted, .activityTimedOut, .taskScheduled])
            #expect(try await h.timedOut(7).timeoutType == .scheduleToClose)
        },
        ConformanceCase("schedule-to-close ends an activity that waits for its next attempt") { h in
            try await h.start()
            try await h.turn([
                .activity(
                    timeouts: ActivityTimeouts(scheduleToClose: .seconds(30)),
                    retry: RetryPolicy(initialInterval: .seconds(30))
                )
            ])
            try await h.fail(try await h.takeActivity())
            try await h.advance(by: .seconds(29))
            #expect(try await h.describe().pendingActivities.count == 1)
            try await h.advance(by: .seconds(1))
            #expect(try await h.types() == .turned + [.activityScheduled, .activityTimedOut, .taskScheduled])
            #expect(try await h.timedOut(6).timeoutType == .scheduleToClose)
        },
        ConformanceCase("a missing heartbeat ends an attempt and the policy retries it") { h in
            try await h.start()
            try await h.turn([
                .activity(timeouts: ActivityTimeouts(startToClose: .seconds(60), heartbeat: .seconds(5)))
            ])
            let task = try await h.takeActivity()
            try await h.advance(by: .seconds(4))
            try await h.heartbeat(task, details: [.text("page 3")])
            try await h.advance(by: .seconds(4))
            try await h.heartbeat(task, details: [.text("page 7")])
            try await h.advance(by: .milliseconds(4999))
            #expect(try await h.describe().pendingActivities.first?.attempt == 1)
            try await h.advance(by: .milliseconds(1))
            let pending = try #require(try await h.describe().pendingActivities.first)
            #expect(pending.attempt == 2)
            #expect(
                pending.lastFailure?.info == .timeout(type: .heartbeat, lastHeartbeatDetails: [.text("page 7")])
            )
            await h.refused(.staleTask) { try await h.heartbeat(task) }
        },
        ConformanceCase("the last heartbeat details are handed to the next attempt") { h in
            try await h.start()
            try await h.turn([.activity()])
            let first = try await h.takeActivity()
            try await h.heartbeat(first, details: [.text("page 3")])
            try await h.fail(first)
            try await h.advance(by: .seconds(1))
            let second = try await h.takeActivity()
            #expect(second.heartbeatDetails == [.text("page 3")])
            try await h.fail(second, details: [.text("page 9")])
            try await h.advance(by: .seconds(2))
            #expect(try await h.takeActivity().heartbeatDetails == [.text("page 9")])
        },
        ConformanceCase("a heartbeat writes nothing and shows in describe") { h in
            try await h.start()
            try await h.turn([.activity()])
            let task = try await h.takeActivity()
            try await h.advance(by: .seconds(2))
            let answer = try await h.heartbeat(task)
            #expect(!answer.cancelRequested)
            #expect(try await h.types() == .turned + [.activityScheduled])
            #expect(try await h.describe().pendingActivities.first?.lastHeartbeatTime == h.now)
        },
        ConformanceCase("the two timeouts that are retried can be excluded by name") { h in
            for (id, type, limits) in [
                ("order-1", "TemporalTimeout:StartToClose", ActivityTimeouts(startToClose: .seconds(5))),
                (
                    "order-2", "TemporalTimeout:Heartbeat",
                    ActivityTimeouts(startToClose: .seconds(60), heartbeat: .seconds(5))
                ),
            ] {
                try await h.start(WorkflowID(id))
                try await h.turn([.activity(timeouts: limits, retry: RetryPolicy(nonRetryableErrorTypes: [type]))])
                _ = try await h.takeActivity()
                try await h.advance(by: .seconds(5))
                #expect(try await h.timedOut(7, WorkflowID(id)).retryState == .nonRetryableFailure)
                try await h.terminate(WorkflowID(id))
            }
        },
        ConformanceCase("a clock set back neither ends an attempt early nor twice") { h in
            try await h.start()
            try await h.turn([.activity(retry: once)])
            _ = try await h.takeActivity()
            try await h.advance(by: .seconds(10))
            let before = try await h.types()
            h.clock.advance(by: .seconds(-3600))
            try await h.fireDue()
            try await h.advance(by: .seconds(3600))
            #expect(try await h.types() == before)
        },
    ]
}

extension HistoryEvent.ActivityTaskTimedOut {
    var timeoutType: TimeoutType? {
        if case .timeout(let type, _) = failure.info { type } else { nil }
    }
}

extension ConformanceHarness {
    /// The attributes of an event that has to be the timeout of an activity.
    func timedOut(_ eventID: Int64, _ id: WorkflowID = .order) async throws -> HistoryEvent.ActivityTaskTimedOut {
        guard case .activityTaskTimedOut(let closing) = try await attributes(eventID, id) else {
            throw UnexpectedEvent()
        }
        return closing
    }
}
