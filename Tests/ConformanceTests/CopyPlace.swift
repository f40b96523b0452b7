import Database
import Foundation
import History
import PostgresServer
import TestDatabases
import WorkflowAPI
import WorkflowTesting

/// A store in a database with tables of an application beside the engine's, and a harness over it.
struct CopyPlace: Sendable {
    let harness: ConformanceHarness
    let tables: any ApplicationDatabase
    private let removeFiles: @Sendable () -> Void

    init(_ kind: ConformanceStore, clock: ManualEngineClock, seed: UInt64 = 1) async throws {
        switch kind {
        case .memory: throw WorkflowServiceError(.unimplemented, "a store in memory has no tables")
        case .sqlite:
            let directory = FileManager.default.temporaryDirectory.appending(path: "copy-\(UUID())")
            try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
            let database = try SQLiteDatabase(
                path: directory.appending(path: "workflow.db").path,
                mode: .createIfMissing
            )
            let store = try await SQLiteHistoryStore(database: database, clock: { clock.now() })
            harness = ConformanceHarness(over: store, clock: clock, seed: seed)
            tables = database
            removeFiles = { try? FileManager.default.removeItem(at: directory) }
        #if PostgreSQL
        case .postgres:
            let server = try PostgresServer.shared
            let name = try await PostgresStores.borrow(server)
            let database = try PostgresStores.database(server, name)
            let store = try await PostgresHistoryStore(
                database: database,
                time: .init(now: { clock.now() }),
                instance: UUID().uuidString
            )
            harness = ConformanceHarness(over: store, clock: clock, seed: seed)
            tables = database
            removeFiles = {}
        #endif
        }
    }

    /// The same store as a copy sees it.
    var side: StoreCopy.Side { StoreCopy.Side(harness.store, tables: tables) }

    /// Tables whose names stand in the wrong order for copying, with a trigger that writes to another table.
    func makeTables(columns: String = "") async throws {
        let isServer = tables.dialect != .sqlite
        let (integer, blob, exact, flag) =
            isServer ? ("BIGINT", "BYTEA", "NUMERIC(20, 2)", "BOOLEAN") : ("INTEGER", "BLOB", "TEXT", "INTEGER")
        let identity = isServer ? "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY" : "INTEGER PRIMARY KEY"
        let trigger =
            isServer
            ? """
            CREATE FUNCTION copy_first_line() RETURNS TRIGGER LANGUAGE plpgsql AS $$
            BEGIN INSERT INTO copy_a_line VALUES (new.tenant, new.id, 0, 'first', NULL); RETURN NULL; END $$;
            CREATE TRIGGER copy_line AFTER INSERT ON copy_b_bill FOR EACH ROW EXECUTE FUNCTION copy_first_line()
            """
            : """
            CREATE TRIGGER copy_line AFTER INSERT ON copy_b_bill BEGIN
                INSERT INTO copy_a_line VALUES (new.tenant, new.id, 0, 'first', NULL);
            END
            """
        try await tables.prepare(
            SchemaComponent(
                name: "copied",
                whole: """
                    CREATE TABLE copy_b_bill (
                        tenant TEXT NOT NULL, id \(integer) NOT NULL, amount \(exact) NOT NULL, paid \(flag) NOT NULL,
                        scan \(blob), rate DOUBLE PRECISION \(columns), PRIMARY KEY (tenant, id));
                    CREATE TABLE copy_a_line (
                        tenant TEXT NOT NULL, bill \(integer) NOT NULL, line \(integer) NOT NULL, what TEXT NOT NULL,
                        note TEXT, PRIMARY KEY (tenant, bill, line), FOREIGN KEY (tenant, bill) REFERENCES copy_b_bill);
                    CREATE TABLE copy_counter (number \(identity), what TEXT NOT NULL);
                    \(trigger)
                    """,
                steps: [SchemaStep("one", "SELECT 1")]
            )
        )
    }

    /// `count` bills of each tenant with their lines.
    func fillTables(_ count: Int) async throws {
        let flag = tables.dialect == .sqlite ? "1" : "true"
        try await tables.transact { transaction in
            for tenant in ["default", "tenant-b"] {
                for id in 0..<count {
                    _ = try transaction.execute(
                        "INSERT INTO copy_b_bill (tenant, id, amount, paid, scan, rate) VALUES (?, ?, '12.50', \(flag), ?, ?)",
                        [
                            .text(tenant), .integer(Int64(id)), .blob([0, 255, UInt8(id & 255)]),
                            .real(0.1 + Double(id)),
                        ]
                    )
                    _ = try transaction.execute(
                        "INSERT INTO copy_a_line (tenant, bill, line, what) VALUES (?, ?, 1, ?)",
                        [.text(tenant), .integer(Int64(id)), .text("B\u{E9}n\u{B2} '\(id)' \u{1F44D}")]
                    )
                }
            }
            for word in ["a", "b", "c"] {
                _ = try transaction.execute("INSERT INTO copy_counter (what) VALUES (?)", [.text(word)])
            }
        }
    }

    /// Every row of the application's tables as text.
    func rows(_ tenant: String? = nil) async throws -> [String] {
        let condition = tenant.map { "WHERE tenant = '\($0)'" } ?? ""
        return try await tables.look { look in
            var lines: [String] = []
            for row in try look.query("SELECT * FROM copy_b_bill \(condition) ORDER BY tenant, id", []) {
                lines.append("\(row.values[0]) \(row.values[1]) \(row.values[4]) \(row.values[5])")
            }
            for row in try look.query("SELECT * FROM copy_a_line \(condition) ORDER BY tenant, bill, line", []) {
                lines.append("\(row.values)")
            }
            for row in try look.query("SELECT number, what FROM copy_counter ORDER BY number", []) {
                lines.append("\(row.values)")
            }
            return lines
        }
    }

    func close() async {
        await harness.close()
        removeFiles()
    }
}
