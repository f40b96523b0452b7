/// Why payloads cannot be encrypted or decrypted: a code to act on and one line for people, in which ids of keys may stand
/// but never a key or a payload.
public struct PayloadEncryptionError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What kind of trouble.
    public var code: Code
    /// One line.
    public var message: String

    /// The message.
    public var description: String { message }

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// The kinds of trouble.
    public struct Code: Hashable, Sendable {
        private enum Kind { case badKeys, missingKey, damaged, unsupported }
        private let kind: Kind

        /// The keys cannot be used: no file, a wrong length, an id twice.
        public static let badKeys = Code(kind: .badKeys)
        /// A payload was encrypted with a key that is not at hand.
        public static let missingKey = Code(kind: .missingKey)
        /// A payload is not what was once encrypted with the key.
        public static let damaged = Code(kind: .damaged)
        /// A payload has a form that this version does not know.
        public static let unsupported = Code(kind: .unsupported)
    }

    /// A payload names a key that is not `among` those that were given; nil where that is not known.
    static func missingKey(_ id: String?, among given: [String]? = nil) -> PayloadEncryptionError {
        let name = id.map { "key '\($0)'" } ?? "a key without a proper id"
        let others = given.map { "is not among the keys given (\($0.joined(separator: ", ")))" }
        return PayloadEncryptionError(
            .missingKey,
            "this payload was encrypted with \(name), which \(others ?? "was not given (PayloadKeys; --payload-keys FILE)")"
        )
    }
}
