import Foundation
import Logging
import Synchronization
import WorkflowAPI
import WorkflowRuntime

@testable import ERPServicesHTTP

/// A client of a local service whose pauses pass at once.
func client(
    _ service: LocalService,
    token: String? = nil,
    limits: HTTPServiceLimits = HTTPServiceLimits(),
    clock: ManualClock = ManualClock(),
    logger: Logger = Logger(label: "test")
) throws -> HTTPServiceClient {
    HTTPServiceClient(
        service: "test",
        address: try HTTPServiceAddress(service.url, token: token),
        limits: limits,
        clock: clock,
        random: { 1 },
        logger: logger
    )
}

/// Runs a body as an attempt of an activity.
func inActivity<Result>(
    _ activityID: String = "7",
    attempt: Int32 = 1,
    _ body: () async throws -> Result
) async rethrows -> Result {
    let execution = WorkflowExecution(workflowID: "order", runID: "run-1")
    let token = TaskToken(
        namespace: "default",
        execution: execution,
        runKey: 1,
        scheduledEventID: 5,
        startedEventID: 0,
        attempt: attempt,
        claim: 1
    )
    let task = ActivityTask(
        token: token,
        namespace: "default",
        execution: execution,
        workflowType: "Test",
        activityID: activityID,
        activityType: "test",
        taskQueue: "test",
        input: [],
        attempt: attempt,
        scheduledTime: Timestamp(nanoseconds: 0),
        currentAttemptScheduledTime: Timestamp(nanoseconds: 0),
        startedTime: Timestamp(nanoseconds: 0),
        timeouts: ActivityTimeouts()
    )
    let context = ActivityContext(
        info: ActivityInfo(task),
        heartbeatDetails: [],
        logger: { Logger(label: "test") },
        onHeartbeat: { _ in }
    )
    return try await ActivityContext.$current.withValue(context) { try await body() }
}

/// Answers one after the other, the last one for ever.
final class Script: Sendable {
    private let replies: Mutex<[LocalService.Reply]>

    init(_ replies: LocalService.Reply...) { self.replies = Mutex(replies) }

    func next() -> LocalService.Reply {
        replies.withLock { $0.count > 1 ? $0.removeFirst() : $0.first ?? .silence }
    }
}

let vendorJSON = """
    {"id": "V-1", "name": "Padma Cement", "email": "v1@example.com", "isActive": true}
    """
