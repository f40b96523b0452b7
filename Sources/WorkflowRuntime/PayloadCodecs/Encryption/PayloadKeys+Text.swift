import Foundation

extension PayloadKeys {
    /// Reads keys from text: one in a line, its id and the key in base64 or hex. The first is active unless another one is
    /// marked. What follows `#` is a comment. Lines may also be divided by commas, for variables of the environment.
    ///
    /// ```
    /// # rotated each January
    /// k2025 1g3m...= # to read the histories of last year
    /// k2026 Zm9v...= active
    /// ```
    ///
    /// Throws ``PayloadEncryptionError`` that begins with `source` and names the line, but quotes nothing of a line that
    /// cannot be read: it may be a key.
    public init(text: String, from source: String = "payload keys") throws {
        var keys: [(id: String, bytes: [UInt8])] = []
        var active: String?
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        for (index, line) in lines.enumerated() {
            func refusal(_ reason: String) -> PayloadEncryptionError {
                PayloadEncryptionError(.badKeys, "\(source), line \(index + 1): \(reason)")
            }
            for entry in line.prefix(while: { $0 != "#" }).split(separator: ",") {
                let words = entry.split(whereSeparator: \.isWhitespace).map(String.init)
                guard !words.isEmpty else { continue }
                guard words.count == 2 || words.count == 3 && words[2] == Self.activeMark else {
                    throw refusal("not of the form 'ID KEY' or 'ID KEY \(Self.activeMark)'")
                }
                guard Self.isID(words[0]) else { throw refusal(Self.idForm) }
                guard let bytes = Self.bytes(words[1]) else { throw refusal("the key is neither base64 nor hex") }
                guard bytes.count == Self.keyBytes else {
                    throw refusal("the key has \(bytes.count) bytes instead of \(Self.keyBytes)")
                }
                guard !keys.contains(where: { $0.id == words[0] }) else {
                    throw refusal("the id '\(words[0])' is there twice")
                }
                if words.count == 3 {
                    guard active == nil else { throw refusal("a second key is marked \(Self.activeMark)") }
                    active = words[0]
                }
                keys.append((words[0], bytes))
            }
        }
        guard !keys.isEmpty else { throw PayloadEncryptionError(.badKeys, "\(source): there is no key in it") }
        try self.init(keys, active: active)
    }

    /// A new key as a line of text, without the line's end. Throws ``PayloadEncryptionError`` for what is no id.
    public static func newLine(id: String, using generator: inout some RandomNumberGenerator) throws -> String {
        guard isID(id) else { throw PayloadEncryptionError(.badKeys, idForm) }
        let words = (0..<keyBytes / 8).map { _ in generator.next() as UInt64 }
        let bytes = words.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> ($0 * 8)) } }
        return "\(id) \(Data(bytes).base64EncodedString())"
    }

    private static let activeMark = "active"

    /// Bytes written as hex or base64, the latter with or without padding.
    static func bytes(_ text: String) -> [UInt8]? {
        // 32 bytes in base64 end with a padding or have an odd number of digits: they never pass for hex.
        if text.utf8.count % 2 == 0, text.utf8.allSatisfy({ hexDigit($0) != nil }) {
            let digits = text.utf8.compactMap(hexDigit)
            return stride(from: 0, to: digits.count, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
        }
        // Foundation reads superfluous padding as well, which hides a slip of the hand.
        guard !text.contains("=") || text.utf8.count % 4 == 0 && !text.hasSuffix("===") else { return nil }
        let padding = String(repeating: "=", count: (4 - text.utf8.count % 4) % 4)
        return Data(base64Encoded: text + padding).map { [UInt8]($0) }
    }

    private static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
        case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
