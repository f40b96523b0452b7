public import Testing
public import WorkflowAPI

/// Short names, so that an expected history fits on a line.
extension EventType {
    static let started = workflowExecutionStarted
    static let completed = workflowExecutionCompleted
    static let failed = workflowExecutionFailed
    static let timedOut = workflowExecutionTimedOut
    static let canceled = workflowExecutionCanceled
    static let terminated = workflowExecutionTerminated
    static let cancelRequested = workflowExecutionCancelRequested
    static let signaled = workflowExecutionSignaled
    static let taskScheduled = workflowTaskScheduled
    static let taskStarted = workflowTaskStarted
    static let taskCompleted = workflowTaskCompleted
    static let taskFailed = workflowTaskFailed
    static let taskTimedOut = workflowTaskTimedOut
    static let activityScheduled = activityTaskScheduled
    static let activityStarted = activityTaskStarted
    static let activityCompleted = activityTaskCompleted
    static let activityFailed = activityTaskFailed
    static let activityTimedOut = activityTaskTimedOut
    static let activityCancelRequested = activityTaskCancelRequested
    static let activityCanceled = activityTaskCanceled
    static let marker = markerRecorded
}

extension [EventType] {
    /// A run until its first task waits.
    static let begun: [EventType] = [.started, .taskScheduled]
    /// A run until its first task is taken.
    static let taken: [EventType] = begun + [.taskStarted]
    /// A run after its first turn.
    static let turned: [EventType] = taken + [.taskCompleted]
    /// A whole turn.
    static let turn: [EventType] = [.taskScheduled, .taskStarted, .taskCompleted]
}

extension Payload {
    /// One over the limit, whatever its metadata.
    static let large = Payload(encoding: binaryEncoding, data: Array(repeating: 0, count: PayloadLimits.maxBytes))
}

extension Failure {
    static func application(
        _ message: String,
        type: String = "Trouble",
        nonRetryable: Bool = false,
        nextRetryDelay: Duration? = nil
    ) -> Failure {
        Failure(
            message: message,
            info: .application(
                .init(type: type, nonRetryable: nonRetryable, nextRetryDelay: nextRetryDelay)
            )
        )
    }
}

extension Command {
    /// An activity with a limit of ten seconds on each attempt, unless told otherwise.
    static func activity(
        _ id: String = "1",
        type: String = "Charge",
        queue: TaskQueue? = nil,
        input: [Payload] = [],
        timeouts: ActivityTimeouts = ActivityTimeouts(startToClose: .seconds(10)),
        retry: RetryPolicy? = nil,
        eager: Bool = true
    ) -> Command {
        .scheduleActivity(
            ScheduleActivity(
                activityID: id,
                activityType: type,
                taskQueue: queue,
                input: input,
                timeouts: timeouts,
                retryPolicy: retry,
                requestEagerExecution: eager
            )
        )
    }

    static func cancelActivity(_ scheduledEventID: Int64) -> Command {
        .requestCancelActivity(RequestCancelActivity(scheduledEventID: scheduledEventID))
    }

    static func timer(_ id: String = "t1", _ duration: Duration = .seconds(60)) -> Command {
        .startTimer(StartTimer(timerID: id, startToFireTimeout: duration))
    }

    static func cancelTimer(_ id: String) -> Command { .cancelTimer(CancelTimer(timerID: id)) }

    static func complete(_ result: [Payload] = []) -> Command { .completeWorkflow(CompleteWorkflow(result: result)) }

    static func fail(_ message: String) -> Command { .failWorkflow(FailWorkflow(failure: .application(message))) }

    static var cancelled: Command { .cancelWorkflow(CancelWorkflow()) }

    static func marker(_ name: String) -> Command { .recordMarker(RecordMarker(markerName: name)) }
}

extension Payload {
    static func text(_ text: String) -> Payload { .json("\"\(text)\"") }
}

/// An event has other attributes than the case says.
struct UnexpectedEvent: Error {}

extension EventType: CustomTestStringConvertible {
    private static let names: [EventType: String] = [
        .started: "started", .completed: "completed", .failed: "failed", .timedOut: "timedOut",
        .canceled: "canceled", .terminated: "terminated", .cancelRequested: "cancelRequested",
        .signaled: "signaled", .taskScheduled: "taskScheduled", .taskStarted: "taskStarted",
        .taskCompleted: "taskCompleted", .taskFailed: "taskFailed", .taskTimedOut: "taskTimedOut",
        .activityScheduled: "activityScheduled", .activityStarted: "activityStarted",
        .activityCompleted: "activityCompleted", .activityFailed: "activityFailed",
        .activityTimedOut: "activityTimedOut", .activityCancelRequested: "activityCancelRequested",
        .activityCanceled: "activityCanceled", .timerStarted: "timerStarted", .timerFired: "timerFired",
        .timerCanceled: "timerCanceled", .marker: "marker",
    ]

    /// The short name, for the report of a failure.
    public var testDescription: String { EventType.names[self] ?? "type \(rawValue)" }
}
