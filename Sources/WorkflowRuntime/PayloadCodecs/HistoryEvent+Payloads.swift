import WorkflowAPI

extension HistoryEvent: PayloadCarrier {
    mutating func changePayloads(_ change: PayloadChange) async throws {
        switch attributes {
        case .workflowExecutionStarted(var event):
            try await event.input.changePayloads(change)
            try await event.memo.changePayloads(change)
            attributes = .workflowExecutionStarted(event)
        case .workflowExecutionCompleted(var event):
            try await event.result.changePayloads(change)
            attributes = .workflowExecutionCompleted(event)
        case .workflowExecutionFailed(var event):
            try await event.failure.changePayloads(change)
            attributes = .workflowExecutionFailed(event)
        case .workflowExecutionCanceled(var event):
            try await event.details.changePayloads(change)
            attributes = .workflowExecutionCanceled(event)
        case .workflowExecutionTerminated(var event):
            try await event.details.changePayloads(change)
            attributes = .workflowExecutionTerminated(event)
        case .workflowExecutionSignaled(var event):
            try await event.input.changePayloads(change)
            attributes = .workflowExecutionSignaled(event)
        case .workflowTaskFailed(var event):
            try await event.failure.changePayloads(change)
            attributes = .workflowTaskFailed(event)
        case .markerRecorded(var event):
            try await event.details.changeMarkerPayloads(of: event.markerName, change)
            try await event.failure.changePayloads(change)
            attributes = .markerRecorded(event)
        case .activityTaskScheduled, .activityTaskStarted, .activityTaskCompleted, .activityTaskFailed,
            .activityTaskTimedOut, .activityTaskCanceled:
            try await changeActivityPayloads(change)
        case .workflowExecutionTimedOut, .workflowTaskScheduled, .workflowTaskStarted, .workflowTaskCompleted,
            .workflowTaskTimedOut, .activityTaskCancelRequested, .timerStarted, .timerFired, .timerCanceled,
            .workflowExecutionCancelRequested, .unknown:
            break
        }
    }

    private mutating func changeActivityPayloads(_ change: PayloadChange) async throws {
        switch attributes {
        case .activityTaskScheduled(var event):
            try await event.input.changePayloads(change)
            attributes = .activityTaskScheduled(event)
        case .activityTaskStarted(var event):
            try await event.lastFailure.changePayloads(change)
            attributes = .activityTaskStarted(event)
        case .activityTaskCompleted(var event):
            try await event.result.changePayloads(change)
            attributes = .activityTaskCompleted(event)
        case .activityTaskFailed(var event):
            try await event.failure.changePayloads(change)
            attributes = .activityTaskFailed(event)
        case .activityTaskTimedOut(var event):
            try await event.failure.changePayloads(change)
            attributes = .activityTaskTimedOut(event)
        case .activityTaskCanceled(var event):
            try await event.details.changePayloads(change)
            attributes = .activityTaskCanceled(event)
        default: break
        }
    }
}
