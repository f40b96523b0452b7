import PostgresServer
import Testing

/// The databases that the pack's tables stand in.
enum DatabaseKind: String, Sendable {
    case sqlite = "SQLite"
    case postgres = "PostgreSQL"

    /// On which the fixtures of this task are made.
    @TaskLocal static var current = DatabaseKind.sqlite

    /// Those that can be had here.
    static let available: [DatabaseKind] = {
        #if PostgreSQL
        PostgresServer.isAvailable ? [.sqlite, .postgres] : [.sqlite]
        #else
        [.sqlite]
        #endif
    }()
}

/// Runs each test once for every database, and says on which one an issue came up.
struct EveryDatabase: TestTrait, SuiteTrait, TestScoping {
    var isRecursive: Bool { true }

    func provideScope(
        for test: Test,
        testCase: Test.Case?,
        performing function: @Sendable @concurrent () async throws -> Void
    ) async throws {
        for kind in DatabaseKind.available {
            let naming = IssueHandlingTrait.compactMapIssues { issue in
                var named = issue
                named.comments.append("on \(kind.rawValue)")
                return named
            }
            try await DatabaseKind.$current.withValue(kind) {
                try await naming.provideScope(for: test, testCase: testCase, performing: function)
            }
        }
    }
}

extension Trait where Self == EveryDatabase {
    /// Once on SQLite, and once on PostgreSQL where its programs are.
    static var onEveryDatabase: Self { EveryDatabase() }
}
