import Foundation
public import WorkflowAPI

/// Swift values to payloads and back: `json/plain` with sorted keys, `binary/null` for nil and Void, `binary/plain` for
/// bytes; a ``Payload`` passes through. Dates are RFC 3339 with fraction, durations `"90s"`, data base64.
public enum PayloadConverter {
    /// Encodes one value.
    public static func payload(_ value: some Encodable) throws -> Payload {
        if let payload = value as? Payload { return payload }
        if value is NoValue { return .null }
        // The type is asked for by itself: every empty array can be cast to every other.
        if type(of: value) == [UInt8].self, let bytes = value as? [UInt8] {
            return Payload(encoding: Payload.binaryEncoding, data: bytes)
        }
        if let data = value as? Data { return Payload(encoding: Payload.binaryEncoding, data: [UInt8](data)) }
        if let optional = value as? any OptionalValue, optional.isNil { return .null }
        return Payload(encoding: Payload.jsonEncoding, data: try jsonBytes(value))
    }

    /// Decodes one value. Throws ``PayloadError`` with the path of what does not fit, never with the payload itself.
    public static func value<Value: Decodable>(_ payload: Payload, as type: Value.Type = Value.self) throws -> Value {
        if type == Payload.self, let same = payload as? Value { return same }
        if type == NoValue.self, let nothing = NoValue() as? Value { return nothing }
        if type == [UInt8].self, payload.encoding == Payload.binaryEncoding, let bytes = payload.data as? Value {
            return bytes
        }
        if type == Data.self, payload.encoding == Payload.binaryEncoding, let data = Data(payload.data) as? Value {
            return data
        }
        do {
            switch payload.encoding {
            case Payload.jsonEncoding: return try decode(type, from: payload.data)
            case Payload.nullEncoding: return try decoder.decode(type, from: Data("null".utf8))
            default:
                if payload.isEncrypted { throw PayloadError(message: payload.missingKey.message) }
                throw PayloadError(message: "encoding '\(payload.encoding ?? "none")' cannot be read as \(type)")
            }
        } catch let error as DecodingError {
            throw PayloadError(message: error.pathAndReason)
        }
    }

    /// Decodes the one argument of a call.
    package static func argument<Value: Decodable>(_ payloads: [Payload], as type: Value.Type) throws -> Value {
        try value(payloads.first ?? .null, as: type)
    }

    /// JSON text of a value. Numbers, truth values and plain words are written by hand, the same as the encoder does.
    private static func jsonBytes(_ value: some Encodable) throws -> [UInt8] {
        switch value {
        case let number as Int: return Array(String(number).utf8)
        case let flag as Bool: return Array((flag ? "true" : "false").utf8)
        case let text as String where text.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F && $0 != 0x22 && $0 != 0x5C }):
            return [0x22] + Array(text.utf8) + [0x22]
        default:
            let bytes = [UInt8](try encoder.encode(value))
            return holdsPairOfIntegers(bytes) ? [UInt8](try encoder.encode(Wrapping(value: value))) : bytes
        }
    }

    private static func decode<Value: Decodable>(_ type: Value.Type, from bytes: [UInt8]) throws -> Value {
        let data = Data(bytes)
        return holdsSeconds(bytes)
            ? try decoder.decode(Wrapped<Value>.self, from: data).value : try decoder.decode(type, from: data)
    }

    /// Whether there can be a `Duration` in text that the plain encoder wrote: it writes two integers, `[0,90]`. Only then
    /// is the value written once more, through the ``PayloadEncoder``, which is slower.
    private static func holdsPairOfIntegers(_ json: [UInt8]) -> Bool {
        var commas = -1
        for byte in json {
            switch byte {
            case UInt8(ascii: "["): commas = 0
            case UInt8(ascii: "]"):
                if commas == 1 { return true }
                commas = -1
            case UInt8(ascii: ",") where commas >= 0: commas += 1
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"): break
            default: commas = -1
            }
        }
        return false
    }

    /// Whether there can be a duration in the text, such as `"90s"`. Only then is the slower ``PayloadDecoder`` needed.
    private static func holdsSeconds(_ json: [UInt8]) -> Bool {
        var wasDigit = false
        var wasSeconds = false
        for byte in json {
            if wasSeconds, byte == UInt8(ascii: "\"") { return true }
            wasSeconds = wasDigit && byte == UInt8(ascii: "s")
            wasDigit = (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
        }
        return false
    }

    // Never changed after they are made, which is what makes them safe to share.
    private static let encoder = makeEncoder()
    private static let decoder = makeDecoder()

    private static func makeEncoder() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .custom { date, encoder in
            var container = encoder.singleValueContainer()
            try container.encode(date.formatted(.iso8601WithFraction))
        }
        return encoder
    }

    /// A decoder of its own, for who puts something into it.
    static func makeDecoder() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let container = try decoder.singleValueContainer()
            let text = try container.decode(String.self)
            for style in [Date.ISO8601FormatStyle.iso8601WithFraction, .iso8601] {
                if let date = try? style.parse(text) { return date }
            }
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not an RFC 3339 time")
        }
        return decoder
    }
}

extension Date.ISO8601FormatStyle {
    fileprivate static var iso8601WithFraction: Self { Self(includingFractionalSeconds: true) }
}

extension FormatStyle where Self == Date.ISO8601FormatStyle {
    fileprivate static var iso8601WithFraction: Self { Self(includingFractionalSeconds: true) }
}

/// A payload cannot be read as what was asked for. The message names the path, never the value.
public struct PayloadError: Error, Sendable, CustomStringConvertible {
    /// One line for people.
    public var message: String

    /// The message.
    public var description: String { message }
}

/// No input, or no output: what Void is to a payload.
public struct NoValue: Codable, Sendable, Hashable {
    /// Nothing.
    public init() {}

    /// Reads whatever is there as nothing.
    public init(from decoder: any Decoder) throws {}

    /// Writes null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encodeNil()
    }
}

private protocol OptionalValue { var isNil: Bool { get } }

extension Optional: OptionalValue {
    fileprivate var isNil: Bool { self == nil }
}
