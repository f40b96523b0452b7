extension Workflow {
    /// A number in a range, the same in every replay.
    public static func random(in range: Range<Int>, fileID: String = #fileID, line: Int = #line) throws -> Int {
        let context = try writable("Workflow.random", SourceLocation(fileID: fileID, line: line))
        guard !range.isEmpty else {
            throw ApplicationError(type: "EmptyRange", message: "a random number of an empty range", nonRetryable: true)
        }
        let width = UInt64(bitPattern: Int64(range.upperBound)) &- UInt64(bitPattern: Int64(range.lowerBound))
        let offset = context.random.next(under: width)
        return Int(Int64(bitPattern: UInt64(bitPattern: Int64(range.lowerBound)) &+ offset))
    }

    /// A number in 0..<1, the same in every replay.
    public static func randomDouble(fileID: String = #fileID, line: Int = #line) throws -> Double {
        try writable("Workflow.randomDouble", SourceLocation(fileID: fileID, line: line)).random.nextDouble()
    }

    /// The elements in an order that is the same in every replay.
    public static func shuffled<Element>(
        _ elements: [Element],
        fileID: String = #fileID,
        line: Int = #line
    ) throws -> [Element] {
        try writable("Workflow.shuffled", SourceLocation(fileID: fileID, line: line)).random.shuffled(elements)
    }

    /// A version 4 UUID in lower case, the same in every replay.
    public static func uuid(fileID: String = #fileID, line: Int = #line) throws -> String {
        try writable("Workflow.uuid", SourceLocation(fileID: fileID, line: line)).random.nextUUID()
    }
}
