extension HistoryEvent.TimerStarted: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.string(1, timerID)
        writer.nonzeroDuration(2, startToFireTimeout)
        writer.int64(3, workflowTaskCompletedEventID)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(timerID: "", startToFireTimeout: .zero, workflowTaskCompletedEventID: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: timerID = try reader.string()
            case 2: startToFireTimeout = try reader.duration()
            case 3: workflowTaskCompletedEventID = try reader.int64()
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.TimerFired: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.string(1, timerID)
        writer.int64(2, startedEventID)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(timerID: "", startedEventID: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: timerID = try reader.string()
            case 2: startedEventID = try reader.int64()
            default: try reader.skip()
            }
        }
    }
}

extension HistoryEvent.TimerCanceled: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.string(1, timerID)
        writer.int64(2, startedEventID)
        writer.int64(3, workflowTaskCompletedEventID)
        writer.string(4, identity)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(timerID: "", startedEventID: 0, workflowTaskCompletedEventID: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: timerID = try reader.string()
            case 2: startedEventID = try reader.int64()
            case 3: workflowTaskCompletedEventID = try reader.int64()
            case 4: identity = try reader.string()
            default: try reader.skip()
            }
        }
    }
}
