import Testing
import WorkflowAPI
import WorkflowRuntime

@Suite struct PayloadEncryptionTests {
    static let key = Array(UInt8(0)..<32)
    static let otherKey = Array(UInt8(100)..<132)

    private func encryption(_ keys: [(id: String, bytes: [UInt8])], active: String? = nil) throws -> PayloadEncryption {
        PayloadEncryption(keys: try PayloadKeys(keys, active: active))
    }

    /// The code with which a payload is refused, and the message.
    private func refusal(_ codec: PayloadEncryption, _ payload: Payload) async -> PayloadEncryptionError? {
        await #expect(throws: PayloadEncryptionError.self) { try await codec.decode([payload]) }
    }

    /// Computed with another implementation (Python: `cryptography`, `AESGCM(key).encrypt(nonce, payload, aad)`). What is
    /// stored has this form for as long as there are histories.
    private static let golden: [(plain: Payload, data: String)] = [
        (
            .json(#""1990123456789""#),
            "a0a1a2a3a4a5a6a7a8a9aaabec0e762520a561d0060ce9b41570aaad1fc27660fed62b028e0104b746924530e04573ca99156b047d2e"
                + "460a4a42e1068d2c660388a7cf82c0"
        ),
        (
            .null,
            "a0a1a2a3a4a5a6a7a8a9aaabec0f762520a561d0060ce9b41571a2b71ecd2b69bdd93700f02b763c06169fdddd5556fcf70ae52f9b"
        ),
    ]

    @Test func `what is stored has the documented form, byte by byte`() async throws {
        let keys = try PayloadKeys([("k2026", Self.key)])
        let codec = PayloadEncryption(keys: keys) { Array(UInt8(0xA0)..<0xAC) }
        for (plain, hex) in Self.golden {
            let stored = try codec.encodeImmediately([plain])
            #expect(stored.count == 1)
            #expect(
                stored[0].metadata == [
                    "encoding": Array("binary/encrypted".utf8), "encryption-cipher": Array("AES-256-GCM".utf8),
                    "encryption-key-id": Array("k2026".utf8),
                ]
            )
            #expect(stored[0].data.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() == hex)
            #expect(try await PayloadEncryption(keys: keys).decode(stored) == [plain])
        }
    }

    @Test func `every payload comes back as it was, under a nonce of its own`() async throws {
        let codec = try encryption([("k", Self.key)])
        let payloads: [Payload] = [
            .null, .json("1"), .json("1"), Payload(encoding: Payload.binaryEncoding, data: [0, 255]),
            Payload(metadata: [:], data: []), Payload(metadata: ["encoding": [], "": [1], "x": [0]], data: [9]),
            .json("\"" + String(repeating: "ক", count: 100_000) + "\""),
        ]
        let stored = try await codec.encode(payloads)
        #expect(try await codec.decode(stored) == payloads)
        #expect(Set(stored.map { Array($0.data.prefix(12)) }).count == payloads.count, "equal values look different")
        #expect(stored.allSatisfy { $0.encoding == "binary/encrypted" && $0.metadata.count == 3 })
        #expect(try codec.encodeImmediately([]).isEmpty)
        let twice = try codec.encodeImmediately(stored)
        #expect(try await codec.decode(twice) == stored, "a layer comes off at a time")
        #expect(PayloadCodecChain([codec]).isImmediate)
    }

    @Test func `after a rotation new payloads have the new key and old ones are still read`() async throws {
        let old = try encryption([("k2025", Self.otherKey)])
        let stored = try old.encodeImmediately([.json("1")])
        let rotated = try encryption([("k2025", Self.otherKey), ("k2026", Self.key)], active: "k2026")
        #expect(rotated.activeKeyID == "k2026" && rotated.keyIDs == ["k2025", "k2026"])
        #expect(try await rotated.decode(stored) == [.json("1")])
        let fresh = try rotated.encodeImmediately([.json("2")])
        #expect(fresh[0].metadata["encryption-key-id"] == Array("k2026".utf8))
        #expect(try await rotated.decode(stored + fresh) == [.json("1"), .json("2")])
        let error = await refusal(old, fresh[0])
        #expect(error?.code == .missingKey)
        #expect(
            error?.message == "this payload was encrypted with key 'k2026', which is not among the keys given (k2025)"
        )
    }

    @Test func `what is not encrypted passes, so that histories from before encryption are read`() async throws {
        let codec = try encryption([("k", Self.key)])
        let plain: [Payload] = [
            .null, .json("1"), Payload(metadata: [:], data: [1]), Payload(encoding: "binary/encrypted2", data: [1]),
        ]
        #expect(try await codec.decode(plain) == plain)
        let mixed = [plain[1]] + (try codec.encodeImmediately([.json("2")]))
        #expect(try await codec.decode(mixed) == [.json("1"), .json("2")])
    }

    @Test func `no bit of a stored payload can be changed`() async throws {
        let codec = try encryption([("k1", Self.key), ("k2", Self.key)])
        let stored = try codec.encodeImmediately([.json("12")])[0]
        for bit in 0..<stored.data.count * 8 {
            var changed = stored
            changed.data[bit / 8] ^= 1 << UInt8(bit % 8)
            #expect(await refusal(codec, changed)?.code == .damaged)
        }
        for length in 0..<stored.data.count {
            let short = Payload(metadata: stored.metadata, data: Array(stored.data.prefix(length)))
            #expect(await refusal(codec, short)?.code == .damaged)
        }
        var renamed = stored
        renamed.metadata["encryption-key-id"] = Array("k2".utf8)
        #expect(await refusal(codec, renamed)?.code == .damaged, "the id is authenticated, even for an equal key")
        let message = await refusal(codec, renamed)?.message
        #expect(message == "this payload is damaged, or was encrypted with another key than the 'k2' that was given")
    }

    @Test func `metadata that somebody else wrote is refused in words of ours`() async throws {
        let codec = try encryption([("k1", Self.key)])
        let stored = try codec.encodeImmediately([.json("12")])[0]
        func changed(_ key: String, _ value: [UInt8]?) -> Payload {
            var payload = stored
            payload.metadata[key] = value
            return payload
        }
        for value in [nil, Array("AES/GCM/NoPadding".utf8), [0xFF]] as [[UInt8]?] {
            let error = await refusal(codec, changed("encryption-cipher", value))
            #expect(error?.code == .unsupported)
            #expect(error?.message.contains("another cipher than AES-256-GCM") == true)
        }
        for value in [nil, [], [0xFF], Array("a\nb".utf8), Array(repeating: 0x61, count: 41)] as [[UInt8]?] {
            let error = await refusal(codec, changed("encryption-key-id", value))
            #expect(error?.code == .missingKey)
            #expect(
                error?.message
                    == "this payload was encrypted with a key without a proper id, which is not among the keys given (k1)"
            )
        }
    }

    @Test func `a nonce of the wrong length encrypts nothing`() throws {
        let codec = PayloadEncryption(keys: try PayloadKeys([("k", Self.key)])) { [1, 2, 3] }
        let error = #expect(throws: PayloadEncryptionError.self) { try codec.encodeImmediately([.json("1")]) }
        #expect(error?.message == "a payload could not be encrypted with key 'k'")
    }
}
