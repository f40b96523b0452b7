import WorkflowAPI

extension WorkflowRun {
    /// Tells the code what has happened, in the order of history. Nothing runs before everything is delivered.
    func deliver(_ event: HistoryEvent, to context: RunContext) {
        switch event.attributes {
        case .workflowExecutionStarted(let attributes): instance?.start(attributes.input)
        case .workflowExecutionSignaled(let attributes):
            let signal = WorkflowSignalInfo(
                name: attributes.signalName,
                identity: attributes.identity,
                time: event.time
            )
            if instance?.handleSignal(signal, attributes.input) != true {
                context.skipSignal(attributes.signalName, why: "the workflow has no such signal")
            }
        case .workflowExecutionCancelRequested(let attributes):
            context.noteCancelRequest(attributes)
            context.roots[1]?.cancel()
        case .timerFired(let attributes): context.fireTimer(attributes.timerID)
        case .activityTaskCompleted(let attributes):
            context.resolveActivity(scheduledEventID: attributes.scheduledEventID, .success(attributes.result))
        case .activityTaskFailed(let attributes):
            context.failActivity(attributes.scheduledEventID, attributes.failure, attributes.retryState)
        case .activityTaskTimedOut(let attributes):
            context.failActivity(attributes.scheduledEventID, attributes.failure, attributes.retryState)
        case .activityTaskCanceled(let attributes):
            context.resolveActivity(scheduledEventID: attributes.scheduledEventID, .failure(CancellationError()))
        default: break
        }
    }
}

extension RunContext {
    /// The first request stands.
    func noteCancelRequest(_ event: HistoryEvent.WorkflowExecutionCancelRequested) {
        guard cancelRequest == nil else { return }
        cancelRequest = WorkflowCancelRequest(
            reason: event.cause.isEmpty ? nil : event.cause,
            identity: event.identity
        )
    }

    func fireTimer(_ timerID: String) {
        if let watched = watchedTimers.removeValue(forKey: timerID) {
            watched.isOver = true
            return
        }
        // Cancelled and fired within one workflow task: the engine knows no such timer any more and would refuse.
        _ = withdraw { if case .cancelTimer(let command) = $0 { command.timerID == timerID } else { false } }
        guard let key = timerSlots.removeValue(forKey: timerID) else { return }
        resumeTimer(key)
    }

    func failActivity(_ scheduledEventID: Int64, _ failure: Failure, _ retryState: RetryState) {
        let activityID = openActivities[scheduledEventID]?.activityID ?? ""
        let activityType = openActivities[scheduledEventID]?.activityType ?? ""
        let error = ActivityError(
            activityID: activityID,
            activityType: activityType,
            retryState: retryState,
            cause: FailureConverter.error(for: failure),
            failure: Failure(
                message: failure.message,
                source: FailureConverter.source,
                info: .activity(
                    .init(
                        scheduledEventID: scheduledEventID,
                        startedEventID: 0,
                        identity: "",
                        activityType: activityType,
                        activityID: activityID,
                        retryState: retryState
                    )
                ),
                cause: failure
            )
        )
        resolveActivity(scheduledEventID: scheduledEventID, .failure(error))
    }
}
