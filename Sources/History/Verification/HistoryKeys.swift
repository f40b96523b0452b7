import Crypto

/// The keys that histories are chained with: one that is used for what is written, and others to check what was written
/// before.
///
/// Without a key the chain finds what was damaged or edited by hand. With one it also finds what was edited by somebody
/// who can compute a hash, unless he has the key.
public struct HistoryKeys: Sendable {
    /// Something is wrong with the keys that were given.
    public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
        /// Why, on one line.
        public let description: String
    }

    /// How many bytes a key has.
    public static let keyBytes = 32
    /// The longest id; it stands in each row of history.
    public static let longestID = 40

    /// The id of the key that is used for what is written.
    public let activeID: String
    private let keys: [String: SymmetricKey]

    /// Keys of 32 bytes by their ids, which stand in the clear in the store. Throws ``Refusal``.
    public init(_ keys: [String: [UInt8]], activeID: String) throws {
        for (id, bytes) in keys {
            guard (1...Self.longestID).contains(id.utf8.count) else {
                throw Refusal(description: "the id of a history key has 1 to \(Self.longestID) bytes")
            }
            guard bytes.count == Self.keyBytes else {
                throw Refusal(description: "the history key '\(id)' has \(bytes.count) bytes, not \(Self.keyBytes)")
            }
        }
        guard keys[activeID] != nil else {
            throw Refusal(description: "the active history key is not among those given")
        }
        self.keys = keys.mapValues { SymmetricKey(data: $0) }
        self.activeID = activeID
    }

    subscript(id: String) -> SymmetricKey? { keys[id] }
}

// Whoever prints them by mistake shall see no key.
extension HistoryKeys: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The ids.
    public var description: String { "history keys \(keys.keys.sorted().joined(separator: ", ")); active: \(activeID)" }
    /// The ids.
    public var debugDescription: String { description }
    /// The ids.
    public var customMirror: Mirror { Mirror(self, children: ["activeID": activeID]) }
}
