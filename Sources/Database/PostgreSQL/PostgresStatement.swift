#if PostgreSQL
/// One SQL statement with `$1`, `$2` ... and the values for them.
package struct PostgresStatement: Hashable, Sendable {
    /// One statement; several at once are for ``PostgresConnection/script(_:patience:)``.
    package var sql: String
    /// As many as the statement has places.
    package var values: [PostgresValue]
    /// Not kept prepared: for statements that will hardly come again. Others are prepared once a connection.
    package var isOneOff = false

    package init(_ sql: String, _ values: [PostgresValue] = []) {
        self.sql = sql
        self.values = values
    }
}

/// What a statement does to the transaction around it: decides whether anything may have been committed when the
/// connection is lost.
enum PostgresStatementKind: Hashable {
    case begin, commit, rollback
    /// Changes nothing by itself.
    case reading
    /// Anything else.
    case writing

    /// Told by the first words. A function that writes is not seen: a SELECT that calls one belongs between BEGIN and
    /// COMMIT.
    init(_ sql: String) {
        var words = PostgresWords(sql)
        switch words.next() {
        case "BEGIN", "START": self = .begin
        case "COMMIT", "END": self = .commit
        // ROLLBACK TO returns to a savepoint: the transaction goes on. ROLLBACK PREPARED ends another.
        case "ROLLBACK":
            switch words.next() {
            case "TO": self = .reading
            case "PREPARED": self = .writing
            // `ROLLBACK WORK TO name`
            case "WORK", "TRANSACTION": self = words.next() == "TO" ? .reading : .rollback
            default: self = .rollback
            }
        case "ABORT": self = .rollback
        // After it the session has no transaction, and it is decided later.
        case "PREPARE": self = words.next() == "TRANSACTION" ? .commit : .reading
        case "SELECT", "SHOW", "VALUES", "TABLE", "SET", "RESET", "SAVEPOINT", "RELEASE", "LISTEN", "UNLISTEN", "LOCK",
            "DEALLOCATE", "DISCARD", "FETCH", "CLOSE", "DECLARE", "MOVE":
            self = .reading
        default: self = .writing
        }
    }
}

/// The first words of a statement in capitals, over blanks and comments.
struct PostgresWords {
    private var rest: Substring.UTF8View

    init(_ sql: String) { rest = sql[...].utf8 }

    /// The next word of letters; empty when there is something else.
    mutating func next() -> String {
        skipBlanks()
        let word = rest.prefix { (0x41...0x5A).contains($0 & 0xDF) }
        rest = rest.dropFirst(word.count)
        return String(decoding: word.map { $0 & 0xDF }, as: UTF8.self)
    }

    private mutating func skipBlanks() {
        while let first = rest.first {
            if first == 0x20 || (0x09...0x0D).contains(first) || first == UInt8(ascii: "(") {
                rest = rest.dropFirst()
            } else if rest.starts(with: "--".utf8) {
                rest = rest.drop { $0 != 0x0A }
            } else if rest.starts(with: "/*".utf8) {
                skipComment()
            } else {
                return
            }
        }
    }

    /// Comments nest in PostgreSQL.
    private mutating func skipComment() {
        var depth = 0
        repeat {
            if rest.starts(with: "/*".utf8) {
                depth += 1
                rest = rest.dropFirst(2)
            } else if rest.starts(with: "*/".utf8) {
                depth -= 1
                rest = rest.dropFirst(2)
            } else {
                rest = rest.dropFirst()
            }
        } while depth > 0 && !rest.isEmpty
    }
}
#endif
