/// What a workflow task may ask for. Each becomes exactly one event.
public enum Command: Hashable, Sendable {
    /// See ``Command/ScheduleActivity``.
    case scheduleActivity(ScheduleActivity)
    /// See ``Command/RequestCancelActivity``.
    case requestCancelActivity(RequestCancelActivity)
    /// See ``Command/StartTimer``.
    case startTimer(StartTimer)
    /// See ``Command/CancelTimer``.
    case cancelTimer(CancelTimer)
    /// See ``Command/CompleteWorkflow``.
    case completeWorkflow(CompleteWorkflow)
    /// See ``Command/FailWorkflow``.
    case failWorkflow(FailWorkflow)
    /// See ``Command/CancelWorkflow``.
    case cancelWorkflow(CancelWorkflow)
    /// See ``Command/RecordMarker``.
    case recordMarker(RecordMarker)

    /// It ends the run.
    public var closesRun: Bool {
        switch self {
        case .completeWorkflow, .failWorkflow, .cancelWorkflow: true
        case .scheduleActivity, .requestCancelActivity, .startTimer, .cancelTimer, .recordMarker: false
        }
    }
}
