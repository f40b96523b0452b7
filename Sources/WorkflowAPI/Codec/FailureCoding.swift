extension Failure: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) { write(to: &writer, causesLeft: FailureLimits.maxCauses) }

    /// Causes beyond the limit are left out, so that what is written can be read.
    private func write(to writer: inout ProtobufWriter, causesLeft: Int) {
        writer.string(1, message)
        writer.string(2, source)
        writer.string(3, stackTrace)
        if let cause, causesLeft > 0 {
            writer.message(4) { cause.write(to: &$0, causesLeft: causesLeft - 1) }
        }
        switch info {
        case .application(let info): writer.message(5, info)
        case .timeout(let type, let details):
            writer.message(6) {
                $0.int32(1, type.rawValue)
                $0.payloads(2, details)
            }
        case .canceled(let details): writer.message(7) { $0.payloads(1, details) }
        case .terminated: writer.message(8) { _ in }
        case .server(let nonRetryable): writer.message(9) { $0.bool(1, nonRetryable) }
        case .activity(let info): writer.message(11, info)
        case .childWorkflow(let info): writer.message(12, info)
        case .unknown: break
        }
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(message: "", info: .unknown)
        while let field = try reader.nextField() {
            switch field {
            case 1: message = try reader.string()
            case 2: source = try reader.string()
            case 3: stackTrace = try reader.string()
            case 4: cause = try reader.message(Failure.self)
            case 5: info = .application(try reader.message())
            case 6:
                var inner = try reader.message()
                var type = TimeoutType.startToClose
                var details: [Payload] = []
                while let part = try inner.nextField() {
                    switch part {
                    case 1: type = try inner.value()
                    case 2: details = try inner.payloads()
                    default: try inner.skip()
                    }
                }
                info = .timeout(type: type, lastHeartbeatDetails: details)
            case 7:
                var inner = try reader.message()
                var details: [Payload] = []
                while let part = try inner.nextField() {
                    if part == 1 { details = try inner.payloads() } else { try inner.skip() }
                }
                info = .canceled(details: details)
            case 8:
                try reader.skip()
                info = .terminated
            case 9:
                var inner = try reader.message()
                var nonRetryable = false
                while let part = try inner.nextField() {
                    if part == 1 { nonRetryable = try inner.bool() } else { try inner.skip() }
                }
                info = .server(nonRetryable: nonRetryable)
            case 11: info = .activity(try reader.message())
            case 12: info = .childWorkflow(try reader.message())
            default: try reader.skip()
            }
        }
    }
}

extension Failure.ChildWorkflow: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.message(2) {
            $0.string(1, execution.workflowID.rawValue)
            $0.string(2, execution.runID.rawValue)
        }
        writer.named(3, workflowType)
        writer.int32(6, retryState.rawValue)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(execution: .init(workflowID: "", runID: ""), workflowType: "", retryState: .unspecified)
        while let field = try reader.nextField() {
            switch field {
            case 2:
                var inner = try reader.message()
                while let part = try inner.nextField() {
                    switch part {
                    case 1: execution.workflowID = WorkflowID(try inner.string())
                    case 2: execution.runID = RunID(try inner.string())
                    default: try inner.skip()
                    }
                }
            case 3: workflowType = try reader.named()
            case 6: retryState = try reader.value()
            default: try reader.skip()
            }
        }
    }
}

extension Failure.Application: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.string(1, type)
        writer.bool(2, nonRetryable)
        writer.payloads(3, details)
        writer.duration(4, nextRetryDelay)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(type: "")
        while let field = try reader.nextField() {
            switch field {
            case 1: type = try reader.string()
            case 2: nonRetryable = try reader.bool()
            case 3: details = try reader.payloads()
            case 4: nextRetryDelay = try reader.duration()
            default: try reader.skip()
            }
        }
    }
}

extension Failure.Activity: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int64(1, scheduledEventID)
        writer.int64(2, startedEventID)
        writer.string(3, identity)
        writer.named(4, activityType)
        writer.string(5, activityID)
        writer.int32(6, retryState.rawValue)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(
            scheduledEventID: 0,
            startedEventID: 0,
            identity: "",
            activityType: "",
            activityID: "",
            retryState: .unspecified
        )
        while let field = try reader.nextField() {
            switch field {
            case 1: scheduledEventID = try reader.int64()
            case 2: startedEventID = try reader.int64()
            case 3: identity = try reader.string()
            case 4: activityType = try reader.named()
            case 5: activityID = try reader.string()
            case 6: retryState = try reader.value()
            default: try reader.skip()
            }
        }
    }
}
