import ArgumentParser
import Crypto
import Foundation
package import History

/// Where the state is, as `--store` says it.
package enum StoreLocation: Hashable, Sendable {
    /// A SQLite file.
    case sqlite(path: String)
    /// A PostgreSQL database, as libpq names it.
    case postgres(connection: String)

    /// What `--store` takes, for messages.
    package static let forms = "sqlite:PATH, postgres://USER@HOST:PORT/DATABASE or postgres:KEYWORDS"

    /// Throws a usage error for anything else.
    package init(_ text: String) throws {
        if text.hasPrefix("sqlite:"), text.count > "sqlite:".count {
            self = .sqlite(path: String(text.dropFirst("sqlite:".count)))
        } else if text.hasPrefix("postgres://") || text.hasPrefix("postgresql://") {
            self = .postgres(connection: text)
        } else if text.hasPrefix("postgres:") {
            self = .postgres(connection: String(text.dropFirst("postgres:".count)))
        } else {
            throw ValidationError("--store '\(StoreLocation.shown(text))' is not of the form \(StoreLocation.forms)")
        }
    }

    /// A password on the command line is read by everybody on the machine.
    package var holdsPassword: Bool {
        guard case .postgres(let connection) = self else { return false }
        if let url = URLComponents(string: connection), url.scheme != nil {
            return url.password != nil
                || url.queryItems?.contains { ["password", "sslpassword"].contains($0.name) } == true
        }
        // Also of what is no URL because of what stands in the password.
        return connection.contains(/(^|\s)(ssl)?password\s*=/) || connection.contains(/^[a-z]+:\/\/[^@]*:[^@]*@/)
    }

    /// What an engine opens. Throws a usage error when this program was built without it.
    package func engineStore() throws -> WorkflowEngine.Store {
        switch self {
        case .sqlite(let path): return .sqlite(path)
        case .postgres(let connection):
            #if PostgreSQL
            return .postgres(connection)
            #else
            _ = connection
            throw ValidationError("this program was built without PostgreSQL: build it with --traits PostgreSQL")
            #endif
        }
    }

    /// Where a worker notes what it runs, so that a crash is blamed on it: beside a file, or in the user's own place for state,
    /// apart for each database.
    package var crashBlamePrefix: String {
        switch self {
        case .sqlite(let path): return path + "-blame-"
        case .postgres(let connection):
            let digest = SHA256.hash(data: Data(connection.utf8)).prefix(6).map { String(format: "%02x", $0) }.joined()
            let environment = ProcessInfo.processInfo.environment
            let home = environment["XDG_STATE_HOME"] ?? environment["HOME"].map { $0 + "/.local/state" }
            let place = URL(fileURLWithPath: home ?? FileManager.default.temporaryDirectory.path)
                .appending(path: "workflow")
            try? FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            return place.appending(path: "postgres-\(digest)-blame-").path
        }
    }

    /// Nothing of what may be a password.
    private static func shown(_ text: String) -> String {
        String(text.prefix { $0 != ":" && $0 != "=" }) + (text.contains { $0 == ":" || $0 == "=" } ? "..." : "")
    }
}
