import Foundation
import Testing
import WorkflowAPI

/// Bytes made by Temporal's own protobuf classes: see `Golden/make_golden.py`.
struct Golden: Decodable, CustomTestStringConvertible {
    var name: String
    var type: Int32
    var hex: String
    var json: String

    var testDescription: String { name }

    var bytes: [UInt8] {
        stride(from: 0, to: hex.count, by: 2).compactMap { offset in
            let start = hex.index(hex.startIndex, offsetBy: offset)
            return UInt8(hex[start..<hex.index(start, offsetBy: 2)], radix: 16)
        }
    }

    struct File: Decodable {
        var events: [Golden] = []
        var workflowTaskFailedCauses: [String: Int32] = [:]
        var enums: [String: [String: Int32]] = [:]
    }

    static let file: File = {
        guard let url = Bundle.module.url(forResource: "events", withExtension: "json"),
            let file = try? JSONDecoder().decode(File.self, from: Data(contentsOf: url))
        else { return File() }
        return file
    }()

    static let all = file.events

    static func event(_ name: String) throws -> HistoryEvent {
        let golden = try #require(all.first { $0.name == name })
        return try HistoryCodec.decodeEvent(golden.bytes[...])
    }
}

@Suite struct GoldenTests {
    @Test func `every event type that is known has golden bytes`() {
        #expect(Set(Golden.all.map(\.type)) == Set((1...21).map(Int32.init) + [25, 26, 27, 60]))
        #expect(Golden.all.count == 56)
    }

