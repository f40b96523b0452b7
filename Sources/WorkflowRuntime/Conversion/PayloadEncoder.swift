import Foundation

/// A value that is written through a ``PayloadEncoder``, with everything in it.
struct Wrapping<Value: Encodable>: Encodable {
    let value: Value

    func encode(to encoder: any Encoder) throws {
        if PayloadDecoder.isLeaf(Value.self) {
            var container = encoder.singleValueContainer()
            try container.encode(value)
        } else if let duration = value as? Duration, Value.self == Duration.self {
            var container = encoder.singleValueContainer()
            try container.encode(DurationText.text(duration))
        } else {
            try value.encode(to: PayloadEncoder(base: encoder))
        }
    }
}

/// Passes everything on to another encoder, but writes a `Duration` as `"90s"`.
struct PayloadEncoder: Encoder {
    let base: any Encoder

    var codingPath: [any CodingKey] { base.codingPath }
    var userInfo: [CodingUserInfoKey: Any] { base.userInfo }

    func container<Key: CodingKey>(keyedBy type: Key.Type) -> KeyedEncodingContainer<Key> {
        KeyedEncodingContainer(WrappingKeyed(base: base.container(keyedBy: type)))
    }

    func unkeyedContainer() -> any UnkeyedEncodingContainer { WrappingUnkeyed(base: base.unkeyedContainer()) }

    func singleValueContainer() -> any SingleValueEncodingContainer {
        WrappingSingle(base: base.singleValueContainer())
    }
}

private struct WrappingKeyed<Key: CodingKey>: KeyedEncodingContainerProtocol {
    var base: KeyedEncodingContainer<Key>

    var codingPath: [any CodingKey] { base.codingPath }

    mutating func encodeNil(forKey key: Key) throws { try base.encodeNil(forKey: key) }

    @available(macOS 15.0, *)
    mutating func encode(_ value: Int128, forKey key: Key) throws { try base.encode(value, forKey: key) }

    @available(macOS 15.0, *)
    mutating func encode(_ value: UInt128, forKey key: Key) throws { try base.encode(value, forKey: key) }

    mutating func encode<Value: Encodable>(_ value: Value, forKey key: Key) throws {
        try base.encode(Wrapping(value: value), forKey: key)
    }

    mutating func nestedContainer<Nested: CodingKey>(
        keyedBy type: Nested.Type,
        forKey key: Key
    ) -> KeyedEncodingContainer<Nested> {
        KeyedEncodingContainer(WrappingKeyed<Nested>(base: base.nestedContainer(keyedBy: type, forKey: key)))
    }

    mutating func nestedUnkeyedContainer(forKey key: Key) -> any UnkeyedEncodingContainer {
        WrappingUnkeyed(base: base.nestedUnkeyedContainer(forKey: key))
    }

    mutating func superEncoder() -> any Encoder { PayloadEncoder(base: base.superEncoder()) }

    mutating func superEncoder(forKey key: Key) -> any Encoder { PayloadEncoder(base: base.superEncoder(forKey: key)) }
}

private struct WrappingUnkeyed: UnkeyedEncodingContainer {
    var base: any UnkeyedEncodingContainer

    var codingPath: [any CodingKey] { base.codingPath }
    var count: Int { base.count }

    mutating func encodeNil() throws { try base.encodeNil() }

    @available(macOS 15.0, *)
    mutating func encode(_ value: Int128) throws { try base.encode(value) }

    @available(macOS 15.0, *)
    mutating func encode(_ value: UInt128) throws { try base.encode(value) }

    mutating func encode<Value: Encodable>(_ value: Value) throws { try base.encode(Wrapping(value: value)) }

    mutating func nestedContainer<Nested: CodingKey>(keyedBy type: Nested.Type) -> KeyedEncodingContainer<Nested> {
        KeyedEncodingContainer(WrappingKeyed<Nested>(base: base.nestedContainer(keyedBy: type)))
    }

    mutating func nestedUnkeyedContainer() -> any UnkeyedEncodingContainer {
        WrappingUnkeyed(base: base.nestedUnkeyedContainer())
    }

    mutating func superEncoder() -> any Encoder { PayloadEncoder(base: base.superEncoder()) }
}

private struct WrappingSingle: SingleValueEncodingContainer {
    var base: any SingleValueEncodingContainer

    var codingPath: [any CodingKey] { base.codingPath }

    mutating func encodeNil() throws { try base.encodeNil() }
    mutating func encode(_ value: Bool) throws { try base.encode(value) }
    mutating func encode(_ value: String) throws { try base.encode(value) }
    mutating func encode(_ value: Double) throws { try base.encode(value) }
    mutating func encode(_ value: Float) throws { try base.encode(value) }
    mutating func encode(_ value: Int) throws { try base.encode(value) }
    mutating func encode(_ value: Int8) throws { try base.encode(value) }
    mutating func encode(_ value: Int16) throws { try base.encode(value) }
    mutating func encode(_ value: Int32) throws { try base.encode(value) }
    mutating func encode(_ value: Int64) throws { try base.encode(value) }
    mutating func encode(_ value: UInt) throws { try base.encode(value) }
    mutating func encode(_ value: UInt8) throws { try base.encode(value) }
    mutating func encode(_ value: UInt16) throws { try base.encode(value) }
    mutating func encode(_ value: UInt32) throws { try base.encode(value) }
    mutating func encode(_ value: UInt64) throws { try base.encode(value) }
    @available(macOS 15.0, *)
    mutating func encode(_ value: Int128) throws { try base.encode(value) }
    @available(macOS 15.0, *)
    mutating func encode(_ value: UInt128) throws { try base.encode(value) }

    mutating func encode<Value: Encodable>(_ value: Value) throws { try base.encode(Wrapping(value: value)) }
}
