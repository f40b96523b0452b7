import Foundation

/// A value that is read through a ``RecordingDecoder``, with everything in it.
struct Recorded<Value: Decodable>: Decodable {
    let value: Value

    init(from decoder: any Decoder) throws {
        guard let recorder = KeyRecorder.riding(on: decoder), !RecordingDecoder.isLeaf(Value.self)
        else {
            value = try decoder.singleValueContainer().decode(Value.self)
            return
        }
        value = try Value(from: RecordingDecoder(base: decoder, recorder: recorder))
    }
}

/// Passes everything on to another decoder and notes which keys are asked for.
struct RecordingDecoder: Decoder {
    let base: any Decoder
    let recorder: KeyRecorder

    var codingPath: [any CodingKey] { base.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { base.userInfo }

    /// Types that the JSON decoder reads in its own way.
    static func isLeaf(_ type: Any.Type) -> Bool {
        type == Date.self || type == Data.self || type == Decimal.self || type == URL.self
    }

    func container<Key: CodingKey>(keyedBy type: Key.Type) throws -> KeyedDecodingContainer<Key> {
        let container = try base.container(keyedBy: type)
        recorder.open(codingPath)
        return KeyedDecodingContainer(RecordingKeyed(base: container, recorder: recorder))
    }

    func unkeyedContainer() throws -> any UnkeyedDecodingContainer {
        RecordingUnkeyed(base: try base.unkeyedContainer(), recorder: recorder)
    }

    func singleValueContainer() throws -> any SingleValueDecodingContainer {
        RecordingSingle(base: try base.singleValueContainer(), recorder: recorder)
    }
}

private struct RecordingKeyed<Key: CodingKey>: KeyedDecodingContainerProtocol {
    let base: KeyedDecodingContainer<Key>
    let recorder: KeyRecorder

    var codingPath: [any CodingKey] { base.codingPath }

    var allKeys: [Key] {
        recorder.noteAll(at: codingPath)
        return base.allKeys
    }

    func contains(_ key: Key) -> Bool {
        recorder.note(key, at: codingPath)
        return base.contains(key)
    }

    func decodeNil(forKey key: Key) throws -> Bool {
        recorder.note(key, at: codingPath)
        return try base.decodeNil(forKey: key)
    }

    func decode<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value {
        recorder.note(key, at: codingPath)
        return try base.decode(Recorded<Value>.self, forKey: key).value
    }

    func decodeIfPresent<Value: Decodable>(_ type: Value.Type, forKey key: Key) throws -> Value? {
        recorder.note(key, at: codingPath)
        return try base.decodeIfPresent(Recorded<Value>.self, forKey: key)?.value
    }

    func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) throws -> KeyedDecodingContainer<Nested> {
        recorder.note(key, at: codingPath)
        let container = try base.nestedContainer(keyedBy: type, forKey: key)
        recorder.open(container.codingPath)
        return KeyedDecodingContainer(RecordingKeyed<Nested>(base: container, recorder: recorder))
    }

    func nestedUnkeyedContainer(forKey key: Key) throws -> any UnkeyedDecodingContainer {
        recorder.note(key, at: codingPath)
        return RecordingUnkeyed(base: try base.nestedUnkeyedContainer(forKey: key), recorder: recorder)
    }

    func superDecoder() throws -> any Decoder { RecordingDecoder(base: try base.superDecoder(), recorder: recorder) }

    func superDecoder(forKey key: Key) throws -> any Decoder {
        recorder.note(key, at: codingPath)
        return RecordingDecoder(base: try base.superDecoder(forKey: key), recorder: recorder)
    }
}

private struct RecordingUnkeyed: UnkeyedDecodingContainer {
    var base: any UnkeyedDecodingContainer
    let recorder: KeyRecorder

    var codingPath: [any CodingKey] { base.codingPath }
    var count: Int? { base.count }
    var isAtEnd: Bool { base.isAtEnd }
    var currentIndex: Int { base.currentIndex }

    mutating func decodeNil() throws -> Bool { try base.decodeNil() }

    mutating func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try base.decode(Recorded<Value>.self).value
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type
    ) throws -> KeyedDecodingContainer<Nested> {
        let container = try base.nestedContainer(keyedBy: type)
        recorder.open(container.codingPath)
        return KeyedDecodingContainer(RecordingKeyed<Nested>(base: container, recorder: recorder))
    }

    mutating func nestedUnkeyedContainer() throws -> any UnkeyedDecodingContainer {
        RecordingUnkeyed(base: try base.nestedUnkeyedContainer(), recorder: recorder)
    }

    mutating func superDecoder() throws -> any Decoder {
        RecordingDecoder(base: try base.superDecoder(), recorder: recorder)
    }
}

private struct RecordingSingle: SingleValueDecodingContainer {
    let base: any SingleValueDecodingContainer
    let recorder: KeyRecorder

    var codingPath: [any CodingKey] { base.codingPath }

    func decodeNil() -> Bool { base.decodeNil() }
    func decode(_ type: Bool.Type) throws -> Bool { try base.decode(type) }
    func decode(_ type: String.Type) throws -> String { try base.decode(type) }
    func decode(_ type: Int.Type) throws -> Int { try base.decode(type) }
    func decode(_ type: Double.Type) throws -> Double { try base.decode(type) }

    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        if RecordingDecoder.isLeaf(type) { return try base.decode(type) }
        return try base.decode(Recorded<Value>.self).value
    }
}
