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

/// Reads the wire format of protocol buffers. Never traps, whatever the bytes; slices share the bytes they came from.
package struct ProtobufReader: Sendable {
    private let bytes: ArraySlice<UInt8>
    private var position: Int
    private var wireType: UInt64 = 0
    private let depth: Int

    /// How deep messages may lie in each other: failures have causes, and the deepest chain is 32.
    private static let maxDepth = 72

    /// A reader at the start of `bytes`.
    package init(_ bytes: ArraySlice<UInt8>) { self.init(bytes, depth: 0) }

    private init(_ bytes: ArraySlice<UInt8>, depth: Int) {
        self.bytes = bytes
        self.position = bytes.startIndex
        self.depth = depth
    }

    func error(_ reason: String) -> CodecError { CodecError(offset: position, reason: reason) }

    /// The number of the next field, or nil at the end.
    mutating func nextField() throws -> Int? {
        guard position < bytes.endIndex else { return nil }
        let tag = try varint()
        let field = tag >> 3
        guard field > 0, field <= 0x1FFF_FFFF else { throw error("field number \(field)") }
        wireType = tag & 7
        return Int(field)
    }

    private mutating func varint() throws -> UInt64 {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while position < bytes.endIndex {
            let byte = bytes[position]
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
        case 2: _ = try slice()
        case 5: try advance(4)
        default: throw error("wire type \(wireType)")
        }
    }

    private mutating func advance(_ count: Int) throws {
        guard bytes.endIndex - position >= count else { throw error("a field is cut off") }
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
        for index in (start..<start + 8).reversed() { bits = bits << 8 | UInt64(bytes[index]) }
        return Double(bitPattern: bits)
    }

    /// The bytes of a length-delimited field, shared.
    mutating func slice() throws -> ArraySlice<UInt8> {
        try expect(2)
        let length = try varint()
        guard length <= UInt64(bytes.endIndex - position) else { throw error("a field is cut off") }
        let start = position
        position += Int(length)
        return bytes[start..<position]
    }

    mutating func data() throws -> [UInt8] { Array(try slice()) }

    mutating func string() throws -> String {
        let start = position
        guard let text = String(validating: try slice(), as: UTF8.self) else {
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
        while inner.position < inner.bytes.endIndex { values.append(UInt32(truncatingIfNeeded: try inner.varint())) }
    }

    /// A reader of the message in this field.
    mutating func message() throws -> ProtobufReader {
        guard depth < ProtobufReader.maxDepth else { throw error("messages lie too deep in each other") }
        return ProtobufReader(try slice(), depth: depth + 1)
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
