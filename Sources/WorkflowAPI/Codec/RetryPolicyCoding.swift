extension RetryPolicy: ProtobufMessage {
    package func write(to writer: inout ProtobufWriter) {
        writer.duration(1, initialInterval)
        writer.double(2, backoffCoefficient)
        writer.duration(3, maximumInterval)
        writer.int64(4, Int64(maximumAttempts))
        writer.strings(5, nonRetryableErrorTypes)
    }

    package init(from reader: inout ProtobufReader) throws {
        self.init()
        while let field = try reader.nextField() {
            switch field {
            case 1: initialInterval = try reader.duration()
            case 2: backoffCoefficient = try reader.double()
            case 3: maximumInterval = try reader.duration()
            case 4: maximumAttempts = Int(try reader.int32())
            case 5: nonRetryableErrorTypes.append(try reader.string())
            default: try reader.skip()
            }
        }
    }
}
