/// Writes the wire format of protocol buffers. Fields with their default value are left out, as proto3 has it; what is
/// written twice from the same value is the same to the byte.
package struct ProtobufWriter: Sendable {
    /// What was written so far.
    package private(set) var bytes: [UInt8] = []

    /// Nothing written.
    package init() {}

    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    mutating func tag(_ field: Int, _ wireType: UInt64) { varint(UInt64(field) << 3 | wireType) }

    mutating func int64(_ field: Int, _ value: Int64) {
        guard value != 0 else { return }
        tag(field, 0)
        varint(UInt64(bitPattern: value))
    }

    mutating func int32(_ field: Int, _ value: Int32) { int64(field, Int64(value)) }

    mutating func bool(_ field: Int, _ value: Bool) { int64(field, value ? 1 : 0) }

    mutating func double(_ field: Int, _ value: Double) {
        guard value.bitPattern != 0 else { return }
        tag(field, 1)
        var bits = value.bitPattern
        for _ in 0..<8 {
            bytes.append(UInt8(truncatingIfNeeded: bits))
            bits >>= 8
        }
    }

    mutating func string(_ field: Int, _ value: String) {
        guard !value.isEmpty else { return }
        tag(field, 2)
        varint(UInt64(value.utf8.count))
        bytes.append(contentsOf: value.utf8)
    }

    /// Bytes, also when there are none: where presence matters.
    mutating func presentBytes(_ field: Int, _ value: some Collection<UInt8>) {
        tag(field, 2)
        varint(UInt64(value.count))
        bytes.append(contentsOf: value)
    }

    mutating func data(_ field: Int, _ value: [UInt8]) {
        guard !value.isEmpty else { return }
        presentBytes(field, value)
    }

    mutating func strings(_ field: Int, _ values: [String]) {
        for value in values { presentBytes(field, value.utf8) }
    }

    /// Numbers in the packed form.
    mutating func packed(_ field: Int, _ values: [UInt32]) {
        guard !values.isEmpty else { return }
        var inner = ProtobufWriter()
        for value in values { inner.varint(UInt64(value)) }
        presentBytes(field, inner.bytes)
    }

    /// A message, also when it is empty: in proto3 its presence is a fact.
    mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        presentBytes(field, inner.bytes)
    }

    mutating func message(_ field: Int, _ value: some ProtobufMessage) { message(field) { value.write(to: &$0) } }

    mutating func message(_ field: Int, _ value: (some ProtobufMessage)?) {
        guard let value else { return }
        message(field, value)
    }

    /// A message that has nothing but a name: a type, a queue.
    mutating func named(_ field: Int, _ name: String) {
        guard !name.isEmpty else { return }
        message(field) { $0.string(1, name) }
    }

    mutating func duration(_ field: Int, _ value: Duration?) {
        guard let value else { return }
        let nanoseconds = value.clampedNanoseconds
        message(field) {
            $0.int64(1, nanoseconds / 1_000_000_000)
            $0.int64(2, nanoseconds % 1_000_000_000)
        }
    }

    /// A duration that is left out when it is zero.
    mutating func nonzeroDuration(_ field: Int, _ value: Duration) { duration(field, value == .zero ? nil : value) }

    mutating func timestamp(_ field: Int, _ value: Timestamp?) {
        guard let value else { return }
        let (seconds, rest) = value.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let isEarlier = rest < 0
        message(field) {
            $0.int64(1, isEarlier ? seconds - 1 : seconds)
            $0.int64(2, isEarlier ? rest + 1_000_000_000 : rest)
        }
    }

    mutating func payloads(_ field: Int, _ values: [Payload]) {
        guard !values.isEmpty else { return }
        message(field, PayloadList(values))
    }

    /// A message whose field 1 is a map of payloads: header, memo, search attributes.
    mutating func payloadMap(_ field: Int, _ values: PayloadMap) {
        guard !values.isEmpty else { return }
        message(field, PayloadFields(values))
    }
}

/// Something that is written as one message.
package protocol ProtobufMessage {
    /// Writes its fields.
    func write(to writer: inout ProtobufWriter)
    /// Reads its fields; unknown ones are passed over.
    init(from reader: inout ProtobufReader) throws
}

extension ProtobufMessage {
    /// The message as bytes.
    package var protobuf: [UInt8] {
        var writer = ProtobufWriter()
        write(to: &writer)
        return writer.bytes
    }

    /// Reads the message from bytes. Throws ``CodecError``.
    package init(protobuf bytes: [UInt8]) throws {
        self = try ProtobufReader.read(bytes[...]) { try Self(from: &$0) }
    }
}
