import WorkflowAPI
import WorkflowRuntime

/// One line about an event, for people.
enum EventText {
    static func summary(_ event: HistoryEvent) -> String {
        switch event.attributes {
        case .workflowExecutionStarted(let event):
            "workflow started: \(event.workflowType) \(inputs(event.input))\(by(event.identity))"
        case .workflowExecutionCompleted(let event): "workflow completed \(inputs(event.result))"
        case .workflowExecutionFailed(let event): "workflow failed: \(event.failure.message)"
        case .workflowExecutionTimedOut: "workflow timed out"
        case .workflowExecutionCancelRequested(let event):
            "cancel requested\(event.cause.isEmpty ? "" : ": " + event.cause)\(by(event.identity))"
        case .workflowExecutionCanceled: "workflow canceled"
        case .workflowExecutionTerminated(let event): "workflow terminated: \(event.reason)\(by(event.identity))"
        case .workflowExecutionSignaled(let event):
            "signal \(event.signalName) \(inputs(event.input))\(by(event.identity))"
        case .workflowTaskScheduled: "workflow task scheduled"
        case .workflowTaskStarted(let event): "workflow task started\(by(event.identity))"
        case .workflowTaskCompleted: "workflow task completed"
        case .workflowTaskTimedOut: "workflow task timed out"
        case .workflowTaskFailed(let event):
            "workflow task failed: \(event.failure?.message ?? "cause \(event.cause.rawValue)")"
        case .activityTaskScheduled(let event):
            "activity \(event.activityID) \(event.activityType) scheduled \(inputs(event.input))"
        case .activityTaskStarted(let event): "activity started, attempt \(event.attempt)\(by(event.identity))"
        case .activityTaskCompleted(let event): "activity completed \(inputs(event.result))"
        case .activityTaskFailed(let event): "activity failed: \(event.failure.message)"
        case .activityTaskTimedOut(let event): "activity timed out: \(event.failure.message)"
        case .activityTaskCancelRequested: "activity cancel requested"
        case .activityTaskCanceled: "activity canceled"
        case .timerStarted(let event): "timer \(event.timerID) started, \(event.startToFireTimeout)"
        case .timerFired(let event): "timer \(event.timerID) fired"
        case .timerCanceled(let event): "timer \(event.timerID) canceled"
        case .markerRecorded(let event):
            LocalActivityMarker(event).map(summary)
                ?? "marker \(event.markerName)\(event.failure.map { ": " + $0.message } ?? "")"
        case .unknown(let type, _): "event of type \(type.rawValue), which this version does not know"
        }
    }

    private static func summary(_ local: LocalActivityMarker) -> String {
        let name = "local activity \(local.activityID) \(local.activityType)"
        let attempt = local.end.attempt == 1 ? "" : ", attempt \(local.end.attempt)"
        switch local.end.outcome {
        case .completed(let result): return "\(name) completed\(attempt) \(inputs(result))"
        case .failed(let failure): return "\(name) failed\(attempt): \(failure.message)"
        case .postponed(let pause, let failure):
            return "\(name) failed\(attempt), tried again in \(pause): \(failure.message)"
        }
    }

    private static func inputs(_ payloads: [Payload]) -> String { payloads.map(\.text).joined(separator: ", ") }

    private static func by(_ identity: String) -> String { identity.isEmpty ? "" : " (by \(identity))" }
}
