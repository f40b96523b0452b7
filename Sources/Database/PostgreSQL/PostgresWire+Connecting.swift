#if PostgreSQL
import CPostgres

extension PostgresWire {
    /// Begins to connect: what the connection string says goes before our defaults, the encoding is ours.
    static func startConnecting(_ settings: PostgresSettings) -> OpaquePointer? {
        let milliseconds = settings.connectTimeout.wholeNanoseconds / 1_000_000
        let options: [(String, String)] = [
            ("keepalives_idle", "30"), ("keepalives_interval", "10"), ("keepalives_count", "3"),
            // A host that swallows packets gives way to the next one of the list.
            ("tcp_user_timeout", "\(max(1, milliseconds))"),
            ("fallback_application_name", settings.applicationName),
            ("dbname", settings.connectionString),
            ("client_encoding", "UTF8"),
        ]
        return withCStrings(options.map(\.0)) { keywords in
            withCStrings(options.map(\.1)) { values in PQconnectStartParams(keywords, values, 1) }
        }
    }

    /// The first thing that is asked of a session. Not in the connection string, which a pooler in between may refuse.
    static func settingUp(_ settings: PostgresSettings) throws -> PostgresJob {
        func milliseconds(_ duration: Duration) -> String {
            duration > .zero ? "\(max(1, duration.wholeNanoseconds / 1_000_000))" : "0"
        }
        let path = settings.searchPath.map { name in
            "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
        }
        var statement = PostgresStatement(
            """
            SELECT set_config('statement_timeout', $1, false), set_config('lock_timeout', $2, false),
            set_config('idle_in_transaction_session_timeout', $3, false), set_config('search_path', $4, false)
            """,
            [
                .text(milliseconds(settings.statementTimeout)), .text(milliseconds(settings.lockTimeout)),
                .text(milliseconds(settings.idleInTransactionTimeout)), .text(path.joined(separator: ", ")),
            ]
        )
        statement.isOneOff = true
        return PostgresJob(
            work: .pipeline(try PostgresJob.encode([statement])),
            patience: settings.connectTimeout.wholeNanoseconds
        ) { _ in }
    }

    private static func withCStrings<R>(
        _ texts: [String],
        _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> R
    ) -> R {
        var addresses: [UnsafePointer<CChar>?] = []
        var bytes: [CChar] = []
        var offsets: [Int] = []
        for text in texts {
            offsets.append(bytes.count)
            bytes += text.utf8CString
        }
        return bytes.withUnsafeBufferPointer { bytes in
            addresses = offsets.map { offset in bytes.baseAddress.map { $0 + offset } } + [nil]
            return addresses.withUnsafeBufferPointer { list in
                // The list is never empty: it ends with nil.
                body(list.baseAddress.unsafelyUnwrapped)
            }
        }
    }
}
#endif
