import History
import Testing
import WorkflowAPI

struct RetryScheduleTests {
    private let now = Timestamp(nanoseconds: 1_000_000_000_000)

    private func decide(
        _ info: Failure.Info,
        policy: RetryPolicy? = RetryPolicy(),
        attempt: Int32 = 1,
        deadline: Timestamp? = nil,
        cancelRequested: Bool = false
    ) -> RetrySchedule.Decision {
        RetrySchedule.decide(
            policy: policy,
            failedAttempt: attempt,
            failure: Failure(message: "no", info: info),
            now: now,
            deadline: deadline,
            cancelRequested: cancelRequested
        )
    }

    @Test func `intervals double from the initial one up to a hundred times it`() {
        let policy = RetryPolicy()
        let intervals = (1...9).map { RetrySchedule.interval(afterAttempt: $0, policy: policy) }
        #expect(intervals == [1, 2, 4, 8, 16, 32, 64, 100, 100].map { .seconds($0) })
    }

    @Test func `a coefficient of one keeps the interval and an endless attempt number does no harm`() {
        let steady = RetryPolicy(initialInterval: .milliseconds(250), backoffCoefficient: 1)
        #expect(RetrySchedule.interval(afterAttempt: 1, policy: steady) == .milliseconds(250))
        #expect(RetrySchedule.interval(afterAttempt: .max, policy: steady) == .milliseconds(250))
        #expect(RetrySchedule.interval(afterAttempt: .max, policy: RetryPolicy()) == .seconds(100))
    }

    @Test func `overflow means the maximum interval`() {
        let huge = RetryPolicy(
            initialInterval: .seconds(86_400),
            backoffCoefficient: 1e300,
            maximumInterval: .seconds(200_000)
        )
        #expect(RetrySchedule.interval(afterAttempt: 5, policy: huge) == .seconds(200_000))
        let years = RetryPolicy(initialInterval: .seconds(9_000_000_000), backoffCoefficient: 10)
        #expect(RetrySchedule.interval(afterAttempt: 3, policy: years) > .seconds(9_000_000_000))
    }

    @Test func `fractions of a coefficient are kept to the nanosecond`() {
        let policy = RetryPolicy(initialInterval: .seconds(1), backoffCoefficient: 1.5)
        let intervals = (1...4).map { RetrySchedule.interval(afterAttempt: $0, policy: policy) }
        #expect(intervals == [1000, 1500, 2250, 3375].map { .milliseconds($0) })
    }

    @Test func `attempts are counted with the first`() {
        let three = RetryPolicy(maximumAttempts: 3)
        #expect(decide(.application(.init(type: "A")), policy: three, attempt: 2) == .retry(at: now + .seconds(2)))
        #expect(decide(.application(.init(type: "A")), policy: three, attempt: 3) == .stop(.maximumAttemptsReached))
        let one = RetryPolicy(maximumAttempts: 1)
        #expect(decide(.application(.init(type: "A")), policy: one) == .stop(.maximumAttemptsReached))
    }

    @Test func `an attempt may begin at the deadline but not after it`() {
        let failure = Failure.Info.application(.init(type: "A"))
        #expect(decide(failure, deadline: now + .seconds(1)) == .retry(at: now + .seconds(1)))
        #expect(decide(failure, deadline: now + .milliseconds(999)) == .stop(.timeout))
    }

    @Test func `a pause that a failure names replaces the interval, capped and under the deadline`() {
        func naming(_ delay: Duration) -> Failure.Info { .application(.init(type: "A", nextRetryDelay: delay)) }
        #expect(decide(naming(.seconds(7)), attempt: 5) == .retry(at: now + .seconds(7)))
        #expect(decide(naming(.seconds(500))) == .retry(at: now + .seconds(100)))
        #expect(decide(naming(.zero)) == .retry(at: now))
        #expect(decide(naming(.seconds(-5))) == .retry(at: now))
        #expect(decide(naming(.seconds(7)), deadline: now + .seconds(5)) == .stop(.timeout))
    }

    @Test func `what is retried depends on the kind of failure`() {
        #expect(decide(.terminated) == .stop(.nonRetryableFailure))
        #expect(decide(.canceled(details: [])) == .stop(.nonRetryableFailure))
        #expect(decide(.server(nonRetryable: true)) == .stop(.nonRetryableFailure))
        #expect(decide(.server(nonRetryable: false)) == .retry(at: now + .seconds(1)))
        #expect(decide(.unknown) == .retry(at: now + .seconds(1)))
        #expect(decide(.application(.init(type: "A", nonRetryable: true))) == .stop(.nonRetryableFailure))
        for type in TimeoutType.allCases {
            let isRetried = type == .startToClose || type == .heartbeat
            let expected: RetrySchedule.Decision =
                isRetried ? .retry(at: now + .seconds(1)) : .stop(.nonRetryableFailure)
            #expect(decide(.timeout(type: type, lastHeartbeatDetails: [])) == expected)
        }
    }

    @Test func `types are excluded by their exact text`() {
        let policy = RetryPolicy(nonRetryableErrorTypes: ["Fatal", "TemporalTimeout:Heartbeat"])
        #expect(decide(.application(.init(type: "Fatal")), policy: policy) == .stop(.nonRetryableFailure))
        #expect(decide(.application(.init(type: "fatal")), policy: policy) == .retry(at: now + .seconds(1)))
        let heartbeat = Failure.Info.timeout(type: .heartbeat, lastHeartbeatDetails: [])
        let startToClose = Failure.Info.timeout(type: .startToClose, lastHeartbeatDetails: [])
        #expect(decide(heartbeat, policy: policy) == .stop(.nonRetryableFailure))
        #expect(decide(startToClose, policy: policy) == .retry(at: now + .seconds(1)))
    }

    @Test func `a cancel request comes before everything and no policy means no retry`() {
        let failure = Failure.Info.application(.init(type: "A", nonRetryable: true))
        #expect(decide(failure, cancelRequested: true) == .stop(.cancelRequested))
        #expect(decide(.unknown, policy: nil) == .stop(.retryPolicyNotSet))
    }

    @Test func `a policy that makes no sense is refused unless it never retries`() throws {
        try RetryPolicy().validate()
        try RetryPolicy(initialInterval: .seconds(5), maximumInterval: .seconds(5)).validate()
        try RetryPolicy(maximumInterval: .zero).validate()
        try RetryPolicy(backoffCoefficient: 0, maximumAttempts: 1).validate()
        let senseless = [
            RetryPolicy(initialInterval: .zero),
            RetryPolicy(backoffCoefficient: 0.99),
            RetryPolicy(backoffCoefficient: .nan),
            RetryPolicy(backoffCoefficient: .infinity),
            RetryPolicy(initialInterval: .seconds(5), maximumInterval: .seconds(4)),
            RetryPolicy(maximumAttempts: -1),
        ]
        for policy in senseless {
            let refusal = #expect(throws: WorkflowServiceError.self) { try policy.validate() }
            #expect(refusal?.code == .invalidArgument)
        }
    }
}
