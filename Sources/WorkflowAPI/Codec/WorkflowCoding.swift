extension HistoryEvent.WorkflowExecutionStarted: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.named(1, workflowType)
        writer.named(5, taskQueue.rawValue)
        writer.payloads(6, input)
        writer.duration(7, workflowExecutionTimeout)
        writer.duration(8, workflowRunTimeout)
        writer.nonzeroDuration(9, workflowTaskTimeout)
        writer.string(10, continuedRunID?.rawValue ?? "")
        writer.string(14, originalRunID.rawValue)
        writer.string(15, identity)
        writer.string(16, firstRunID.rawValue)
        writer.message(17, retryPolicy)
        writer.int32(18, attempt)
        writer.timestamp(19, expirationTime)
        writer.string(20, cronSchedule)
        writer.nonzeroDuration(21, firstWorkflowTaskBackoff)
        writer.payloadMap(22, memo)
        writer.payloadMap(23, searchAttributes)
        writer.payloadMap(25, header)
        writer.string(28, workflowID.rawValue)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(
            workflowType: "",
            taskQueue: "",
            workflowTaskTimeout: .zero,
            originalRunID: "",
            firstRunID: "",
            workflowID: "",
            attempt: 0
        )
        while let field = try reader.nextField() {
            switch field {
            case 1: workflowType = try reader.named()
            case 5: taskQueue = TaskQueue(try reader.named())
            case 6: input = try reader.payloads()
            case 7: workflowExecutionTimeout = try reader.duration()
            case 8: workflowRunTimeout = try reader.duration()
            case 9: workflowTaskTimeout = try reader.duration()
            case 10: continuedRunID = RunID(try reader.string())
            case 14: originalRunID = RunID(try reader.string())
            case 15: identity = try reader.string()
            case 16: firstRunID = RunID(try reader.string())
            case 17: retryPolicy = try reader.message(RetryPolicy.self)
            case 18: attempt = try reader.int32()
            case 19: expirationTime = try reader.timestamp()
            case 20: cronSchedule = try reader.string()
            case 21: firstWorkflowTaskBackoff = try reader.duration()
            case 22: memo = try reader.payloadMap()
            case 23: searchAttributes = try reader.payloadMap()
            case 25: header = try reader.payloadMap()
            case 28: workflowID = WorkflowID(try reader.string())
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.WorkflowExecutionCompleted: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.payloads(1, result)
        writer.int64(2, workflowTaskCompletedEventID)
        writer.string(3, newRunID?.rawValue ?? "")
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(result: [], workflowTaskCompletedEventID: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: result = try reader.payloads()
            case 2: workflowTaskCompletedEventID = try reader.int64()
            case 3: newRunID = RunID(try reader.string())
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.WorkflowExecutionFailed: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.message(1, failure)
        writer.int32(2, retryState.rawValue)
        writer.int64(3, workflowTaskCompletedEventID)
        writer.string(4, newRunID?.rawValue ?? "")
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(
            failure: Failure(message: "", info: .unknown),
            retryState: .unspecified,
            workflowTaskCompletedEventID: 0
        )
        while let field = try reader.nextField() {
            switch field {
            case 1: failure = try reader.message()
            case 2: retryState = try reader.value()
            case 3: workflowTaskCompletedEventID = try reader.int64()
            case 4: newRunID = RunID(try reader.string())
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.WorkflowExecutionTimedOut: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int32(1, retryState.rawValue)
        writer.string(2, newRunID?.rawValue ?? "")
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(retryState: .unspecified)
        while let field = try reader.nextField() {
            switch field {
            case 1: retryState = try reader.value()
            case 2: newRunID = RunID(try reader.string())
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.WorkflowExecutionCancelRequested: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.string(1, cause)
        writer.string(4, identity)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init()
        while let field = try reader.nextField() {
            switch field {
            case 1: cause = try reader.string()
            case 4: identity = try reader.string()
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.WorkflowExecutionCanceled: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int64(1, workflowTaskCompletedEventID)
        writer.payloads(2, details)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(workflowTaskCompletedEventID: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: workflowTaskCompletedEventID = try reader.int64()
            case 2: details = try reader.payloads()
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.WorkflowExecutionTerminated: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.string(1, reason)
        writer.payloads(2, details)
        writer.string(3, identity)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(reason: "")
        while let field = try reader.nextField() {
            switch field {
            case 1: reason = try reader.string()
            case 2: details = try reader.payloads()
            case 3: identity = try reader.string()
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.WorkflowExecutionSignaled: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.string(1, signalName)
        writer.payloads(2, input)
        writer.string(3, identity)
        writer.payloadMap(4, header)
        writer.string(7, requestID)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(signalName: "")
        while let field = try reader.nextField() {
            switch field {
            case 1: signalName = try reader.string()
            case 2: input = try reader.payloads()
            case 3: identity = try reader.string()
            case 4: header = try reader.payloadMap()
            case 7: requestID = try reader.string()
            default: try reader.skip()
            }
        }
    }
}
