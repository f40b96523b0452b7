extension HistoryEvent.MarkerRecorded: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.string(1, markerName)
        writer.payloadLists(2, details)
        writer.int64(3, workflowTaskCompletedEventID)
        writer.payloadMap(4, header)
        writer.message(5, failure)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init(markerName: "", workflowTaskCompletedEventID: 0)
        while let field = try reader.nextField() {
            switch field {
            case 1: markerName = try reader.string()
            case 2: try reader.payloadList(into: &details)
            case 3: workflowTaskCompletedEventID = try reader.int64()
            case 4: header = try reader.payloadMap()
            case 5: failure = try reader.message(Failure.self)
            default: try reader.skip()
            }
        }
    }
}
