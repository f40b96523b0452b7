import Crypto
public import WorkflowAPI

/// Encrypts payloads with AES-256-GCM, so that the store and everybody who copies it hold nothing readable.
///
/// What is encrypted is the whole payload as a `temporal.api.common.v1.Payload` message, metadata and data, so that the
/// encoding of the value is hidden too; nil and Void are encrypted like everything else. The encoded payload is of the
/// shape that Temporal's encryption samples have:
///
/// | part | holds |
/// |---|---|
/// | `encoding` | `binary/encrypted` |
/// | `encryption-cipher` | `AES-256-GCM` |
/// | `encryption-key-id` | the id of the key |
/// | data | 12 bytes of nonce, the ciphertext, 16 bytes of tag |
///
/// Authenticated with it (additional data) is the format: the three values of the metadata with a line feed between them,
/// `binary/encrypted⏎AES-256-GCM⏎k2026`. The run, the event and the place in it are not, since payloads move: the input of
/// an activity is the result of another, a run's last event answers its client. So whoever can write to the store can
/// move encrypted payloads about, and replace them with plain ones, but neither read nor make nor change one.
///
/// Each payload has a random nonce. One key is good for 2³² payloads (NIST SP 800-38D, 8.3); take a new one before that.
public struct PayloadEncryption: ImmediatePayloadCodec {
    /// The ids of the keys, never the keys.
    public var keyIDs: [String] { keys.ids }
    /// The id of the key that new payloads are encrypted with.
    public var activeKeyID: String { keys.activeID }

    private let keys: PayloadKeys
    private let makeNonce: @Sendable () -> [UInt8]

    /// Encrypts with the active key, decrypts with any of them. Nonces come from the system's generator.
    public init(keys: PayloadKeys) { self.init(keys: keys) { Array(AES.GCM.Nonce()) } }

    /// The same with nonces of the caller's: 12 bytes that no other payload under the same key has, or the key is given
    /// away.
    package init(keys: PayloadKeys, makeNonce: @escaping @Sendable () -> [UInt8]) {
        self.keys = keys
        self.makeNonce = makeNonce
    }

    /// Encrypts each payload with the active key. Throws ``PayloadEncryptionError``.
    public func encodeImmediately(_ payloads: [Payload]) throws -> [Payload] {
        try payloads.map(encrypted)
    }

    /// Decrypts what is encrypted; anything else passes unchanged, so that histories from before encryption can be read.
    /// Throws ``PayloadEncryptionError``: the key is missing, or the payload is damaged.
    public func decode(_ payloads: [Payload]) async throws -> [Payload] { try payloads.map(decrypted) }

    private func encrypted(_ payload: Payload) throws -> Payload {
        let id = keys.activeID
        guard let key = keys[id] else { throw PayloadEncryptionError.missingKey(id, among: keys.ids) }
        do {
            let box = try AES.GCM.seal(
                payload.protobuf,
                using: key,
                nonce: AES.GCM.Nonce(data: makeNonce()),
                authenticating: Self.authenticated(keyID: id)
            )
            return Payload(
                metadata: [
                    Payload.encodingKey: Array(Payload.encryptedEncoding.utf8),
                    Payload.cipherKey: Array(Self.cipher.utf8), Payload.keyIDKey: Array(id.utf8),
                ],
                data: Array(box.nonce) + Array(box.ciphertext) + Array(box.tag)
            )
        } catch {
            // What swift-crypto says of it is a number.
            throw PayloadEncryptionError(.unsupported, "a payload could not be encrypted with key '\(id)'")
        }
    }

    /// The payload in the clear; itself when it is not encrypted. Throws ``PayloadEncryptionError``.
    package func decrypted(_ payload: Payload) throws -> Payload {
        guard payload.isEncrypted else { return payload }
        guard payload.metadata[Payload.cipherKey].map({ $0.elementsEqual(Self.cipher.utf8) }) == true else {
            throw PayloadEncryptionError(
                .unsupported,
                "this payload was encrypted with another cipher than \(Self.cipher), which this version cannot read"
            )
        }
        guard let id = payload.encryptionKeyID, let key = keys[id] else {
            throw PayloadEncryptionError.missingKey(payload.encryptionKeyID, among: keys.ids)
        }
        do {
            let box = try AES.GCM.SealedBox(combined: payload.data)
            let plain = try AES.GCM.open(box, using: key, authenticating: Self.authenticated(keyID: id))
            return try Payload(protobuf: Array(plain))
        } catch {
            throw PayloadEncryptionError(
                .damaged,
                "this payload is damaged, or was encrypted with another key than the '\(id)' that was given"
            )
        }
    }

    private static let cipher = "AES-256-GCM"

    private static func authenticated(keyID: String) -> [UInt8] {
        Array("\(Payload.encryptedEncoding)\n\(cipher)\n\(keyID)".utf8)
    }
}
