/// What kind of fact an event is; raw values are `temporal.api.enums.v1.EventType`, unknown ones are kept.
public struct EventType: RawRepresentable, Hashable, Sendable {
    /// The number in the event.
    public let rawValue: Int32

    /// A type from its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// `WORKFLOW_EXECUTION_STARTED`
    public static let workflowExecutionStarted = EventType(rawValue: 1)
    /// `WORKFLOW_EXECUTION_COMPLETED`
    public static let workflowExecutionCompleted = EventType(rawValue: 2)
    /// `WORKFLOW_EXECUTION_FAILED`
    public static let workflowExecutionFailed = EventType(rawValue: 3)
    /// `WORKFLOW_EXECUTION_TIMED_OUT`
    public static let workflowExecutionTimedOut = EventType(rawValue: 4)
    /// `WORKFLOW_TASK_SCHEDULED`
    public static let workflowTaskScheduled = EventType(rawValue: 5)
    /// `WORKFLOW_TASK_STARTED`
    public static let workflowTaskStarted = EventType(rawValue: 6)
    /// `WORKFLOW_TASK_COMPLETED`
    public static let workflowTaskCompleted = EventType(rawValue: 7)
    /// `WORKFLOW_TASK_TIMED_OUT`
    public static let workflowTaskTimedOut = EventType(rawValue: 8)
    /// `WORKFLOW_TASK_FAILED`
    public static let workflowTaskFailed = EventType(rawValue: 9)
    /// `ACTIVITY_TASK_SCHEDULED`
    public static let activityTaskScheduled = EventType(rawValue: 10)
    /// `ACTIVITY_TASK_STARTED`
    public static let activityTaskStarted = EventType(rawValue: 11)
    /// `ACTIVITY_TASK_COMPLETED`
    public static let activityTaskCompleted = EventType(rawValue: 12)
    /// `ACTIVITY_TASK_FAILED`
    public static let activityTaskFailed = EventType(rawValue: 13)
    /// `ACTIVITY_TASK_TIMED_OUT`
    public static let activityTaskTimedOut = EventType(rawValue: 14)
    /// `ACTIVITY_TASK_CANCEL_REQUESTED`
    public static let activityTaskCancelRequested = EventType(rawValue: 15)
    /// `ACTIVITY_TASK_CANCELED`
    public static let activityTaskCanceled = EventType(rawValue: 16)
    /// `TIMER_STARTED`
    public static let timerStarted = EventType(rawValue: 17)
    /// `TIMER_FIRED`
    public static let timerFired = EventType(rawValue: 18)
    /// `TIMER_CANCELED`
    public static let timerCanceled = EventType(rawValue: 19)
    /// `WORKFLOW_EXECUTION_CANCEL_REQUESTED`
    public static let workflowExecutionCancelRequested = EventType(rawValue: 20)
    /// `WORKFLOW_EXECUTION_CANCELED`
    public static let workflowExecutionCanceled = EventType(rawValue: 21)
    /// `MARKER_RECORDED`
    public static let markerRecorded = EventType(rawValue: 25)
    /// `WORKFLOW_EXECUTION_SIGNALED`
    public static let workflowExecutionSignaled = EventType(rawValue: 26)
    /// `WORKFLOW_EXECUTION_TERMINATED`
    public static let workflowExecutionTerminated = EventType(rawValue: 27)
}
