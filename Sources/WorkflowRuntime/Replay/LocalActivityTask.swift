package import WorkflowAPI

/// A local activity that code waits for: what a worker needs to run it.
package struct LocalActivityTask: Hashable, Sendable {
    /// Which of the run's local activities, from 1; each asking has its own, also when it asks again after a pause.
    package var sequence: Int
    /// The id within the run: `local-` and the number of the first asking.
    package var activityID: String
    /// The registered name.
    package var activityType: String
    /// What it is called with.
    package var input: [Payload]
    /// How it is run.
    package var options: LocalActivityOptions
    /// The number of the first attempt to make.
    package var attempt: Int
    /// When the run asked for it first.
    package var scheduledTime: Timestamp
    /// Where the code asks for it.
    package var location: SourceLocation?

    /// Whether this asks for the same as one of an earlier attempt at the workflow task, whose end is good for it too. Not by
    /// number: what has come in between may have taken it.
    package func isSameCall(as other: LocalActivityTask) -> Bool {
        attempt == other.attempt && activityType == other.activityType && input == other.input
    }

    /// How many a run may wait for at a time, as with activities.
    private static let openAtATime = 2000

    /// Refuses more than a run may wait for, and options that make no sense.
    static func validate(_ open: [LocalActivityTask]) throws(WorkflowTaskFailure) {
        guard open.count <= openAtATime else {
            throw WorkflowTaskFailure(
                "the run waits for \(open.count) local activities; \(openAtATime) is the limit",
                type: "BadLocalActivity"
            )
        }
        for local in open { try local.validate() }
    }

    /// Refuses options that make no sense: the workflow task fails and waits for corrected code.
    private func validate() throws(WorkflowTaskFailure) {
        func refuse(_ why: String) -> WorkflowTaskFailure {
            let place = location.map { " at \($0)" } ?? ""
            return WorkflowTaskFailure(
                "\(activityID) of type '\(activityType)'\(place): \(why)",
                type: "BadLocalActivity"
            )
        }
        guard options.startToCloseTimeout > .zero else { throw refuse("its start-to-close timeout must be over 0") }
        guard options.scheduleToCloseTimeout.map({ $0 > .zero }) ?? true else {
            throw refuse("its schedule-to-close timeout must be over 0")
        }
        do {
            try options.retryPolicy?.validate()
        } catch {
            throw refuse((error as? WorkflowServiceError)?.message ?? "\(error)")
        }
    }
}

/// How a local activity ended.
package struct LocalActivityEnd: Hashable, Sendable {
    /// What came of it.
    package enum Outcome: Hashable, Sendable {
        /// It gave a result.
        case completed([Payload])
        /// It failed for good; the failure is that of an activity, with its cause.
        case failed(Failure)
        /// An attempt failed, and the next one is so far off that the run waits for it with a timer.
        case postponed(Duration, Failure)
    }

    /// Which.
    package var sequence: Int
    /// What came of it.
    package var outcome: Outcome
    /// The last attempt.
    package var attempt: Int
    /// When, as the run's time goes.
    package var time: Timestamp

    /// An end.
    package init(sequence: Int, outcome: Outcome, attempt: Int, time: Timestamp) {
        self.sequence = sequence
        self.outcome = outcome
        self.attempt = attempt
        self.time = time
    }
}

extension LocalActivityTask {
    /// What comes after an attempt that failed, by the rules that activity tasks go by.
    package enum Next: Sendable {
        /// Another attempt, here, after a pause.
        case again(after: Duration)
        /// The end.
        case end(LocalActivityEnd.Outcome)
    }

    /// Decides over a failed attempt.
    /// - Parameter now: The time of the run.
    package func next(afterFailed attempt: Int, _ failure: Failure, now: Timestamp) -> Next {
        // Code must see what history will have, and the engine cuts what is too large for it.
        let failure = failure.limited(to: Self.largestFailure)
        let deadline = options.scheduleToCloseTimeout.map { scheduledTime + $0 }
        let decision = RetrySchedule.decide(
            policy: options.retryPolicy ?? RetryPolicy(),
            failedAttempt: Int32(clamping: attempt),
            failure: failure,
            now: now,
            deadline: deadline,
            cancelRequested: false
        )
        switch decision {
        case .stop(let state): return .end(failed(failure, state))
        case .retry(let time):
            let pause = max(.zero, time - now)
            return pause <= options.localRetryThreshold
                ? .again(after: pause) : .end(.postponed(pause, failure))
        }
    }

    private static let largestFailure = PayloadLimits.maxBytes / 4

    /// The end with a failure.
    package func failed(_ cause: Failure, _ retryState: RetryState) -> LocalActivityEnd.Outcome {
        .failed(
            Failure(
                message: cause.message,
                source: FailureConverter.source,
                info: .activity(
                    .init(
                        scheduledEventID: 0,
                        startedEventID: 0,
                        identity: "",
                        activityType: activityType,
                        activityID: activityID,
                        retryState: retryState
                    )
                ),
                cause: cause
            )
        )
    }

    /// The failure of an attempt that passed a limit.
    package func timeoutFailure(_ type: TimeoutType) -> Failure {
        let limit =
            type == .scheduleToClose
            ? options.scheduleToCloseTimeout ?? options.startToCloseTimeout : options.startToCloseTimeout
        let what = type == .scheduleToClose ? "it and its attempts before did not end" : "it did not end"
        return Failure(
            message: "\(activityID) of type '\(activityType)': \(what) within \(limit)",
            source: FailureConverter.source,
            info: .timeout(type: type, lastHeartbeatDetails: [])
        )
    }
}