    @Test(arguments: Golden.all)
    func `Temporal's bytes are read and written to the byte`(_ golden: Golden) throws {
        let event = try HistoryCodec.decodeEvent(golden.bytes[...])
        #expect(event.type.rawValue == golden.type)
        // A message that is missing where we always have one is written as an empty one: the same event, other bytes.
        if !golden.name.hasSuffix("minimal") { #expect(HistoryCodec.encode(event) == golden.bytes) }
        let row = HistoryCodec.encode([event, event])
        #expect(row == HistoryCodec.encode([event]) + HistoryCodec.encode([event]))
        #expect(try HistoryCodec.decode(row) == [event, event])
    }

    @Test func `event types, time limits and retry states have Temporal's numbers`() throws {
        func numbers(_ name: String, _ prefix: String) throws -> [String: Int32] {
            let golden = try #require(Golden.file.enums[name])
            return Dictionary(
                uniqueKeysWithValues: golden.map { key, value in
                    (key.dropFirst(prefix.count).replacing("_", with: "").lowercased(), value)
                }
            )
        }
        let types = try numbers("EventType", "EVENT_TYPE_")
        let known: [(EventType, String)] = [
            (.workflowExecutionStarted, "workflowExecutionStarted"), (.workflowTaskFailed, "workflowTaskFailed"),
            (.activityTaskCanceled, "activityTaskCanceled"), (.timerFired, "timerFired"),
            (.markerRecorded, "markerRecorded"), (.workflowExecutionSignaled, "workflowExecutionSignaled"),
            (.workflowExecutionTerminated, "workflowExecutionTerminated"),
        ]
        for (type, name) in known { #expect(types[name.lowercased()] == type.rawValue, "\(name)") }
        for state in RetryState.allCases {
            #expect(try numbers("RetryState", "RETRY_STATE_")["\(state)".lowercased()] == state.rawValue, "\(state)")
        }
        for status in WorkflowStatus.allCases where status.rawValue > 0 {
            let golden = try numbers("WorkflowExecutionStatus", "WORKFLOW_EXECUTION_STATUS_")
            #expect(golden["\(status)".lowercased()] == status.rawValue, "\(status)")
        }
        for limit in TimeoutType.allCases {
            #expect(try numbers("TimeoutType", "TIMEOUT_TYPE_")["\(limit)".lowercased()] == limit.rawValue, "\(limit)")
        }
    }

    @Test func `causes of failed workflow tasks have Temporal's numbers`() {
        let ours: [(WorkflowTaskFailedCause, String)] = [
            (.unhandledCommand, "UNHANDLED_COMMAND"),
            (.badScheduleActivityAttributes, "BAD_SCHEDULE_ACTIVITY_ATTRIBUTES"),
            (.badRequestCancelActivityAttributes, "BAD_REQUEST_CANCEL_ACTIVITY_ATTRIBUTES"),
            (.badStartTimerAttributes, "BAD_START_TIMER_ATTRIBUTES"),
            (.badCancelTimerAttributes, "BAD_CANCEL_TIMER_ATTRIBUTES"),
            (.badRecordMarkerAttributes, "BAD_RECORD_MARKER_ATTRIBUTES"),
            (.resetStickyTaskQueue, "RESET_STICKY_TASK_QUEUE"),
            (.workflowWorkerUnhandledFailure, "WORKFLOW_WORKER_UNHANDLED_FAILURE"),
            (.forceCloseCommand, "FORCE_CLOSE_COMMAND"),
            (.nonDeterministicError, "NON_DETERMINISTIC_ERROR"),
            (.pendingActivitiesLimitExceeded, "PENDING_ACTIVITIES_LIMIT_EXCEEDED"),
            (.grpcMessageTooLarge, "GRPC_MESSAGE_TOO_LARGE"),
            (.payloadsTooLarge, "PAYLOADS_TOO_LARGE"),
        ]
        for (cause, name) in ours {
            #expect(cause.rawValue == Golden.file.workflowTaskFailedCauses[name], "\(name)")
        }
    }

    @Test func `fields land where their names say`() throws {
        let started = try Golden.event("workflow_execution_started full")
        #expect(started.id == 1)
        #expect(started.time.nanoseconds == 1_767_225_600_123_456_789)
        guard case .workflowExecutionStarted(let attributes) = started.attributes else {
            Issue.record("not a start")
            return
        }
        #expect(attributes.workflowType == "name")
        #expect(attributes.taskQueue == "name")
        #expect(attributes.workflowID == "workflow_id")
        #expect(attributes.originalRunID == "original_execution_run_id")
        #expect(attributes.firstRunID == "first_execution_run_id")
        #expect(attributes.continuedRunID == "continued_execution_run_id")
        #expect(attributes.identity == "identity")
        #expect(attributes.workflowExecutionTimeout == .milliseconds(1_007_005))
        #expect(attributes.workflowRunTimeout == .milliseconds(1_008_005))
        #expect(attributes.workflowTaskTimeout == .milliseconds(1_009_005))
        #expect(attributes.firstWorkflowTaskBackoff == .milliseconds(1_021_005))
        #expect(attributes.expirationTime == Timestamp(nanoseconds: 1_019_005_000_000))
        #expect(attributes.cronSchedule == "cron_schedule")
        #expect(attributes.attempt == 25)
        #expect(attributes.input == [Payload(encoding: "json/plain", data: Array(#"{"a":1}"#.utf8))])
        #expect(attributes.memo.keys.sorted() == ["fields-key"])
        #expect(attributes.retryPolicy?.maximumAttempts == 11)
        #expect(attributes.retryPolicy?.nonRetryableErrorTypes == ["non_retryable_error_types"])
    }

    @Test func `activity fields land where their names say`() throws {
        guard case .activityTaskScheduled(let scheduled) = try Golden.event("activity_task_scheduled full").attributes,
            case .activityTaskFailed(let failed) = try Golden.event("activity_task_failed full").attributes,
            case .activityTaskStarted(let started) = try Golden.event("activity_task_started full").attributes
        else {
            Issue.record("not activities")
            return
        }
        #expect(scheduled.timeouts.scheduleToClose == .milliseconds(1_007_005))
        #expect(scheduled.timeouts.scheduleToStart == .milliseconds(1_008_005))
        #expect(scheduled.timeouts.startToClose == .milliseconds(1_009_005))
        #expect(scheduled.timeouts.heartbeat == .milliseconds(1_010_005))
        #expect(scheduled.activityID == "activity_id")
        #expect(started.identity == "identity")
        #expect(started.requestID == "request_id")
        #expect(started.attempt == 11)
        #expect(failed.failure.message == "message")
        #expect(failed.failure.source == "source")
        #expect(failed.failure.stackTrace == "stack_trace")
        #expect(failed.scheduledEventID == 9)
        #expect(failed.startedEventID == 10)
        guard case .application(let info) = failed.failure.info else {
            Issue.record("not an application failure")
            return
        }
        #expect(info.type == "type")
        #expect(info.nonRetryable)
        #expect(info.nextRetryDelay == .milliseconds(1_004_005))
    }
}
