import Crypto

/// The keys that payloads are encrypted with: several, each by its id, one of them active.
///
/// New payloads are encrypted with the active key; the others are there to read what was encrypted with them. A key must
/// be kept as long as a history that needs it. The ids stand in the clear beside each payload.
public struct PayloadKeys: Sendable {
    /// The ids, in the order in which the keys were given.
    public let ids: [String]
    /// The id of the key that new payloads are encrypted with.
    public let activeID: String
    private let keys: [String: SymmetricKey]

    /// The longest id. A key as text is longer, so that none can pass for an id and be told in an error.
    public static let longestID = 40
    /// How many bytes a key has.
    public static let keyBytes = 32

    /// Keys of 32 bytes with their ids; the first is active unless another one is named. An id has 1 to 40 letters, digits,
    /// dots, dashes and underscores of ASCII. Throws ``PayloadEncryptionError``.
    public init(_ keys: [(id: String, bytes: [UInt8])], active: String? = nil) throws {
        guard let first = keys.first else { throw PayloadEncryptionError(.badKeys, "no payload key was given") }
        var byID: [String: SymmetricKey] = [:]
        for (index, key) in keys.enumerated() {
            guard Self.isID(key.id) else {
                throw PayloadEncryptionError(.badKeys, "payload key \(index + 1): \(Self.idForm)")
            }
            guard key.bytes.count == Self.keyBytes else {
                throw PayloadEncryptionError(
                    .badKeys,
                    "the payload key '\(key.id)' has \(key.bytes.count) bytes instead of \(Self.keyBytes)"
                )
            }
            guard byID.updateValue(SymmetricKey(data: key.bytes), forKey: key.id) == nil else {
                throw PayloadEncryptionError(.badKeys, "two payload keys have the id '\(key.id)'")
            }
        }
        let active = active ?? first.id
        guard byID[active] != nil else {
            throw PayloadEncryptionError(.badKeys, "the active payload key is not among those given")
        }
        self.ids = keys.map(\.id)
        self.activeID = active
        self.keys = byID
    }

    /// The bytes of a key, for other uses than payloads; nil when there is no such key. Keep them out of logs and errors.
    package func bytes(of id: String) -> [UInt8]? { keys[id].map { key in key.withUnsafeBytes { Array($0) } } }

    subscript(id: String) -> SymmetricKey? { keys[id] }

    static let idForm = "an id has 1 to \(longestID) letters, digits, dots, dashes and underscores"

    static func isID(_ text: String) -> Bool {
        (1...longestID).contains(text.utf8.count)
            && text.unicodeScalars.allSatisfy { scalar in
                scalar.isASCII && (scalar.properties.isAlphabetic || "0123456789._-".unicodeScalars.contains(scalar))
            }
    }
}

// Whoever prints them by mistake shall see no key.
extension PayloadKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The ids.
    public var description: String { "payload keys \(ids.joined(separator: ", ")); active: \(activeID)" }
    /// The ids.
    public var debugDescription: String { description }
    /// The ids.
    public var customMirror: Mirror { Mirror(self, children: ["ids": ids, "activeID": activeID]) }
}
