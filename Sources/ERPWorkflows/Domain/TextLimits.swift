/// How long texts may be, in Unicode scalars, so that everything an order gathers stays far below the 2 MiB that a payload
/// may have.
enum TextLimits {
    /// Ids, approvers, names, departments.
    static let name = 200
    /// Comments and reasons.
    static let words = 2000
    /// What is kept of the words of a decision that does not count.
    static let refusedWords = 200

    /// What is wrong with a text; nil when nothing is. One that has to say something is not made of blanks alone.
    static func problem(_ text: String, from least: Int = 0, to most: Int) -> String? {
        // No scalar has more than four bytes: a text that is too long by far need not be counted.
        let isTooLong = text.utf8.count > 4 * most || text.unicodeScalars.count > most
        guard isTooLong || text.unicodeScalars.count < least else {
            let isBlank = text.unicodeScalars.allSatisfy(\.properties.isWhitespace)
            return least > 0 && isBlank ? "must not be blank" : nil
        }
        return least > 0 ? "must have \(least) to \(most) characters" : "must have at most \(most) characters"
    }
}

extension String {
    /// The text, or its beginning and an ellipsis when it has more than `limit` Unicode scalars.
    func clipped(to limit: Int) -> String {
        let scalars = unicodeScalars.prefix(limit + 1)
        guard scalars.count > limit else { return self }
        return String(String.UnicodeScalarView(scalars.prefix(max(0, limit - 1)))) + "…"
    }
}

extension KeyedDecodingContainer {
    /// Reads a name or id: 1 to 200 characters.
    func decodeName(forKey key: Key) throws -> String {
        try checked(try decode(String.self, forKey: key), forKey: key, from: 1, to: TextLimits.name)
    }

    /// Reads what a person said: up to 2 000 characters.
    func decodeWords(forKey key: Key) throws -> String {
        try checked(try decode(String.self, forKey: key), forKey: key, from: 0, to: TextLimits.words)
    }

    /// Reads why somebody decided as they did: up to 2 000 characters, and not blanks alone.
    func decodeReason(forKey key: Key) throws -> String {
        let text = try decodeWords(forKey: key)
        guard TextLimits.problem(text, from: 1, to: TextLimits.words) == nil else {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: "must not be blank")
        }
        return text
    }

    private func checked(_ text: String, forKey key: Key, from least: Int, to most: Int) throws -> String {
        if let problem = TextLimits.problem(text, from: least, to: most) {
            throw DecodingError.dataCorruptedError(forKey: key, in: self, debugDescription: problem)
        }
        return text
    }
}
