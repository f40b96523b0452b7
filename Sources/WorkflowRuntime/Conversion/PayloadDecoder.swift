import Foundation

/// A value that is read through a ``PayloadDecoder``, with everything in it.
struct Wrapped<Value: Decodable>: Decodable {
    let value: Value

    init(from decoder: any Decoder) throws {
        if PayloadDecoder.isLeaf(Value.self) {
            value = try decoder.singleValueContainer().decode(Value.self)
        } else if Value.self == Duration.self {
            value = try PayloadDecoder.duration(from: decoder)
        } else {
            value = try Value(from: PayloadDecoder(base: decoder, recorder: KeyRecorder.riding(on: decoder)))
        }
    }
}

/// Passes everything on to another decoder, but reads a `Duration` as `"90s"`, and notes which keys are asked for when a
/// ``KeyRecorder`` rides along.
struct PayloadDecoder: Decoder {
    let base: any Decoder
    let recorder: KeyRecorder?

    var codingPath: [any CodingKey] { base.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { base.userInfo }

    /// Types that the JSON coders treat in their own way.
    static func isLeaf(_ type: Any.Type) -> Bool {
        type == Date.self || type == Data.self || type == Decimal.self || type == URL.self
    }

    static func duration<Value>(from decoder: any Decoder) throws -> Value {
        let container = try decoder.singleValueContainer()
        guard let duration = DurationText.duration(try container.decode(String.self)) as? Value else {
            throw DecodingError.dataCorruptedError(
                in: container,
                debugDescription: "not a duration: a number of seconds followed by s, such as 90s or 0.5s"
            )
        }
        return duration
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let container = try base.container(keyedBy: type)
        recorder?.open(codingPath)
        return KeyedDecodingContainer(WrappedKeyed(base: container, recorder: recorder))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        WrappedUnkeyed(base: try base.unkeyedContainer(), recorder: recorder)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        WrappedSingle(base: try base.singleValueContainer(), recorder: recorder)
    }
}

private struct WrappedKeyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let base: KeyedDecodingContainer<Key>
    let recorder: KeyRecorder?

    var codingPath: [any CodingKey] { base.codingPath }

    var allKeys: [Key] {
        recorder?.noteAll(at: codingPath)
        return base.allKeys
    }

    func contains(_ key: Key) -> Bool {
        recorder?.note(key, at: codingPath)
        return base.contains(key)
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        recorder?.note(key, at: codingPath)
        return try base.decodeNil(forKey: key)
    }

    @available(macOS 15.0, *)
    func decode(_ type: Int128.Type, forKey key: Key) throws -> Int128 {
        recorder?.note(key, at: codingPath)
        return try base.decode(type, forKey: key)
    }

    @available(macOS 15.0, *)
    func decode(_ type: UInt128.Type, forKey key: Key) throws -> UInt128 {
        recorder?.note(key, at: codingPath)
        return try base.decode(type, forKey: key)
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        recorder?.note(key, at: codingPath)
        return try base.decode(Wrapped<Value>.self, forKey: key).value
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        recorder?.note(key, at: codingPath)
        return try base.decodeIfPresent(Wrapped<Value>.self, forKey: key)?.value
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        recorder?.note(key, at: codingPath)
        let container = try base.nestedContainer(keyedBy: type, forKey: key)
        recorder?.open(container.codingPath)
        return KeyedDecodingContainer(WrappedKeyed<Nested>(base: container, recorder: recorder))
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        recorder?.note(key, at: codingPath)
        return WrappedUnkeyed(base: try base.nestedUnkeyedContainer(forKey: key), recorder: recorder)
    }

    func superDecoder() throws -> any Decoder { PayloadDecoder(base: try base.superDecoder(), recorder: recorder) }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        recorder?.note(key, at: codingPath)
        return PayloadDecoder(base: try base.superDecoder(forKey: key), recorder: recorder)
    }
}

private struct WrappedUnkeyed: UnkeyedDecodingContainer {
    var base: any UnkeyedDecodingContainer
    let recorder: KeyRecorder?

    var codingPath: [any CodingKey] { base.codingPath }
    var count: Int? { base.count }
    var isAtEnd: Bool { base.isAtEnd }
    var currentIndex: Int { base.currentIndex }

    mutating func decodeNil() throws -> Bool { try base.decodeNil() }

    @available(macOS 15.0, *)
    mutating func decode(_ type: Int128.Type) throws -> Int128 { try base.decode(type) }

    @available(macOS 15.0, *)
    mutating func decode(_ type: UInt128.Type) throws -> UInt128 { try base.decode(type) }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try base.decode(Wrapped<Value>.self).value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        let container = try base.nestedContainer(keyedBy: type)
        recorder?.open(container.codingPath)
        return KeyedDecodingContainer(WrappedKeyed<Nested>(base: container, recorder: recorder))
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        WrappedUnkeyed(base: try base.nestedUnkeyedContainer(), recorder: recorder)
    }

    mutating func superDecoder() throws -> any Decoder {
        PayloadDecoder(base: try base.superDecoder(), recorder: recorder)
    }
}

private struct WrappedSingle: SingleValueDecodingContainer {
    let base: any SingleValueDecodingContainer
    let recorder: KeyRecorder?

    var codingPath: [any CodingKey] { base.codingPath }

    func decodeNil() -> Bool { base.decodeNil() }
    func decode(_ type: Bool.Type) throws -> Bool { try base.decode(type) }
    func decode(_ type: String.Type) throws -> String { try base.decode(type) }
    func decode(_ type: Double.Type) throws -> Double { try base.decode(type) }
    func decode(_ type: Float.Type) throws -> Float { try base.decode(type) }
    func decode(_ type: Int.Type) throws -> Int { try base.decode(type) }
    func decode(_ type: Int8.Type) throws -> Int8 { try base.decode(type) }
    func decode(_ type: Int16.Type) throws -> Int16 { try base.decode(type) }
    func decode(_ type: Int32.Type) throws -> Int32 { try base.decode(type) }
    func decode(_ type: Int64.Type) throws -> Int64 { try base.decode(type) }
    func decode(_ type: UInt.Type) throws -> UInt { try base.decode(type) }
    func decode(_ type: UInt8.Type) throws -> UInt8 { try base.decode(type) }
    func decode(_ type: UInt16.Type) throws -> UInt16 { try base.decode(type) }
    func decode(_ type: UInt32.Type) throws -> UInt32 { try base.decode(type) }
    func decode(_ type: UInt64.Type) throws -> UInt64 { try base.decode(type) }
    @available(macOS 15.0, *)
    func decode(_ type: Int128.Type) throws -> Int128 { try base.decode(type) }
    @available(macOS 15.0, *)
    func decode(_ type: UInt128.Type) throws -> UInt128 { try base.decode(type) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try base.decode(Wrapped<Value>.self).value
    }
}
