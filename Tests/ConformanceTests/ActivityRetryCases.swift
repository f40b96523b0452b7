import History
import Testing
import WorkflowAPI
import WorkflowTesting

enum ActivityRetryCases {
    static let all: [ConformanceCase] = [
        ConformanceCase("retries follow the default policy to the second and write no events") { h in
            try await h.start()
            try await h.turn([.activity()])
            var pauses: [Duration] = []
            for attempt in 1...10 {
                let task = try await h.takeActivity()
                #expect(Int(task.attempt) == attempt)
                try await h.fail(task)
                let next = try #require(try await h.describe().pendingActivities.first?.nextAttemptTime)
                pauses.append(next - h.now)
                try await h.advance(by: next - h.now - .milliseconds(1))
                #expect(try await h.pollActivity() == nil)
                try await h.advance(by: .milliseconds(1))
            }
            #expect(pauses == [1, 2, 4, 8, 16, 32, 64, 100, 100, 100].map { .seconds($0) })
            #expect(try await h.types() == .turned + [.activityScheduled])
        },
        ConformanceCase("intervals follow coefficient and maximum of the policy") { h in
            try await h.start()
            let policy = RetryPolicy(
                initialInterval: .milliseconds(500),
                backoffCoefficient: 3,
                maximumInterval: .seconds(10)
            )
            try await h.turn([.activity(retry: policy)])
            var pauses: [Duration] = []
            for _ in 1...5 {
                try await h.fail(try await h.takeActivity())
                let next = try #require(try await h.describe().pendingActivities.first?.nextAttemptTime)
                pauses.append(next - h.now)
                try await h.advance(by: next - h.now)
            }
            #expect(pauses == [500, 1500, 4500, 10_000, 10_000].map { .milliseconds($0) })
        },
        ConformanceCase("the last attempt is written with its number and the failure before it") { h in
            try await h.start()
            try await h.turn([.activity()])
            try await h.fail(try await h.takeActivity(), .application("first"))
            try await h.advance(by: .seconds(1))
            try await h.fail(try await h.takeActivity(), .application("second"))
            try await h.advance(by: .seconds(2))
            try await h.complete(try await h.takeActivity())
            guard case .activityTaskStarted(let started) = try await h.attributes(6) else { throw UnexpectedEvent() }
            #expect(started.attempt == 3 && started.lastFailure?.message == "second")
        },
        ConformanceCase("describe shows attempt, last failure and next time of an activity that waits") { h in
            try await h.start()
            try await h.turn([.activity(retry: RetryPolicy(maximumAttempts: 4))])
            try await h.fail(try await h.takeActivity(), .application("no luck"))
            let pending = try #require(try await h.describe().pendingActivities.first)
            #expect(pending.state == .scheduled && pending.attempt == 2 && pending.maximumAttempts == 4)
            #expect(pending.lastFailure?.message == "no luck")
            #expect(pending.nextAttemptTime == h.now + .seconds(1))
        },
        closing("the maximum of attempts", .maximumAttemptsReached, attempts: 2) {
            .activity(retry: RetryPolicy(maximumAttempts: 2))
        },
        closing("a maximum of one", .maximumAttemptsReached, attempts: 1) {
            .activity(retry: RetryPolicy(maximumAttempts: 1))
        },
        closing("a type that is not retried", .nonRetryableFailure, attempts: 1) {
            .activity(retry: RetryPolicy(nonRetryableErrorTypes: ["Trouble"]))
        },
        closing("a next attempt after schedule-to-close", .timeout, attempts: 2) {
            .activity(timeouts: ActivityTimeouts(scheduleToClose: .seconds(2)))
        },
        ConformanceCase("a failure that says so is not retried") { h in
            try await h.start()
            try await h.turn([.activity()])
            try await h.fail(try await h.takeActivity(), .application("no", nonRetryable: true))
            guard case .activityTaskFailed(let failed) = try await h.attributes(7) else { throw UnexpectedEvent() }
            #expect(failed.retryState == .nonRetryableFailure)
        },
        ConformanceCase("error types are compared as exact text") { h in
            try await h.start()
            try await h.turn([.activity(retry: RetryPolicy(nonRetryableErrorTypes: ["trouble", "Troubles"]))])
            try await h.fail(try await h.takeActivity())
            #expect(try await h.describe().pendingActivities.first?.attempt == 2)
        },
        ConformanceCase("a failure may name the pause until the next attempt") { h in
            try await h.start()
            try await h.turn([.activity()])
            try await h.fail(try await h.takeActivity(), .application("busy", nextRetryDelay: .seconds(42)))
            #expect(try await h.describe().pendingActivities.first?.nextAttemptTime == h.now + .seconds(42))
        },
        ConformanceCase("the pause that a failure names is capped by the maximum interval") { h in
            try await h.start()
            try await h.turn([.activity(retry: RetryPolicy(maximumInterval: .seconds(30)))])
            try await h.fail(try await h.takeActivity(), .application("busy", nextRetryDelay: .seconds(42)))
            #expect(try await h.describe().pendingActivities.first?.nextAttemptTime == h.now + .seconds(30))
        },
        ConformanceCase("the pause that a failure names is still under schedule-to-close") { h in
            try await h.start()
            try await h.turn([.activity(timeouts: ActivityTimeouts(scheduleToClose: .seconds(40)))])
            try await h.fail(try await h.takeActivity(), .application("busy", nextRetryDelay: .seconds(42)))
            guard case .activityTaskFailed(let failed) = try await h.attributes(7) else { throw UnexpectedEvent() }
            #expect(failed.retryState == .timeout)
        },
    ]

    /// A case in which attempts fail until `reason` ends them.
    private static func closing(
        _ reason: String,
        _ state: RetryState,
        attempts: Int,
        _ command: @escaping @Sendable () -> Command
    ) -> ConformanceCase {
        ConformanceCase("\(reason) ends the attempts at an activity") { h in
            try await h.start()
            try await h.turn([command()])
            for attempt in 1...attempts {
                try await h.fail(try await h.takeActivity(), .application("failure \(attempt)"))
                try await h.advance(by: .seconds(1))
            }
            #expect(try await h.pollActivity() == nil)
            let types = try await h.types()
            #expect(types == .turned + [.activityScheduled, .activityStarted, .activityFailed, .taskScheduled])
            #expect(
                try await h.attributes(7)
                    == .activityTaskFailed(
                        .init(
                            failure: .application("failure \(attempts)"),
                            scheduledEventID: 5,
                            startedEventID: 6,
                            identity: "worker-a",
                            retryState: state
                        )
                    )
            )
        }
    }
}
