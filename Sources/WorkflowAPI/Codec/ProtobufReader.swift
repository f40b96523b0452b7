/// Bytes that cannot be what they should be: a corrupt or foreign store, never a bug of the caller.
package struct CodecError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Where, in bytes from the start of what was read.
    package var offset: Int
    /// What is wrong there.
    package var reason: String

    /// Trouble at a place.
    package init(offset: Int, reason: String) {
        self.offset = offset
        self.reason = reason
    }

    /// One line for people.
    package var description: String { "unreadable bytes at offset \(offset): \(reason)" }
}

/// Reads the wire format of protocol buffers. Never traps, whatever the bytes.
///
/// It points into bytes that ``read(_:_:)`` holds still meanwhile, so that messages in messages cost nothing; it must not
/// leave that call. Every access is checked against `end` first.
package struct ProtobufReader {
    private let base: UnsafeRawPointer
    private let start: Int
    private var position: Int
    private let end: Int
    private var wireType: UInt64 = 0
    private let depth: Int

    /// How deep messages may lie in each other: failures have causes, and the deepest chain is 32.
    private static let maxDepth = 72

    /// Reads `bytes` from their start. Throws what `body` throws.
    package static func read<Result>(
        _ bytes: ArraySlice<UInt8>,
        _ body: (inout ProtobufReader) throws -> Result
    ) throws -> Result {
        try bytes.withUnsafeBytes { buffer in
            // No bytes have no address; nothing is ever read from this one.
            guard let base = buffer.baseAddress else {
                return try withUnsafeBytes(of: 0) { nothing in
                    guard let base = nothing.baseAddress else { throw CodecError(offset: 0, reason: "no memory") }
                    var reader = ProtobufReader(base: base, position: 0, end: 0, depth: 0)
                    return try body(&reader)
                }
            }
            var reader = ProtobufReader(base: base, position: 0, end: buffer.count, depth: 0)
            return try body(&reader)
        }
    }

    private init(base: UnsafeRawPointer, position: Int, end: Int, depth: Int) {
        self.base = base
        self.start = position
        self.position = position
        self.end = end
        self.depth = depth
    }

    private func byte(_ index: Int) -> UInt8 { base.load(fromByteOffset: index, as: UInt8.self) }

    func error(_ reason: String) -> CodecError { CodecError(offset: position, reason: reason) }

    /// The number of the next field, or nil at the end.
    mutating func nextField() throws -> Int? {
        guard position < end else { return nil }
        let tag = try varint()
        let field = tag >> 3
        guard field > 0, field <= 0x1FFF_FFFF else { throw error("field number \(field)") }
        wireType = tag & 7
        return Int(field)
    }

    private mutating func varint() throws -> UInt64 {
        // Most numbers have one byte.
        if position < end, byte(position) < 0x80 {
            position += 1
            return UInt64(byte(position - 1))
        }
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < end {
            let byte = byte(position)
            position += 1
            if shift == 63, byte > 1 { throw error("a number over 64 bits") }
            value |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return value }
            shift += 7
            if shift > 63 { throw error("a number over 64 bits") }
        }
        throw error("a number is cut off")
    }

    private func expect(_ expected: UInt64) throws {
        guard wireType == expected else { throw error("wire type \(wireType) where \(expected) belongs") }
    }

    /// Passes over a field that is not known.
    mutating func skip() throws {
        switch wireType {
        case 0: _ = try varint()
        case 1: try advance(8)
        case 2: _ = try bounds()
        case 5: try advance(4)
        default: throw error("wire type \(wireType)")
        }
    }

    private mutating func advance(_ count: Int) throws {
        guard end - position >= count else { throw error("a field is cut off") }
        position += count
    }

    mutating func int64() throws -> Int64 {
        try expect(0)
        return Int64(bitPattern: try varint())
    }

    mutating func int32() throws -> Int32 { Int32(truncatingIfNeeded: try int64()) }

    mutating func bool() throws -> Bool { try int64() != 0 }

    mutating func double() throws -> Double {
        try expect(1)
        let start = position
        try advance(8)
        var bits: UInt64 = 0
        for index in (start..<start + 8).reversed() { bits = bits << 8 | UInt64(byte(index)) }
        return Double(bitPattern: bits)
    }

    /// Where a length-delimited field lies.
    private mutating func bounds() throws -> Range<Int> {
        try expect(2)
        let length = try varint()
        guard length <= UInt64(end - position) else { throw error("a field is cut off") }
        let start = position
        position += Int(length)
        return start..<position
    }

    private func buffer(_ bounds: Range<Int>) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: base + bounds.lowerBound, count: bounds.count)
    }

    mutating func data() throws -> [UInt8] { Array(buffer(try bounds())) }

    /// Passes over a length-delimited field if it holds just these bytes.
    mutating func skip(_ expected: [UInt8]) throws -> Bool {
        let start = position
        let found = buffer(try bounds())
        if found.count == expected.count, found.elementsEqual(expected) { return true }
        position = start
        return false
    }

    /// All bytes that this reader reads, wherever it stands.
    var everything: [UInt8] { Array(buffer(start..<end)) }

    mutating func string() throws -> String {
        let start = position
        guard let text = String(validating: buffer(try bounds()), as: UTF8.self) else {
            throw CodecError(offset: start, reason: "text that is not UTF-8")
        }
        return text
    }

    /// Numbers, packed or one by one.
    mutating func numbers(into values: inout [UInt32]) throws {
        if wireType == 0 {
            values.append(UInt32(truncatingIfNeeded: try varint()))
            return
        }
        var inner = try message()
        while inner.position < inner.end { values.append(UInt32(truncatingIfNeeded: try inner.varint())) }
    }

    /// A reader of the message in this field.
    mutating func message() throws -> ProtobufReader {
        guard depth < ProtobufReader.maxDepth else { throw error("messages lie too deep in each other") }
        let bounds = try bounds()
        return ProtobufReader(base: base, position: bounds.lowerBound, end: bounds.upperBound, depth: depth + 1)
    }

    mutating func message<Message: ProtobufMessage>(_ type: Message.Type = Message.self) throws -> Message {
        var inner = try message()
        return try Message(from: &inner)
    }

    /// A message that has nothing but a name.
    mutating func named() throws -> String {
        var inner = try message()
        var name = ""
        while let field = try inner.nextField() {
            if field == 1 { name = try inner.string() } else { try inner.skip() }
        }
        return name
    }

    private mutating func secondsAndNanoseconds() throws -> Int64 {
        var inner = try message()
        var seconds: Int64 = 0
        var nanoseconds: Int64 = 0
        while let field = try inner.nextField() {
            switch field {
            case 1: seconds = try inner.int64()
            case 2: nanoseconds = try inner.int64()
            default: try inner.skip()
            }
        }
        let (scaled, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, overflow2) = scaled.addingReportingOverflow(nanoseconds)
        guard !overflow, !overflow2 else { throw error("a time beyond the year 2262") }
        return sum
    }

    mutating func duration() throws -> Duration { .nanoseconds(try secondsAndNanoseconds()) }

    mutating func timestamp() throws -> Timestamp { Timestamp(nanoseconds: try secondsAndNanoseconds()) }

    mutating func payloads() throws -> [Payload] { try message(PayloadList.self).payloads }

    mutating func payloadMap() throws -> PayloadMap { try message(PayloadFields.self).fields }

    mutating func value<Value: RawRepresentable>(_ type: Value.Type = Value.self) throws -> Value
    where Value.RawValue == Int32 {
        let raw = try int32()
        guard let value = Value(rawValue: raw) else { throw error("\(type) \(raw)") }
        return value
    }
}

/// The way to the innermost failure may be this long.
package enum FailureLimits {
    /// Causes behind one another.
    package static let maxCauses = 32
}
