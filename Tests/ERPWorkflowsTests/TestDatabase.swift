import Database
import Foundation
import History
import PostgresServer
import TestDatabases
import WorkflowAPI
import WorkflowRuntime
import WorkflowTesting

@testable import ERPWorkflows

/// A database of a test's own with the pack's tables in it, of the kind that the test is run for.
struct TestDatabase: Sendable {
    let tables: any ApplicationDatabase
    private let makeStore: @Sendable (ManualEngineClock) async throws -> any HistoryStore
    private let remove: @Sendable () -> Void

    /// Rows of other tenants than these and `default` are not to be had on PostgreSQL.
    init(_ kind: DatabaseKind = .current, tenants: [String] = []) async throws {
        #if PostgreSQL
        if kind == .postgres {
            let server = try PostgresServer.shared
            let name = try await PostgresStores.borrow(server, with: ERPSchema.components)
            let database = try PostgresStores.database(server, name)
            for tenant in Set(tenants).subtracting(["default"]) { try await database.grant(tenant) }
            tables = database
            makeStore = { try await PostgresStores.open(database, clock: $0) }
            remove = { PostgresStores.giveBack(server, name, with: ERPSchema.components) }
            return
        }
        #endif
        let directory = FileManager.default.temporaryDirectory.appending(path: "erp-\(UUID())")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        let database = try SQLiteDatabase(path: directory.appending(path: "erp.db").path, mode: .createIfMissing)
        try await ERPPack.prepare(database)
        tables = database
        makeStore = { clock in try await SQLiteHistoryStore(database: database, clock: { clock.now() }) }
        remove = {
            database.close()
            try? FileManager.default.removeItem(at: directory)
        }
    }

    /// Nothing may use it from now on.
    func close() { remove() }

    /// An environment in which time is skipped, on the engine's own store in this database.
    func environment(
        workflows: [WorkflowRegistration] = ERPPack.workflows,
        activities: [any ActivityContainer],
        cacheRuns: Bool = false,
        clock: ManualEngineClock
    ) async throws -> TimeSkippingEnvironment {
        TimeSkippingEnvironment.on(
            try await makeStore(clock),
            tables: tables,
            workflows: workflows,
            activities: activities,
            cacheRuns: cacheRuns,
            clock: clock
        )
    }

    /// One statement, as a step of somebody who does not know the rules. Throws ``StoreError``.
    func sql(_ statement: String) async throws { try await tables.transact { _ = try $0.execute(statement) } }

    /// Takes the guards of a table away, as its owner can.
    func dropTriggers(of table: String) async throws {
        #if PostgreSQL
        if let database = tables as? PostgresDatabase {
            _ = try await database.query("ALTER TABLE \(table) DISABLE TRIGGER USER")
            return
        }
        #endif
        guard let file = tables as? SQLiteDatabase else { return }
        try await file.write { connection in
            let names = try connection.query(
                "SELECT name FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = ?",
                [.text(table)]
            ) { $0.text(0) }
            for name in names { try connection.executeScript("DROP TRIGGER \(name)") }
        }
    }
}

#if PostgreSQL
extension PostgresDatabase {
    /// Makes a namespace, and lets this role see it.
    func grant(_ tenant: String) async throws {
        _ = try await query(
            """
            WITH made AS (INSERT INTO namespace (name, created_time) VALUES ($1, 0) RETURNING namespace_id)
            INSERT INTO namespace_grant (role_name, namespace_id) SELECT current_user, namespace_id FROM made
            """,
            [.text(tenant)]
        )
    }
}
#endif
