#if PostgreSQL
import CPostgres

extension DatabaseError {
    /// What a failed statement says. DETAIL, HINT and CONTEXT stay out of it: they hold values.
    init(postgres result: OpaquePointer) {
        func field(_ code: Int32) -> String? { PQresultErrorField(result, code).map { String(cString: $0) } }
        let state = field(wf_pg_sqlstate)
        let text = field(wf_pg_message) ?? "PostgreSQL gave no reason"
        guard let state else {
            // Without a SQLSTATE it is libpq that speaks.
            self.init(.connectionLost, "PostgreSQL: \(PostgresErrorText.line(text))")
            return
        }
        var (_, code) = PostgresErrorClass.judge(state)
        // A table changed under a prepared statement, which is prepared anew next time. The SQLSTATE says only "feature not
        // supported", and the text may be translated.
        if state == "0A000", field(wf_pg_source_function) == "RevalidateCachedQuery" { code = .serialization }
        var message = "PostgreSQL: \(PostgresErrorText.withoutValues(text, state)) (SQLSTATE \(state)"
        if let constraint = field(wf_pg_constraint), !text.contains(constraint) { message += ", \(constraint)" }
        if let position = field(wf_pg_position) { message += ", at character \(position)" }
        self.init(code, message + ")", sqlState: state)
    }

    /// The server gave up the session with this error: nothing more can be asked on the connection.
    static func isFatal(_ result: OpaquePointer) -> Bool {
        guard let severity = PQresultErrorField(result, wf_pg_severity).map({ String(cString: $0) }) else {
            return true
        }
        return severity == "FATAL" || severity == "PANIC"
    }

    /// What libpq says about a connection that failed or could not be made. Messages of the server have their SQLSTATE
    /// in them, since the connection was told to be verbose.
    init(connecting text: String) {
        let lines = text.split(separator: "\n").filter { $0.contains("failed:") || $0.contains("could not") }
        let last =
            lines.last.map(String.init) ?? text.split(separator: "\n").first.map(String.init) ?? "no reason given"
        let state = PostgresErrorText.sqlState(in: last)
        let code = state.map { PostgresErrorClass.judge($0).1 } ?? .connectionLost
        let line = PostgresErrorText.line(last)
        self.init(code, "PostgreSQL: \(line)", sqlState: state)
    }
}

/// What may be said of what the database says.
enum PostgresErrorText {
    /// One line.
    static func line(_ text: String) -> String {
        String(text.split(whereSeparator: \.isNewline).first ?? "no reason given")
    }

    /// Data exceptions (class 22) quote the value that did not fit, here or after a colon: that is left out. Other messages
    /// quote names.
    static func withoutValues(_ text: String, _ state: String) -> String {
        let text = line(text)
        guard state.hasPrefix("22") else { return text }
        guard let first = text.firstIndex(of: "\""), let last = text.lastIndex(of: "\""), first != last else {
            return String(text.prefix { $0 != ":" })
        }
        let tail = text[text.index(after: last)...].prefix { $0 != ":" }
        return "\(text[..<first])\"...\"\(tail)"
    }

    /// The SQLSTATE in a verbose message: `FATAL:  28P01: password authentication failed`.
    static func sqlState(in text: String) -> String? {
        text.split(separator: ":").map { $0.drop(while: { $0 == " " }) }.dropFirst().first { part in
            part.utf8.count == 5 && part.utf8.contains { $0 < 0x3A }
                && part.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) }
        }.map(String.init)
    }
}
#endif
