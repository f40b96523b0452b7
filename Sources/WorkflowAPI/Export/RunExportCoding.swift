extension RunExport: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        for event in events { writer.presentBytes(1, HistoryCodec.encode(event)) }
        writer.message(2, run)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(
            events: [],
            run: Run(namespace: "", execution: WorkflowExecution(workflowID: "", runID: ""), isCurrent: false)
        )
        run.format = 0
        while let field = try reader.nextField() {
            switch field {
            case 1: events.append(try reader.message())
            case 2: run = try reader.message()
            default: try reader.skip()
            }
        }
    }
}

extension RunExport.Run: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int32(1, format)
        writer.string(2, namespace.rawValue)
        writer.string(3, execution.workflowID.rawValue)
        writer.string(4, execution.runID.rawValue)
        writer.bool(5, isCurrent)
        writer.message(6, task)
        for activity in activities { writer.message(7, activity) }
        for event in buffered { writer.presentBytes(8, HistoryCodec.encode(event)) }
        for request in requests { writer.message(9, request) }
        writer.int64(10, lastClaim)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(namespace: "", execution: WorkflowExecution(workflowID: "", runID: ""), isCurrent: false)
        format = 0
        var (workflowID, runID) = ("", "")
        while let field = try reader.nextField() {
            switch field {
            case 1: format = try reader.int32()
            case 2: namespace = Namespace(try reader.string())
            case 3: workflowID = try reader.string()
            case 4: runID = try reader.string()
            case 5: isCurrent = try reader.bool()
            case 6: task = try reader.message()
            case 7: activities.append(try reader.message())
            case 8: buffered.append(try reader.message())
            case 9: requests.append(try reader.message())
            case 10: lastClaim = try reader.int64()
            default: try reader.skip()
            }
        }
        execution = WorkflowExecution(workflowID: WorkflowID(workflowID), runID: RunID(runID))
    }
}

extension RunExport.Task: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int64(1, scheduledEventID)
        writer.int64(2, startedEventID)
        writer.int32(3, attempt)
        writer.int32(4, phase)
        writer.timestamp(5, scheduledTime)
        writer.timestamp(6, visibleTime)
        writer.timestamp(7, startedTime)
        writer.int64(8, claim)
        writer.string(9, identity)
        writer.message(10, lastFailure)
        writer.int32(11, lastFailureCause)
        writer.int32(12, crashes)
        writer.int64(13, blamedClaim)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init()
        while let field = try reader.nextField() {
            switch field {
            case 1: scheduledEventID = try reader.int64()
            case 2: startedEventID = try reader.int64()
            case 3: attempt = try reader.int32()
            case 4: phase = try reader.int32()
            case 5: scheduledTime = try reader.timestamp()
            case 6: visibleTime = try reader.timestamp()
            case 7: startedTime = try reader.timestamp()
            case 8: claim = try reader.int64()
            case 9: identity = try reader.string()
            case 10: lastFailure = try reader.message()
            case 11: lastFailureCause = try reader.int32()
            case 12: crashes = try reader.int32()
            case 13: blamedClaim = try reader.int64()
            default: try reader.skip()
            }
        }
    }
}

extension RunExport.Activity: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int64(1, scheduledEventID)
        writer.int32(2, attempt)
        writer.int32(3, phase)
        writer.timestamp(4, visibleTime)
        writer.timestamp(5, startedTime)
        writer.int64(6, claim)
        writer.string(7, identity)
        writer.message(8, lastFailure)
        writer.payloads(9, heartbeatDetails)
        writer.timestamp(10, lastHeartbeatTime)
        writer.int32(11, crashes)
        writer.int64(12, blamedClaim)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init()
        while let field = try reader.nextField() {
            switch field {
            case 1: scheduledEventID = try reader.int64()
            case 2: attempt = try reader.int32()
            case 3: phase = try reader.int32()
            case 4: visibleTime = try reader.timestamp()
            case 5: startedTime = try reader.timestamp()
            case 6: claim = try reader.int64()
            case 7: identity = try reader.string()
            case 8: lastFailure = try reader.message()
            case 9: heartbeatDetails = try reader.payloads()
            case 10: lastHeartbeatTime = try reader.timestamp()
            case 11: crashes = try reader.int32()
            case 12: blamedClaim = try reader.int64()
            default: try reader.skip()
            }
        }
    }
}

extension RunExport.Request: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int32(1, kind)
        writer.string(2, id)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init()
        while let field = try reader.nextField() {
            switch field {
            case 1: kind = try reader.int32()
            case 2: id = try reader.string()
            default: try reader.skip()
            }
        }
    }
}
