extension HistoryEvent.ActivityTaskScheduled: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.string(1, activityID)
        writer.named(2, activityType)
        writer.named(4, taskQueue.rawValue)
        writer.payloadMap(5, header)
        writer.payloads(6, input)
        writer.duration(7, timeouts.scheduleToClose)
        writer.duration(8, timeouts.scheduleToStart)
        writer.duration(9, timeouts.startToClose)
        writer.duration(10, timeouts.heartbeat)
        writer.int64(11, workflowTaskCompletedEventID)
        writer.message(12, retryPolicy)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(
            activityID: "",
            activityType: "",
            taskQueue: "",
            timeouts: ActivityTimeouts(),
            workflowTaskCompletedEventID: 0
        )
        while let field = try reader.nextField() {
            switch field {
            case 1: activityID = try reader.string()
            case 2: activityType = try reader.named()
            case 4: taskQueue = TaskQueue(try reader.named())
            case 5: header = try reader.payloadMap()
            case 6: input = try reader.payloads()
            case 7: timeouts.scheduleToClose = try reader.duration()
            case 8: timeouts.scheduleToStart = try reader.duration()
            case 9: timeouts.startToClose = try reader.duration()
            case 10: timeouts.heartbeat = try reader.duration()
            case 11: workflowTaskCompletedEventID = try reader.int64()
            case 12: retryPolicy = try reader.message(RetryPolicy.self)
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.ActivityTaskStarted: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int64(1, scheduledEventID)
        writer.string(2, identity)
        writer.string(3, requestID)
        writer.int32(4, attempt)
        writer.message(5, lastFailure)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(scheduledEventID: 0, attempt: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: scheduledEventID = try reader.int64()
            case 2: identity = try reader.string()
            case 3: requestID = try reader.string()
            case 4: attempt = try reader.int32()
            case 5: lastFailure = try reader.message(Failure.self)
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.ActivityTaskCompleted: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.payloads(1, result)
        writer.int64(2, scheduledEventID)
        writer.int64(3, startedEventID)
        writer.string(4, identity)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(result: [], scheduledEventID: 0, startedEventID: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: result = try reader.payloads()
            case 2: scheduledEventID = try reader.int64()
            case 3: startedEventID = try reader.int64()
            case 4: identity = try reader.string()
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.ActivityTaskFailed: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.message(1, failure)
        writer.int64(2, scheduledEventID)
        writer.int64(3, startedEventID)
        writer.string(4, identity)
        writer.int32(5, retryState.rawValue)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(
            failure: Failure(message: "", info: .unknown),
            scheduledEventID: 0,
            startedEventID: 0,
            retryState: .unspecified
        )
        while let field = try reader.nextField() {
            switch field {
            case 1: failure = try reader.message()
            case 2: scheduledEventID = try reader.int64()
            case 3: startedEventID = try reader.int64()
            case 4: identity = try reader.string()
            case 5: retryState = try reader.value()
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.ActivityTaskTimedOut: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.message(1, failure)
        writer.int64(2, scheduledEventID)
        writer.int64(3, startedEventID)
        writer.int32(4, retryState.rawValue)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(
            failure: Failure(message: "", info: .unknown),
            scheduledEventID: 0,
            startedEventID: 0,
            retryState: .unspecified
        )
        while let field = try reader.nextField() {
            switch field {
            case 1: failure = try reader.message()
            case 2: scheduledEventID = try reader.int64()
            case 3: startedEventID = try reader.int64()
            case 4: retryState = try reader.value()
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.ActivityTaskCancelRequested: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int64(1, scheduledEventID)
        writer.int64(2, workflowTaskCompletedEventID)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(scheduledEventID: 0, workflowTaskCompletedEventID: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: scheduledEventID = try reader.int64()
            case 2: workflowTaskCompletedEventID = try reader.int64()
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.ActivityTaskCanceled: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.payloads(1, details)
        writer.int64(2, latestCancelRequestedEventID)
        writer.int64(3, scheduledEventID)
        writer.int64(4, startedEventID)
        writer.string(5, identity)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(latestCancelRequestedEventID: 0, scheduledEventID: 0, startedEventID: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: details = try reader.payloads()
            case 2: latestCancelRequestedEventID = try reader.int64()
            case 3: scheduledEventID = try reader.int64()
            case 4: startedEventID = try reader.int64()
            case 5: identity = try reader.string()
            default: try reader.skip()
            }
        }
    }
}
