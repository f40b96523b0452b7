/// The stored form of history: the bytes of one `temporal.api.history.v1.History`, so that rows one after another are the
/// whole history, and stored bytes go over the wire as they are.
///
/// Fields of a known event that this version does not model are passed over when it is read; they are not lost, because
/// stored bytes are never written anew. Events of a type that it does not know keep their bytes.
package enum HistoryCodec {
    /// Events as bytes; `encode(a) + encode(b)` is `encode(a + b)`.
    package static func encode(_ events: [HistoryEvent]) -> [UInt8] {
        var writer = ProtobufWriter()
        for event in events {
            if case .unknown(_, let bytes) = event.attributes {
                writer.presentBytes(1, bytes)
            } else {
                writer.message(1, event)
            }
        }
        return writer.bytes
    }

    /// The bytes of one event, as they stand in a history.
    package static func encode(_ event: HistoryEvent) -> [UInt8] {
        if case .unknown(_, let bytes) = event.attributes { return bytes }
        return event.protobuf
    }

    /// Events from bytes. Throws ``CodecError``.
    package static func decode(_ bytes: [UInt8]) throws -> [HistoryEvent] {
        try ProtobufReader.read(bytes[...]) { reader in
            var events: [HistoryEvent] = []
            while let field = try reader.nextField() {
                guard field == 1 else {
                    try reader.skip()
                    continue
                }
                events.append(try reader.message())
            }
            return events
        }
    }

    /// One event from its bytes. Throws ``CodecError``.
    package static func decodeEvent(_ bytes: ArraySlice<UInt8>) throws -> HistoryEvent {
        try ProtobufReader.read(bytes) { try HistoryEvent(from: &$0) }
    }
}

extension HistoryEvent: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.int64(1, id)
        writer.timestamp(2, time)
        writer.int32(3, type.rawValue)
        switch attributes {
        case .workflowExecutionStarted(let attributes): writer.message(6, attributes)
        case .workflowExecutionCompleted(let attributes): writer.message(7, attributes)
        case .workflowExecutionFailed(let attributes): writer.message(8, attributes)
        case .workflowExecutionTimedOut(let attributes): writer.message(9, attributes)
        case .workflowTaskScheduled(let attributes): writer.message(10, attributes)
        case .workflowTaskStarted(let attributes): writer.message(11, attributes)
        case .workflowTaskCompleted(let attributes): writer.message(12, attributes)
        case .workflowTaskTimedOut(let attributes): writer.message(13, attributes)
        case .workflowTaskFailed(let attributes): writer.message(14, attributes)
        case .activityTaskScheduled(let attributes): writer.message(15, attributes)
        case .activityTaskStarted(let attributes): writer.message(16, attributes)
        case .activityTaskCompleted(let attributes): writer.message(17, attributes)
        case .activityTaskFailed(let attributes): writer.message(18, attributes)
        case .activityTaskTimedOut(let attributes): writer.message(19, attributes)
        case .timerStarted(let attributes): writer.message(20, attributes)
        case .timerFired(let attributes): writer.message(21, attributes)
        case .activityTaskCancelRequested(let attributes): writer.message(22, attributes)
        case .activityTaskCanceled(let attributes): writer.message(23, attributes)
        case .timerCanceled(let attributes): writer.message(24, attributes)
        case .markerRecorded(let attributes): writer.message(25, attributes)
        case .workflowExecutionSignaled(let attributes): writer.message(26, attributes)
        case .workflowExecutionTerminated(let attributes): writer.message(27, attributes)
        case .workflowExecutionCancelRequested(let attributes): writer.message(28, attributes)
        case .workflowExecutionCanceled(let attributes): writer.message(29, attributes)
        case .unknown: break
        }
    }

    package init(from reader: inout ProtobufReader) throws {
        var type = EventType(rawValue: 0)
        self.init(id: 0, time: .zero, attributes: .unknown(type: type, event: []))
        while let field = try reader.nextField() {
            switch field {
            case 1: id = try reader.int64()
            case 2: time = try reader.timestamp()
            case 3: type = try reader.value()
            case 6: attributes = .workflowExecutionStarted(try reader.message())
            case 7: attributes = .workflowExecutionCompleted(try reader.message())
            case 8: attributes = .workflowExecutionFailed(try reader.message())
            case 9: attributes = .workflowExecutionTimedOut(try reader.message())
            case 10: attributes = .workflowTaskScheduled(try reader.message())
            case 11: attributes = .workflowTaskStarted(try reader.message())
            case 12: attributes = .workflowTaskCompleted(try reader.message())
            case 13: attributes = .workflowTaskTimedOut(try reader.message())
            case 14: attributes = .workflowTaskFailed(try reader.message())
            case 15: attributes = .activityTaskScheduled(try reader.message())
            case 16: attributes = .activityTaskStarted(try reader.message())
            case 17: attributes = .activityTaskCompleted(try reader.message())
            case 18: attributes = .activityTaskFailed(try reader.message())
            case 19: attributes = .activityTaskTimedOut(try reader.message())
            case 20: attributes = .timerStarted(try reader.message())
            case 21: attributes = .timerFired(try reader.message())
            case 22: attributes = .activityTaskCancelRequested(try reader.message())
            case 23: attributes = .activityTaskCanceled(try reader.message())
            case 24: attributes = .timerCanceled(try reader.message())
            case 25: attributes = .markerRecorded(try reader.message())
            case 26: attributes = .workflowExecutionSignaled(try reader.message())
            case 27: attributes = .workflowExecutionTerminated(try reader.message())
            case 28: attributes = .workflowExecutionCancelRequested(try reader.message())
            case 29: attributes = .workflowExecutionCanceled(try reader.message())
            default: try reader.skip()
            }
        }
        if case .unknown = attributes { attributes = .unknown(type: type, event: reader.everything) }
    }
}
