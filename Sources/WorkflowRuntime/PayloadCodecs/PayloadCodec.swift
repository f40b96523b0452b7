public import WorkflowAPI

/// Changes payloads on their way into the store and back: encryption, compression.
///
/// It sits between the code that makes values and the service, in clients and in workers, so that the engine sees encoded
/// payloads only and workflow code decoded ones. Inputs, results, signals, query arguments and answers, memos, markers,
/// heartbeat details and the details of failures pass through it; headers, search attributes, names and the messages of
/// errors do not. What a codec throws fails the task; a `WorkflowServiceError` with `unavailable` says that it should be
/// tried again, because a key store is away for instance. What a codec makes is stored for as long as the history: it must
/// be able to read what it once wrote.
public protocol PayloadCodec: Sendable {
    /// Encodes payloads one for one.
    func encode(_ payloads: [Payload]) async throws -> [Payload]
    /// Decodes payloads one for one. A payload that the codec has not encoded (its metadata says so) passes unchanged.
    func decode(_ payloads: [Payload]) async throws -> [Payload]
}

/// Several codecs after one another: encoding goes from the first to the last, decoding back. Empty, it changes nothing
/// and costs nothing.
package struct PayloadCodecChain: Sendable {
    private let codecs: [any PayloadCodec]

    /// A chain in the order of encoding.
    package init(_ codecs: [any PayloadCodec]) { self.codecs = codecs }

    /// The codecs of the worker whose exactly-once step runs; none outside of one.
    @TaskLocal package static var ofStep = PayloadCodecChain([])

    /// Whether payloads stay as they are.
    package var isIdentity: Bool { codecs.isEmpty }

    /// Whether every codec is an ``ImmediatePayloadCodec``, so that ``encodedImmediately(_:)`` can work.
    package var isImmediate: Bool { codecs.allSatisfy { $0 is any ImmediatePayloadCodec } }

    /// The payloads as they would be stored. Throws what a codec throws.
    package func encodedPayloads(_ payloads: [Payload]) async throws -> [Payload] { try await encoded(payloads) }

    /// The payloads encoded without suspension: for results that are written inside the store's own transaction. Throws
    /// what a codec throws, and ``PayloadError`` when not every codec ``isImmediate``.
    package func encodedImmediately(_ payloads: [Payload]) throws -> [Payload] {
        guard !payloads.isEmpty else { return [] }
        return try codecs.reduce(payloads) { payloads, codec in
            guard let codec = codec as? any ImmediatePayloadCodec else {
                throw PayloadError(message: "a payload codec that has to wait cannot encode inside of a transaction")
            }
            return try Self.checked(payloads, try codec.encodeImmediately(payloads))
        }
    }

    /// The service, with every payload encoded on its way in and decoded on its way out.
    package func around(_ service: any WorkflowClientService) -> any WorkflowClientService {
        isIdentity ? service : CodecClientService(base: service, chain: self)
    }

    /// The service, with every payload encoded on its way in and decoded on its way out.
    package func around(_ service: any WorkflowTaskService) -> any WorkflowTaskService {
        isIdentity ? service : CodecTaskService(base: service, chain: self)
    }

    /// What answers queries to encoded histories, from what answers them to decoded ones.
    package func around(_ answer: @escaping QueryResponder) -> QueryResponder {
        guard !isIdentity else { return answer }
        return { task in
            do {
                return try await encoded(await answer(try await decoded(task)))
            } catch {
                return .failed(PayloadCodecChain.failure(error))
            }
        }
    }

    /// What carries payloads, with all of them encoded.
    func encoded<Carrier: PayloadCarrier>(_ carrier: Carrier) async throws -> Carrier {
        var carrier = carrier
        try await carrier.changePayloads { payloads in
            var payloads = payloads
            for codec in codecs { payloads = try Self.checked(payloads, try await codec.encode(payloads)) }
            return payloads
        }
        return carrier
    }

    /// What carries payloads, with all of them decoded.
    func decoded<Carrier: PayloadCarrier>(_ carrier: Carrier) async throws -> Carrier {
        var carrier = carrier
        try await carrier.changePayloads { payloads in
            var payloads = payloads
            for codec in codecs.reversed() { payloads = try Self.checked(payloads, try await codec.decode(payloads)) }
            return payloads
        }
        return carrier
    }

    /// A history with all payloads decoded. Throws what a codec throws.
    package func decoded(_ history: [HistoryEvent]) async throws -> [HistoryEvent] {
        guard !isIdentity else { return history }
        var history = history
        for index in history.indices { history[index] = try await decoded(history[index]) }
        return history
    }

    /// What a worker reports of a task whose payloads cannot be read or written.
    static func failure(_ error: any Error) -> Failure {
        Failure(
            message: "the payload codec: \(error)",
            source: FailureConverter.source,
            info: .application(.init(type: failureType))
        )
    }

    /// The type of such a failure.
    static let failureType = "PayloadCodec"

    private static func checked(_ before: [Payload], _ after: [Payload]) throws -> [Payload] {
        guard before.count == after.count else {
            throw PayloadError(message: "a codec made \(after.count) payloads of \(before.count)")
        }
        return after
    }
}
