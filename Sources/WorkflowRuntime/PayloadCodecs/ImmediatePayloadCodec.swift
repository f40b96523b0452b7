public import WorkflowAPI

/// A payload codec that can encode on the spot, without waiting for anything.
///
/// The results of steps that run inside the store's own transaction are encoded there, where nothing may suspend. A codec
/// that has to ask somebody else, a key service for instance, is none of these.
public protocol ImmediatePayloadCodec: PayloadCodec {
    /// Encodes payloads one for one, as ``PayloadCodec/encode(_:)`` does, which calls it.
    func encodeImmediately(_ payloads: [Payload]) throws -> [Payload]
}

extension ImmediatePayloadCodec {
    /// Encodes payloads one for one.
    public func encode(_ payloads: [Payload]) async throws -> [Payload] { try encodeImmediately(payloads) }
}
