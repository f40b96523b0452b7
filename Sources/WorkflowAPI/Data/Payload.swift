/// Encoded bytes with metadata: what every input, result, signal and detail is made of.
///
/// The metadata key `encoding` says how to read the data: `json/plain`, `binary/null` (nil and Void) or `binary/plain`.
public struct Payload: Hashable, Sendable {
    /// How to read ``data``; kept in order of key when encoded.
    public var metadata: [String: [UInt8]]
    /// The encoded value.
    public var data: [UInt8]

    /// A payload of its parts.
    public init(metadata: [String: [UInt8]], data: [UInt8]) {
        self.metadata = metadata
        self.data = data
    }

    /// A payload with an `encoding` and nothing else said.
    public init(encoding: String, data: [UInt8]) {
        self.init(metadata: [Payload.encodingKey: Array(encoding.utf8)], data: data)
    }

    /// The metadata key that names the encoding.
    public static let encodingKey = "encoding"
    /// JSON text in UTF-8.
    public static let jsonEncoding = "json/plain"
    /// No value.
    public static let nullEncoding = "binary/null"
    /// Bytes as they are.
    public static let binaryEncoding = "binary/plain"

    /// No value: what nil and Void encode to.
    public static let null = Payload(encoding: nullEncoding, data: [])

    /// JSON text as a payload.
    public static func json(_ text: String) -> Payload { Payload(encoding: jsonEncoding, data: Array(text.utf8)) }

    /// The encoding named in the metadata, or nil.
    public var encoding: String? { metadata[Payload.encodingKey].map { String(decoding: $0, as: UTF8.self) } }
}

/// Limits on payloads (Temporal: `limit.blobSize.*`).
public enum PayloadLimits {
    /// The largest payload that is accepted, in bytes of data and metadata together.
    public static let maxBytes = 2 * 1024 * 1024
}

extension Payload {
    /// Refuses a payload over a limit in bytes.
    package func checkSize(_ what: String, limit: Int = PayloadLimits.maxBytes) throws {
        let size = data.count + metadata.reduce(0) { $0 + $1.key.utf8.count + $1.value.count }
        guard size <= limit else {
            throw WorkflowServiceError(.limitExceeded, "\(what) has \(size) bytes; the limit is \(limit)")
        }
    }
}

/// Named payloads beside a message: header, memo.
public typealias PayloadMap = [String: Payload]
