extension HistoryEvent.WorkflowTaskScheduled: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.named(1, taskQueue.rawValue)
        writer.nonzeroDuration(2, startToCloseTimeout)
        writer.int32(3, attempt)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(taskQueue: "", startToCloseTimeout: .zero, attempt: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: taskQueue = TaskQueue(try reader.named())
            case 2: startToCloseTimeout = try reader.duration()
            case 3: attempt = try reader.int32()
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.WorkflowTaskStarted: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int64(1, scheduledEventID)
        writer.string(2, identity)
        writer.string(3, requestID)
        writer.bool(4, suggestContinueAsNew)
        writer.int64(5, historySizeBytes)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(scheduledEventID: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: scheduledEventID = try reader.int64()
            case 2: identity = try reader.string()
            case 3: requestID = try reader.string()
            case 4: suggestContinueAsNew = try reader.bool()
            case 5: historySizeBytes = try reader.int64()
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.WorkflowTaskCompleted: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int64(1, scheduledEventID)
        writer.int64(2, startedEventID)
        writer.string(3, identity)
        writer.message(6, sdkMetadata)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(scheduledEventID: 0, startedEventID: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: scheduledEventID = try reader.int64()
            case 2: startedEventID = try reader.int64()
            case 3: identity = try reader.string()
            case 6: sdkMetadata = try reader.message(HistoryEvent.SDKMetadata.self)
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.WorkflowTaskTimedOut: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int64(1, scheduledEventID)
        writer.int64(2, startedEventID)
        writer.int32(3, timeoutType.rawValue)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(scheduledEventID: 0, startedEventID: 0, timeoutType: .startToClose)
        while let field = try reader.nextField() {
            switch field {
            case 1: scheduledEventID = try reader.int64()
            case 2: startedEventID = try reader.int64()
            case 3: timeoutType = try reader.value()
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.WorkflowTaskFailed: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int64(1, scheduledEventID)
        writer.int64(2, startedEventID)
        writer.int32(3, cause.rawValue)
        writer.message(4, failure)
        writer.string(5, identity)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(scheduledEventID: 0, startedEventID: 0, cause: WorkflowTaskFailedCause(rawValue: 0))
        while let field = try reader.nextField() {
            switch field {
            case 1: scheduledEventID = try reader.int64()
            case 2: startedEventID = try reader.int64()
            case 3: cause = try reader.value()
            case 4: failure = try reader.message(Failure.self)
            case 5: identity = try reader.string()
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.SDKMetadata: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.packed(1, coreUsedFlags)
        writer.packed(2, langUsedFlags)
        writer.string(3, sdkName)
        writer.string(4, sdkVersion)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init()
        while let field = try reader.nextField() {
            switch field {
            case 1: try reader.numbers(into: &coreUsedFlags)
            case 2: try reader.numbers(into: &langUsedFlags)
            case 3: sdkName = try reader.string()
            case 4: sdkVersion = try reader.string()
            default: try reader.skip()
            }
        }
    }
}
