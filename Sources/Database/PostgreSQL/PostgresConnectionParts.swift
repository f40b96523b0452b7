#if PostgreSQL
import CPostgres

/// What a connection string says, as far as people may see it.
struct PostgresConnectionParts: CustomStringConvertible {
    private let host: String?
    private let port: String?
    private let database: String?
    private let user: String?
    private let service: String?

    /// Throws ``DatabaseError`` `misuse`. libpq's own words are not passed on where they quote the string: a password that
    /// was not percent-encoded is found in the oddest places.
    init(_ text: String) throws {
        guard !text.utf8.contains(0) else { throw Self.refusal("it holds a NUL") }
        var message: UnsafeMutablePointer<CChar>?
        guard let options = PQconninfoParse(text, &message) else {
            let reason = message.map { String(cString: $0) } ?? "out of memory"
            PQfreemem(message)
            throw Self.refusal(Self.withoutQuotes(reason))
        }
        var given = Self.values(options)
        PQconninfoFree(options)
        if given["service"] == nil, let defaults = PQconndefaults() {
            given.merge(Self.values(defaults)) { given, _ in given }
            PQconninfoFree(defaults)
        }
        host = given["host"] ?? given["hostaddr"]
        port = given["port"]
        user = given["user"]
        database = given["dbname"] ?? user
        service = given["service"]
        if let host, host.contains("@") {
            throw Self.refusal(
                "the host contains @; in a URL, @ : / ? # in user name and password are written %40 %3A %2F %3F %23"
            )
        }
        for part in (port ?? "").split(separator: ",") where UInt16(part) == nil {
            throw Self.refusal("the port is not a number; in a URL, : and / in a password are written %3A %2F")
        }
    }

    /// How many hosts libpq will try.
    var hostCount: Int { max(1, host?.split(separator: ",").count ?? 1) }

    var description: String {
        if let service { return "PostgreSQL service \(service)" }
        let hosts = host.map { $0.isEmpty ? "local" : $0 } ?? "local"
        let ports = (port ?? "").split(separator: ",", omittingEmptySubsequences: false)
            .map { $0.isEmpty ? "5432" : String($0) }.joined(separator: ",")
        return "PostgreSQL \(user ?? "?")@\(hosts):\(ports)/\(database ?? "?")"
    }

    private static func refusal(_ reason: String) -> DatabaseError {
        DatabaseError(.misuse, "not a PostgreSQL connection string: \(reason)")
    }

    /// What stands between quotes is left out.
    private static func withoutQuotes(_ text: String) -> String {
        let line = PostgresErrorText.line(text)
        guard let first = line.firstIndex(of: "\""), let last = line.lastIndex(of: "\""), first != last else {
            return line
        }
        return line[..<first] + "\"...\"" + line[line.index(after: last)...].prefix { $0 != ":" }
    }

    private static func values(_ options: UnsafeMutablePointer<PQconninfoOption>) -> [String: String] {
        var values: [String: String] = [:]
        var option = options
        while let keyword = option.pointee.keyword {
            let name = String(cString: keyword)
            if name != "password", let value = option.pointee.val { values[name] = String(cString: value) }
            option += 1
        }
        return values
    }
}
#endif
