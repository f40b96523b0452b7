#if PostgreSQL
import Database
import PostgresServer
import Synchronization
import Testing

extension Trait where Self == ConditionTrait {
    /// Skipped where there is no server to be had.
    static var postgres: Self {
        .enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable))
    }
}

/// A database of its own for a test, on the shared server unless another is given.
func postgres(
    on server: PostgresServer? = nil,
    configure: (inout PostgresSettings) -> Void = { _ in },
    report: @escaping @Sendable (PostgresEvent) -> Void = { _ in }
) async throws -> PostgresDatabase {
    let server = try server ?? PostgresServer.shared
    var settings = try PostgresSettings(server.connectionString(server.makeDatabase()))
    settings.searchPath = ["public"]
    // What is not a test's subject must not end it on a machine that has no time for it.
    settings.idleInTransactionTimeout = .seconds(300)
    settings.statementTimeout = .seconds(300)
    settings.leaseTimeout = .seconds(300)
    settings.connectTimeout = .seconds(120)
    settings.healthCheckAfter = .seconds(300)
    configure(&settings)
    let database = try PostgresDatabase(settings, random: { 0.5 }, report: report)
    try await database.start()
    return database
}

/// What went wrong, if it was the database.
func databaseError(_ body: () async throws -> Void) async -> DatabaseError? {
    do {
        try await body()
        return nil
    } catch {
        return error as? DatabaseError
    }
}

/// Waits until something that others do has been done; false after two minutes.
func eventually(_ condition: () async throws -> Bool) async rethrows -> Bool {
    let clock = ContinuousClock()
    let end = clock.now + .seconds(120)
    while clock.now < end {
        if try await condition() { return true }
        try? await clock.sleep(for: .milliseconds(10))
    }
    return false
}

/// Things in the order in which they happened.
final class Record<Thing: Sendable>: Sendable {
    private let list = Mutex<[Thing]>([])

    var things: [Thing] { list.withLock { $0 } }

    func add(_ thing: Thing) { list.withLock { $0.append(thing) } }
}
#endif
