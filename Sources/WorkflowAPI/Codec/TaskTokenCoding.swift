extension TaskToken: ProtobufMessage {
    /// The version of the form, in front of the message.
    private static let version: UInt8 = 1

    /// The token as opaque bytes.
    package var encoded: [UInt8] { [TaskToken.version] + protobuf }

    /// A token from its bytes. Throws ``CodecError`` for anything but what ``encoded`` gave.
    package init(encoded bytes: [UInt8]) throws {
        guard bytes.first == TaskToken.version else {
            throw CodecError(offset: 0, reason: "a task token of an unknown version")
        }
        self = try ProtobufReader.read(bytes.dropFirst()) { try TaskToken(from: &$0) }
        guard !execution.runID.rawValue.isEmpty, attempt > 0 else {
            throw CodecError(offset: bytes.count, reason: "a task token without a run or an attempt")
        }
    }

    package func write(to writer: inout ProtobufWriter) {
        writer.string(1, namespace.rawValue)
        writer.string(2, execution.workflowID.rawValue)
        writer.string(3, execution.runID.rawValue)
        writer.int64(4, runKey)
        writer.int64(5, scheduledEventID)
        writer.int64(6, startedEventID)
        writer.int32(7, attempt)
        writer.int64(8, claim)
        writer.string(9, activityID)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(
            namespace: "",
            execution: WorkflowExecution(workflowID: "", runID: ""),
            runKey: 0,
            scheduledEventID: 0,
            startedEventID: 0,
            attempt: 0,
            claim: 0
        )
        while let field = try reader.nextField() {
            switch field {
            case 1: namespace = Namespace(try reader.string())
            case 2: execution.workflowID = WorkflowID(try reader.string())
            case 3: execution.runID = RunID(try reader.string())
            case 4: runKey = try reader.int64()
            case 5: scheduledEventID = try reader.int64()
            case 6: startedEventID = try reader.int64()
            case 7: attempt = try reader.int32()
            case 8: claim = try reader.int64()
            case 9: activityID = try reader.string()
            default: try reader.skip()
            }
        }
    }
}
