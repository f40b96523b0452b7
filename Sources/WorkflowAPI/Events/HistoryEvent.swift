/// One numbered, timed fact about a run.
///
/// Names, numbers, attributes and order are Temporal's, so that an exported history is readable by its tools.
public struct HistoryEvent: Hashable, Sendable {
    /// The position in the history, from 1, without gaps.
    public var id: Int64
    /// When it happened by the store's clock; never before the event ahead of it.
    public var time: Timestamp
    /// What happened.
    public var attributes: Attributes

    /// An event of its parts.
    public init(id: Int64, time: Timestamp, attributes: Attributes) {
        self.id = id
        self.time = time
        self.attributes = attributes
    }

    /// What kind of fact it is.
    public var type: EventType { attributes.type }

    /// What happened, by kind. The large ones are boxed: a history is an array of these.
    public enum Attributes: Hashable, Sendable {
        /// See ``HistoryEvent/WorkflowExecutionStarted``.
        indirect case workflowExecutionStarted(WorkflowExecutionStarted)
        /// See ``HistoryEvent/WorkflowExecutionCompleted``.
        case workflowExecutionCompleted(WorkflowExecutionCompleted)
        /// See ``HistoryEvent/WorkflowExecutionFailed``.
        indirect case workflowExecutionFailed(WorkflowExecutionFailed)
        /// See ``HistoryEvent/WorkflowExecutionTimedOut``.
        case workflowExecutionTimedOut(WorkflowExecutionTimedOut)
        /// See ``HistoryEvent/WorkflowTaskScheduled``.
        case workflowTaskScheduled(WorkflowTaskScheduled)
        /// See ``HistoryEvent/WorkflowTaskStarted``.
        case workflowTaskStarted(WorkflowTaskStarted)
        /// See ``HistoryEvent/WorkflowTaskCompleted``.
        indirect case workflowTaskCompleted(WorkflowTaskCompleted)
        /// See ``HistoryEvent/WorkflowTaskTimedOut``.
        case workflowTaskTimedOut(WorkflowTaskTimedOut)
        /// See ``HistoryEvent/WorkflowTaskFailed``.
        indirect case workflowTaskFailed(WorkflowTaskFailed)
        /// See ``HistoryEvent/ActivityTaskScheduled``.
        indirect case activityTaskScheduled(ActivityTaskScheduled)
        /// See ``HistoryEvent/ActivityTaskStarted``.
        indirect case activityTaskStarted(ActivityTaskStarted)
        /// See ``HistoryEvent/ActivityTaskCompleted``.
        case activityTaskCompleted(ActivityTaskCompleted)
        /// See ``HistoryEvent/ActivityTaskFailed``.
        indirect case activityTaskFailed(ActivityTaskFailed)
        /// See ``HistoryEvent/ActivityTaskTimedOut``.
        indirect case activityTaskTimedOut(ActivityTaskTimedOut)
        /// See ``HistoryEvent/ActivityTaskCancelRequested``.
        case activityTaskCancelRequested(ActivityTaskCancelRequested)
        /// See ``HistoryEvent/ActivityTaskCanceled``.
        indirect case activityTaskCanceled(ActivityTaskCanceled)
        /// See ``HistoryEvent/TimerStarted``.
        case timerStarted(TimerStarted)
        /// See ``HistoryEvent/TimerFired``.
        case timerFired(TimerFired)
        /// See ``HistoryEvent/TimerCanceled``.
        case timerCanceled(TimerCanceled)
        /// See ``HistoryEvent/WorkflowExecutionCancelRequested``.
        indirect case workflowExecutionCancelRequested(WorkflowExecutionCancelRequested)
        /// See ``HistoryEvent/WorkflowExecutionCanceled``.
        case workflowExecutionCanceled(WorkflowExecutionCanceled)
        /// See ``HistoryEvent/MarkerRecorded``.
        indirect case markerRecorded(MarkerRecorded)
        /// See ``HistoryEvent/WorkflowExecutionSignaled``.
        indirect case workflowExecutionSignaled(WorkflowExecutionSignaled)
        /// See ``HistoryEvent/WorkflowExecutionTerminated``.
        indirect case workflowExecutionTerminated(WorkflowExecutionTerminated)
        /// A kind this version does not know: the type's number and the bytes of the whole event as stored.
        case unknown(type: EventType, event: [UInt8])

        /// What kind of fact it is.
        public var type: EventType {
            switch self {
            case .workflowExecutionStarted: .workflowExecutionStarted
            case .workflowExecutionCompleted: .workflowExecutionCompleted
            case .workflowExecutionFailed: .workflowExecutionFailed
            case .workflowExecutionTimedOut: .workflowExecutionTimedOut
            case .workflowTaskScheduled: .workflowTaskScheduled
            case .workflowTaskStarted: .workflowTaskStarted
            case .workflowTaskCompleted: .workflowTaskCompleted
            case .workflowTaskTimedOut: .workflowTaskTimedOut
            case .workflowTaskFailed: .workflowTaskFailed
            case .activityTaskScheduled: .activityTaskScheduled
            case .activityTaskStarted: .activityTaskStarted
            case .activityTaskCompleted: .activityTaskCompleted
            case .activityTaskFailed: .activityTaskFailed
            case .activityTaskTimedOut: .activityTaskTimedOut
            case .activityTaskCancelRequested: .activityTaskCancelRequested
            case .activityTaskCanceled: .activityTaskCanceled
            case .timerStarted: .timerStarted
            case .timerFired: .timerFired
            case .timerCanceled: .timerCanceled
            case .workflowExecutionCancelRequested: .workflowExecutionCancelRequested
            case .workflowExecutionCanceled: .workflowExecutionCanceled
            case .markerRecorded: .markerRecorded
            case .workflowExecutionSignaled: .workflowExecutionSignaled
            case .workflowExecutionTerminated: .workflowExecutionTerminated
            case .unknown(let type, _): type
            }
        }
    }
}
