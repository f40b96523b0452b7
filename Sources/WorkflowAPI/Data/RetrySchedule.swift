/// Whether and when to try again: a pure function of policy, attempt, failure and time (Temporal:
/// `service/history/workflow/retry.go`; no jitter).
package enum RetrySchedule {
    /// What follows a failed attempt.
    package enum Decision: Hashable, Sendable {
        /// Another attempt at this time.
        case retry(at: Timestamp)
        /// No further attempt, and why.
        case stop(RetryState)
    }

    /// Decides over a failed attempt.
    package static func decide(
        policy: RetryPolicy?,
        failedAttempt: Int32,
        failure: Failure,
        now: Timestamp,
        deadline: Timestamp?,
        cancelRequested: Bool
    ) -> Decision {
        if cancelRequested { return .stop(.cancelRequested) }
        guard isRetryable(failure, policy: policy) else { return .stop(.nonRetryableFailure) }
        guard let policy else { return .stop(.retryPolicyNotSet) }
        if policy.maximumAttempts > 0, Int(failedAttempt) >= policy.maximumAttempts {
            return .stop(.maximumAttemptsReached)
        }
        var interval = interval(afterAttempt: failedAttempt, policy: policy)
        if case .application(let application) = failure.info, let delay = application.nextRetryDelay {
            interval = min(max(.zero, delay), longestInterval(of: policy))
        }
        let time = now + interval
        if let deadline, time > deadline { return .stop(.timeout) }
        return .retry(at: time)
    }

    /// The wait after an attempt: `initial × coefficient^(attempt-1)`, at most the maximum; overflow means the maximum.
    package static func interval(afterAttempt attempt: Int32, policy: RetryPolicy) -> Duration {
        let initial = policy.initialInterval
        let cap = longestInterval(of: policy)
        var seconds = Double(initial.clampedNanoseconds)
        let limit = Double(cap.clampedNanoseconds)
        var remaining = attempt - 1
        while remaining > 0, seconds < limit, policy.backoffCoefficient > 1 {
            seconds *= policy.backoffCoefficient
            remaining -= 1
        }
        guard seconds < limit, seconds < 9.0e18 else { return cap }
        return .nanoseconds(Int64(seconds))
    }

    /// No wait is longer, not even one that a failure asks for.
    private static func longestInterval(of policy: RetryPolicy) -> Duration {
        policy.maximumInterval.positive ?? policy.initialInterval * 100
    }

    private static func isRetryable(_ failure: Failure, policy: RetryPolicy?) -> Bool {
        let excluded = policy?.nonRetryableErrorTypes ?? []
        switch failure.info {
        case .application(let application):
            return !application.nonRetryable && !excluded.contains(application.type)
        case .timeout(.startToClose, _): return !excluded.contains("TemporalTimeout:StartToClose")
        case .timeout(.heartbeat, _): return !excluded.contains("TemporalTimeout:Heartbeat")
        case .timeout(.scheduleToStart, _), .timeout(.scheduleToClose, _): return false
        case .terminated, .canceled: return false
        case .server(let nonRetryable): return !nonRetryable
        case .activity, .childWorkflow, .unknown: return true
        }
    }
}

extension Duration? {
    /// The duration if it limits anything: zero and nil mean no limit.
    package var positive: Duration? { self.flatMap { $0 > .zero ? $0 : nil } }
}

extension RetryPolicy {
    /// Refuses a policy that makes no sense.
    package func validate() throws {
        if maximumAttempts == 1 { return }
        func refuse(_ why: String) -> WorkflowServiceError {
            WorkflowServiceError(.invalidArgument, "the retry policy's \(why)")
        }
        guard initialInterval > .zero else { throw refuse("initial interval must be over 0") }
        guard backoffCoefficient >= 1, backoffCoefficient.isFinite else {
            throw refuse("coefficient must be at least 1")
        }
        guard maximumInterval.map({ $0 == .zero || $0 >= initialInterval }) ?? true else {
            throw refuse("maximum interval is under its initial interval")
        }
        guard maximumAttempts >= 0 else { throw refuse("maximum attempts are negative") }
    }
}
