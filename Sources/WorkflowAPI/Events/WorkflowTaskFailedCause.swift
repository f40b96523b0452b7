/// Why a workflow task failed; raw values are `temporal.api.enums.v1.WorkflowTaskFailedCause`, unknown ones are kept.
public struct WorkflowTaskFailedCause: RawRepresentable, Hashable, Sendable {
    /// The number in the event.
    public let rawValue: Int32

    /// A cause from its number.
    public init(rawValue: Int32) { self.rawValue = rawValue }

    /// The run would have closed although something had arrived that it had not seen.
    public static let unhandledCommand = WorkflowTaskFailedCause(rawValue: 1)
    /// An activity was asked for without a usable time limit or name.
    public static let badScheduleActivityAttributes = WorkflowTaskFailedCause(rawValue: 2)
    /// An activity was to be cancelled that does not exist.
    public static let badRequestCancelActivityAttributes = WorkflowTaskFailedCause(rawValue: 3)
    /// A timer was asked for without an id or with a negative time.
    public static let badStartTimerAttributes = WorkflowTaskFailedCause(rawValue: 4)
    /// A timer was to be cancelled that does not exist.
    public static let badCancelTimerAttributes = WorkflowTaskFailedCause(rawValue: 5)
    /// A marker had no name.
    public static let badRecordMarkerAttributes = WorkflowTaskFailedCause(rawValue: 6)
    /// A timer was asked for under the id of one that runs.
    public static let startTimerDuplicateID = WorkflowTaskFailedCause(rawValue: 12)
    /// An activity was asked for under the id of one that is pending.
    public static let scheduleActivityDuplicateID = WorkflowTaskFailedCause(rawValue: 22)
    /// The worker took back its answer.
    public static let resetStickyTaskQueue = WorkflowTaskFailedCause(rawValue: 13)
    /// The worker could not advance the run: an error outside the workflow's own logic, or its process died.
    public static let workflowWorkerUnhandledFailure = WorkflowTaskFailedCause(rawValue: 14)
    /// A payload was too large.
    public static let payloadsTooLarge = WorkflowTaskFailedCause(rawValue: 37)
    /// The run was closed from outside while a worker had its task.
    public static let forceCloseCommand = WorkflowTaskFailedCause(rawValue: 17)
    /// Replay asked for something else than history holds.
    public static let nonDeterministicError = WorkflowTaskFailedCause(rawValue: 24)
    /// More activities are pending than the limit allows.
    public static let pendingActivitiesLimitExceeded = WorkflowTaskFailedCause(rawValue: 27)
    /// The whole answer was too large.
    public static let grpcMessageTooLarge = WorkflowTaskFailedCause(rawValue: 36)
}
