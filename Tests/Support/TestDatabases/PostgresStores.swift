#if PostgreSQL
package import Database
import Foundation
package import History
package import PostgresServer
import Synchronization
package import WorkflowTesting

/// Stores on the PostgreSQL server of the tests, each on a database of its own, which is emptied and used again.
package enum PostgresStores {
    /// The role of the engine: no superuser, so that row-level security holds for it.
    package static let role = "engine"
    private static let shelf = Mutex(Shelf())

    /// By the names of the components that stand in them beside the engine's tables.
    private struct Shelf {
        var templates: [String: Task<String, any Error>] = [:]
        var free: [String: [String]] = [:]
    }

    /// A store in a database of its own, and what gives that back.
    package static func make(clock: ManualEngineClock) async throws -> (any HistoryStore, @Sendable () -> Void) {
        let server = try PostgresServer.shared
        let name = try await borrow(server)
        let store = try await open(server, name, clock: clock)
        return (store, { giveBack(server, name) })
    }

    /// A database in which the engine's tables stand, and those of `components`, in their order; all empty.
    package static func borrow(
        _ server: PostgresServer,
        with components: [SchemaComponent] = []
    ) async throws -> String {
        let key = key(components)
        if let free = shelf.withLock({ $0.free[key]?.popLast() }) { return free }
        let template = shelf.withLock { shelf in
            if let known = shelf.templates[key] { return known }
            let task = Task { try await makeTemplate(server, components) }
            shelf.templates[key] = task
            return task
        }
        return try server.makeDatabase(ownedBy: role, copying: try await template.value)
    }

    /// Empties a database for the next test. One that was dirtied in a way that cannot be cleaned is left to the end of the
    /// server.
    package static func giveBack(
        _ server: PostgresServer,
        _ name: String,
        with components: [SchemaComponent] = []
    ) {
        do {
            try server.run(emptying, in: name)
            shelf.withLock { $0.free[key(components), default: []].append(name) }
        } catch {
            print("\(name) is not used again: \(error)")
        }
    }

    // Triggers that keep rows are for everybody but replicas; tests switch some off.
    private static let emptying = """
        SET session_replication_role = replica;
        DO $$
        DECLARE
            names CONSTANT TEXT[] := ARRAY(
                SELECT format('workflow.%I', relname) FROM pg_class WHERE relnamespace = 'workflow'::regnamespace
                AND relkind IN ('r', 'p') AND NOT relispartition AND relname <> 'schema_version');
            name TEXT;
        BEGIN
            EXECUTE 'TRUNCATE ' || array_to_string(names, ', ') || ' RESTART IDENTITY';
            FOR name IN SELECT DISTINCT tgrelid::regclass FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'D' LOOP
                EXECUTE 'ALTER TABLE ' || name || ' ENABLE TRIGGER USER';
            END LOOP;
        END $$;
        INSERT INTO workflow.namespace (namespace_id, name, created_time) VALUES (1, 'default', 0);
        INSERT INTO workflow.namespace_grant (role_name, namespace_id) VALUES ('\(role)', 1)
        """

    /// Another store on the same database, as another process would have it.
    package static func open(
        _ server: PostgresServer,
        _ name: String,
        clock: ManualEngineClock
    ) async throws -> PostgresHistoryStore {
        try await open(try database(server, name), clock: clock)
    }

    /// The same on an open database.
    package static func open(
        _ database: PostgresDatabase,
        clock: ManualEngineClock
    ) async throws -> PostgresHistoryStore {
        try await PostgresHistoryStore(
            database: database,
            time: .init(now: { clock.now() }),
            instance: UUID().uuidString
        )
    }

    /// Opens a database as the engine, or as another role.
    package static func database(
        _ server: PostgresServer,
        _ name: String,
        as role: String = PostgresStores.role
    ) throws -> PostgresDatabase {
        var settings = try PostgresSettings(server.connectionString(name, as: role))
        settings.minimumConnections = 1
        // What is not a test's subject must not end it on a machine that has no time for it.
        settings.idleInTransactionTimeout = .seconds(120)
        settings.leaseTimeout = .seconds(120)
        return try PostgresDatabase(settings)
    }

    private static func key(_ components: [SchemaComponent]) -> String {
        components.map(\.name).joined(separator: " ")
    }

    private static func makeTemplate(
        _ server: PostgresServer,
        _ components: [SchemaComponent]
    ) async throws -> String {
        let name = try server.makeDatabase(ownedBy: role)
        let database = try database(server, name)
        try await PostgresSchema.prepare(database, createIfMissing: true, at: 0)
        for component in components { try await database.prepare(component) }
        await database.close()
        return name
    }
}
#endif
