import Testing
import WorkflowAPI
import WorkflowRuntime

@Suite struct ImmediateCodecTests {
    /// Marks what it has encoded with its name.
    private struct Marker: ImmediatePayloadCodec {
        var name: String

        func encodeImmediately(_ payloads: [Payload]) throws -> [Payload] {
            payloads.map { Payload(metadata: $0.metadata, data: $0.data + Array(name.utf8)) }
        }

        func decode(_ payloads: [Payload]) async throws -> [Payload] {
            payloads.map { Payload(metadata: $0.metadata, data: $0.data.dropLast(name.utf8.count)) }
        }
    }

    private struct Slow: PayloadCodec {
        func encode(_ payloads: [Payload]) async throws -> [Payload] { payloads }
        func decode(_ payloads: [Payload]) async throws -> [Payload] { payloads }
    }

    private struct Forgetful: ImmediatePayloadCodec {
        func encodeImmediately(_ payloads: [Payload]) throws -> [Payload] { [] }
        func decode(_ payloads: [Payload]) async throws -> [Payload] { payloads }
    }

    @Test func `a chain of immediate codecs encodes on the spot, in its order, what it also encodes with patience`()
        async throws
    {
        let codecs = [Marker(name: "a"), Marker(name: "b")]
        let chain = PayloadCodecChain(codecs)
        #expect(chain.isImmediate)
        let encoded = try chain.encodedImmediately([.json("1"), .null])
        #expect(encoded.map { String(decoding: $0.data, as: UTF8.self) } == ["1ab", "ab"])
        #expect(try await codecs[0].encode([.json("1")]) == codecs[0].encodeImmediately([.json("1")]))
        #expect(try chain.encodedImmediately([]).isEmpty)
        #expect(try PayloadCodecChain([]).encodedImmediately([.json("1")]) == [.json("1")])
        #expect(PayloadCodecChain([]).isImmediate)
    }

    @Test func `a chain with a codec that has to wait says so, and refuses to encode on the spot`() {
        let chain = PayloadCodecChain([Marker(name: "a"), Slow()])
        #expect(!chain.isImmediate)
        let error = #expect(throws: PayloadError.self) { try chain.encodedImmediately([.json("1")]) }
        #expect(error?.message == "a payload codec that has to wait cannot encode inside of a transaction")
        let lost = #expect(throws: PayloadError.self) {
            try PayloadCodecChain([Forgetful()]).encodedImmediately([.json("1")])
        }
        #expect(lost?.message == "a codec made 0 payloads of 1")
    }
}
