#if PostgreSQL
/// Makes `$1, $2, ...` of the `?` that ``WorkflowAPI/StoreTransaction`` has for values: those outside of texts, quoted names and
/// comments.
enum PlaceholderRewriter {
    /// The statement in PostgreSQL's words, and how many values it takes.
    static func rewrite(_ sql: String) -> (sql: String, count: Int) {
        var reader = Array(sql.unicodeScalars)[...]
        var text = String.UnicodeScalarView()
        var count = 0
        while let next = reader.first {
            if let end = quotedEnd(reader) {
                text.append(contentsOf: reader[..<end])
                reader = reader[end...]
                continue
            }
            reader.removeFirst()
            if next == "?" {
                count += 1
                text.append(contentsOf: "$\(count)".unicodeScalars)
            } else {
                text.append(next)
            }
        }
        return (String(text), count)
    }

    /// Where a text, a quoted name or a comment ends that begins here; nil when none does.
    private static func quotedEnd(_ reader: ArraySlice<Unicode.Scalar>) -> Int? {
        guard let first = reader.first else { return nil }
        let second = reader.dropFirst().first
        switch (first, second) {
        case ("'", _), ("\"", _): return after(first, from: reader.startIndex + 1, in: reader)
        case ("-", "-"): return reader.firstIndex(of: "\n") ?? reader.endIndex
        case ("/", "*"):
            var index = reader.startIndex + 2
            while index + 1 < reader.endIndex {
                if reader[index] == "*", reader[index + 1] == "/" { return index + 2 }
                index += 1
            }
            return reader.endIndex
        case ("$", _): return dollarQuotedEnd(reader)
        default: return nil
        }
    }

    private static func after(_ quote: Unicode.Scalar, from start: Int, in reader: ArraySlice<Unicode.Scalar>) -> Int {
        var index = start
        while index < reader.endIndex {
            if reader[index] == quote {
                // Doubled, it stands for itself.
                guard index + 1 < reader.endIndex, reader[index + 1] == quote else { return index + 1 }
                index += 1
            }
            index += 1
        }
        return reader.endIndex
    }

    /// `$tag$ ... $tag$`.
    private static func dollarQuotedEnd(_ reader: ArraySlice<Unicode.Scalar>) -> Int? {
        guard let close = reader.dropFirst().firstIndex(of: "$") else { return nil }
        let tag = reader[reader.startIndex...close]
        guard tag.dropFirst().dropLast().allSatisfy({ $0.properties.isAlphabetic || $0 == "_" }) else { return nil }
        var index = close + 1
        while index + tag.count <= reader.endIndex {
            if reader[index..<(index + tag.count)].elementsEqual(tag) { return index + tag.count }
            index += 1
        }
        return reader.endIndex
    }
}
#endif
