package import WorkflowAPI

extension Transition {
    /// A signal is accepted: from here on it will not be lost. A repeated request id changes nothing.
    package mutating func signal(_ request: SignalWorkflowRequest) throws {
        try requireOpen()
        guard state.execution.signalCount + bufferedSignalCount < HistoryLimits.signals else {
            throw WorkflowServiceError(
                .limitExceeded,
                "workflow \(request.workflowID) has received \(HistoryLimits.signals) signals; that is the limit",
                execution: state.execution.execution
            )
        }
        try recordArrival(
            .workflowExecutionSignaled(
                .init(
                    signalName: request.signalName,
                    input: request.input,
                    identity: request.identity,
                    header: request.header,
                    requestID: request.requestID
                )
            )
        )
        usedRequests.append(RequestKey(.signal, request.requestID))
        try scheduleWorkflowTask()
    }

    private var bufferedSignalCount: Int64 {
        state.buffered.reduce(0) { count, event in
            if case .workflowExecutionSignaled = event.attributes { count + 1 } else { count }
        }
    }

    /// Somebody asks the run to stop in good order. Asking again changes nothing.
    package mutating func requestCancel(_ request: CancelWorkflowRequest) throws {
        try requireOpen()
        usedRequests.append(RequestKey(.cancel, request.requestID))
        guard !state.execution.cancelRequested, !hasBufferedCancelRequest else { return }
        try recordArrival(
            .workflowExecutionCancelRequested(.init(cause: request.reason, identity: request.identity))
        )
        try scheduleWorkflowTask()
    }

    private var hasBufferedCancelRequest: Bool {
        state.buffered.contains {
            if case .workflowExecutionCancelRequested = $0.attributes { true } else { false }
        }
    }

    /// Ends the run from outside. What was buffered is written first: an acknowledged signal is in the history.
    package mutating func terminate(_ request: TerminateWorkflowRequest) throws {
        try requireOpen()
        try closeFromOutside(
            .workflowExecutionTerminated(
                .init(reason: request.reason, details: request.details, identity: request.identity)
            )
        )
    }

    /// Closes the run without its code: fails a taken workflow task, writes what is buffered, then the close event.
    mutating func closeFromOutside(_ close: HistoryEvent.Attributes) throws {
        if let task = state.execution.workflowTask, task.phase == .started, !task.isTransient {
            try append(
                .workflowTaskFailed(
                    .init(
                        scheduledEventID: task.scheduledEventID,
                        startedEventID: task.startedEventID,
                        cause: .forceCloseCommand
                    )
                )
            )
        }
        state.execution.workflowTask = nil
        try flushBufferedEvents()
        try append(close)
    }
}
