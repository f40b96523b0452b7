import Crypto
package import WorkflowAPI

/// The hash chain over the rows of a history: each row carries a link, made of the link before it and its own bytes.
///
/// A plain link is SHA-256(previous link, run id, first event id as 8 bytes big-endian, bytes of the row), 32 bytes. A keyed
/// one is HMAC-SHA256 of the same behind a head that names its key: a byte 1, the length of the key's id, the id; so it is
/// always longer than a plain one, and a run may have both.
package enum HistoryChain {
    /// What comes of checking a link.
    package enum Verdict: Hashable, Sendable {
        /// It is what it has to be, and has a key.
        case holdsKeyed
        /// It is what it has to be; whoever can write the store could have made it.
        case holds
        /// It has a key that is not here.
        case missingKey(String)
        /// It is not what it has to be.
        case broken
    }

    private static let keyedMark: UInt8 = 1
    private static let hashBytes = 32

    /// The link of a row that is written now: keyed when there are keys.
    package static func link(
        after previous: [UInt8],
        _ runID: RunID,
        firstEventID: Int64,
        _ bytes: [UInt8],
        keys: HistoryKeys?
    ) -> [UInt8] {
        let id = keys?.activeID
        return make(after: previous, runID, firstEventID, bytes, id, id.flatMap { keys?[$0] })
    }

    /// Holds a link against the row that it belongs to.
    package static func verdict(
        on row: HistoryRow,
        after previous: [UInt8],
        _ runID: RunID,
        keys: HistoryKeys?
    ) -> Verdict {
        guard row.link.count != hashBytes else {
            return make(after: previous, runID, row.firstEventID, row.bytes, nil, nil) == row.link ? .holds : .broken
        }
        guard let id = keyID(of: row.link) else { return .broken }
        guard let key = keys?[id] else { return .missingKey(id) }
        return make(after: previous, runID, row.firstEventID, row.bytes, id, key) == row.link ? .holdsKeyed : .broken
    }

    /// The id of the key of a link; nil for a plain one, and for bytes that are no link.
    package static func keyID(of link: [UInt8]) -> String? {
        guard link.count > 2 + hashBytes, link[0] == keyedMark, link.count == 2 + Int(link[1]) + hashBytes else {
            return nil
        }
        return String(validating: link[2..<2 + Int(link[1])], as: UTF8.self)
    }

    private static func make(
        after previous: [UInt8],
        _ runID: RunID,
        _ firstEventID: Int64,
        _ bytes: [UInt8],
        _ id: String?,
        _ key: SymmetricKey?
    ) -> [UInt8] {
        let number = withUnsafeBytes(of: firstEventID.bigEndian) { Array($0) }
        let parts = [previous, Array(runID.rawValue.utf8), number, bytes]
        guard let id, let key else {
            var hash = SHA256()
            for part in parts { hash.update(data: part) }
            return Array(hash.finalize())
        }
        var code = HMAC<SHA256>(key: key)
        for part in parts { code.update(data: part) }
        return [keyedMark, UInt8(id.utf8.count)] + Array(id.utf8) + Array(code.finalize())
    }
}
