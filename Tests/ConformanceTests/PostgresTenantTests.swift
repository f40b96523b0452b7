#if PostgreSQL
import Database
import Foundation
import History
import PostgresServer
import TestDatabases
import Testing
import WorkflowAPI
import WorkflowTesting

/// Whoever has one tenant's role sees and changes nothing of another's, whatever SQL it sends.
@Suite(.enabled(if: PostgresServer.isAvailable), .serialized) struct PostgresTenantTests {
    /// A database with a tenant `default`, of which every table holds something, and a tenant `tenant-b`.
    private struct Place {
        let server: PostgresServer
        let name: String
        let clock = ManualEngineClock()
        let store: PostgresHistoryStore
        let harness: ConformanceHarness

        init() async throws {
            server = try PostgresServer.shared
            name = try server.makeDatabase(ownedBy: PostgresStores.role)
            let database = try PostgresStores.database(server, name)
            try await PostgresSchema.prepare(database, createIfMissing: true, at: 0)
            await database.close()
            store = try await PostgresStores.open(server, name, clock: clock)
            harness = ConformanceHarness(over: store, clock: clock)
        }

        func fill() async throws {
            try await store.createNamespace("tenant-b", retention: nil)
            let worker = try await harness.register("worker-a")
            try await harness.start()
            try await harness.complete(
                try await harness.take(worker),
                [.activity(), .timer("t", .seconds(1000))],
                by: worker
            )
            try await harness.signal("one")
            _ = try await harness.take(worker)
            try await harness.signal("two")
            try server.run(
                """
                SET SESSION AUTHORIZATION \(PostgresStores.role);
                INSERT INTO workflow.workflow_inbox (request_id, kind, workflow_id, signal_name)
                VALUES ('waiting', 'signal', 'order-1', 'three')
                """,
                in: name
            )
        }

        /// A role of this test's own.
        func makeRole(_ text: String) throws -> String {
            let role = "\(text)_\(name)"
            try server.makeRole(role)
            return role
        }

        /// What a role gets for an answer.
        func asRole(_ role: String, _ sql: String) throws -> String {
            try server.run("SET SESSION AUTHORIZATION \"\(role)\"; SET search_path = workflow; \(sql)", in: name)
        }

        /// What a role is refused with; nil when it is let.
        func refusal(_ role: String, _ sql: String) -> String? {
            do {
                _ = try asRole(role, sql)
                return nil
            } catch {
                return "\(error)"
            }
        }

        func tables(_ condition: String = "true") throws -> [String] {
            try server.run(
                """
                SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'workflow'::regnamespace
                AND c.relkind IN ('r', 'p') AND \(condition) ORDER BY 1
                """,
                in: name
            ).split(separator: "\n").map(String.init)
        }

        /// Every row of the tenant `default`, as one text for each table.
        func contents() throws -> [String: String] {
            try tables().reduce(into: [:]) { found, table in
                let column = table == "workflow_inbox" ? "namespace = 'default'" : "namespace_id = 1"
                let isOfTenants = !["process", "session", "schema_version"].contains(table)
                found[table] = try server.run(
                    "SELECT t::text FROM workflow.\(table) t \(isOfTenants ? "WHERE \(column)" : "") ORDER BY 1",
                    in: name
                )
            }
        }

        func close() async { await store.close() }
    }

    private static let ofTenants = """
        EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname IN ('namespace_id', 'namespace'))
        AND c.relname NOT IN ('namespace', 'namespace_grant')
        """

    @Test func `row-level security is forced on every table, and no function runs with the rights of its owner`()
        async throws
    {
        let place = try await Place()
        let loose = try place.tables("NOT (c.relrowsecurity AND c.relforcerowsecurity)")
        #expect(loose == ["schema_version"], "it holds versions, and nobody but the owner may write it")
        #expect(try place.tables(Self.ofTenants).count == 26)
        let functions = try place.server.run(
            """
            SELECT proname, prosecdef, coalesce(array_to_string(proconfig, ' '), '') FROM pg_proc
            WHERE pronamespace = 'workflow'::regnamespace ORDER BY 1
            """,
            in: place.name
        ).split(separator: "\n")
        #expect(functions.allSatisfy { $0.contains("|f|") })
        let fixed = functions.filter { $0.contains("search_path=workflow, pg_temp") }.map { $0.prefix { $0 != "|" } }
        #expect(fixed == ["check_inbox", "tell_inbox"])
        await place.close()
    }

    /// The role has more SQL privileges than any that is granted here: only row-level security holds it.
    @Test func `raw SQL does not cross over to another tenant on any table`() async throws {
        let place = try await Place()
        try await place.fill()
        let role = try place.makeRole("broad")
        try await place.store.grant("tenant-b", to: role, asEngine: true)
        let grantAll = "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA workflow TO \(role)"
        try place.server.run(
            "\(grantAll); CREATE SCHEMA stolen; GRANT USAGE ON SCHEMA stolen TO \(role)",
            in: place.name
        )
        let before = try place.contents()
        // Partitions first, while they hold nothing of the role's own; runs before what belongs to them.
        let tables = try place.tables(Self.ofTenants)
        let rank = { (table: String) in table.hasPrefix("history_") ? 0 : table == "execution" ? 1 : 2 }
        for table in tables.sorted(by: { (rank($0), $0) < (rank($1), $1) }) {
            try place.server.run(
                "CREATE TABLE stolen.\(table) AS TABLE workflow.\(table); GRANT SELECT ON stolen.\(table) TO \(role)",
                in: place.name
            )
            let isPartition = table.hasPrefix("history_")
            if !isPartition { #expect(before[table]?.isEmpty == false, "\(table) holds something") }
            let column = table == "workflow_inbox" ? "namespace" : "namespace_id"
            let (own, other) = column == "namespace" ? ("'tenant-b'", "'default'") : ("2", "1")
            #expect(try place.asRole(role, "SELECT count(*) FROM \(table)") == "0", "\(table)")
            #expect(try place.asRole(role, "UPDATE \(table) SET \(column) = \(own) RETURNING 1") == "", "\(table)")
            #expect(try place.asRole(role, "DELETE FROM \(table) RETURNING 1") == "", "\(table)")
            guard before[table]?.isEmpty == false else { continue }
            let foreign = place.refusal(
                role,
                "INSERT INTO \(table) OVERRIDING SYSTEM VALUE SELECT * FROM stolen.\(table)"
            )
            #expect(
                foreign?.contains("row-level security") == true
                    || foreign?.contains("there is no such namespace") == true,
                "\(table): \(foreign ?? "let")"
            )
            // A row of its own, moved over.
            let keys = ["run_key", "run_id", "registration_id", "position"].map { key in
                let value = key == "run_id" ? "run_id || 'x'" : "\(key) + 1000000"
                return
                    "IF EXISTS (SELECT FROM pg_attribute WHERE attrelid = 'stolen.\(table)'::regclass AND attname = '\(key)') "
                    + "THEN UPDATE stolen.\(table) SET \(key) = \(value); END IF;"
            }
            // A row of its own under the key of another's run.
            let isOfRun = isPartition || ["activity", "buffered_event", "history", "timer"].contains(table)
            try place.server.run("UPDATE stolen.\(table) SET \(column) = \(own)", in: place.name)
            if isOfRun {
                let slipped = place.refusal(role, "INSERT INTO \(table) SELECT * FROM stolen.\(table)")
                #expect(slipped?.contains("row-level security") == true, "\(table): \(slipped ?? "let")")
            }
            if isPartition { continue }
            try place.server.run(
                "DO $$ BEGIN \(keys.joined(separator: " ")) END $$",
                in: place.name
            )
            try await Self.insertOwn(place, role, table)
            let moved = place.refusal(role, "UPDATE \(table) SET \(column) = \(other)")
            let reason = isOfRun ? "rows of a run cannot be given to another" : "row-level security"
            #expect(moved?.contains(reason) == true, "\(table): \(moved ?? "let")")
            guard isOfRun else { continue }
            let given = place.refusal(role, "UPDATE \(table) SET run_key = run_key - 1000000")
            #expect(given?.contains(reason) == true, "\(table): \(given ?? "let")")
        }
        #expect(try place.contents() == before)
        await place.close()
    }

    private static func insertOwn(_ place: Place, _ role: String, _ table: String) async throws {
        // The parent of the rows of registration_name is in `registration`, which comes before it.
        #expect(
            try place.asRole(
                role,
                "INSERT INTO \(table) OVERRIDING SYSTEM VALUE SELECT * FROM stolen.\(table) RETURNING 1"
            )
                != "",
            "\(table)"
        )
    }

    @Test func `grants are the owner's to give, and nobody learns of those of others`() async throws {
        let place = try await Place()
        try await place.fill()
        let role = try place.makeRole("grantee")
        try await place.store.grant("tenant-b", to: role, asEngine: true)
        #expect(
            try place.asRole(role, "SELECT granted_namespaces(current_user), granted_namespace_names(current_user)")
                == "{2}|{tenant-b}"
        )
        for function in ["granted_namespaces", "granted_namespace_names"] {
            #expect(try place.asRole(role, "SELECT \(function)('\(PostgresStores.role)')") == "{}")
        }
        #expect(try place.asRole(role, "SELECT name FROM namespace") == "tenant-b")
        #expect(try place.asRole(role, "SELECT role_name FROM namespace_grant") == role)
        for sql in [
            "INSERT INTO namespace_grant VALUES (current_user, 1)", "UPDATE namespace_grant SET namespace_id = 1",
            "DELETE FROM namespace_grant", "UPDATE namespace SET retention = 1", "DELETE FROM namespace",
            "INSERT INTO namespace (name, created_time) VALUES ('mine', 0)", "UPDATE schema_version SET version = 9",
            "TRUNCATE history", "TRUNCATE workflow_inbox", "SET ROLE \(PostgresStores.role)",
            "ALTER TABLE history DISABLE ROW LEVEL SECURITY", "DROP POLICY of_namespace ON history",
            "ALTER FUNCTION granted_namespaces(name) COST 1", "SELECT * FROM history_3",
            "CREATE FUNCTION workflow.f() RETURNS int LANGUAGE sql AS 'SELECT 1'",
        ] {
            let refusal = place.refusal(role, sql)
            #expect(
                refusal?.contains("permission denied") == true || refusal?.contains("must be owner") == true,
                "\(sql): \(refusal ?? "let")"
            )
        }
        // A setting that a transaction may make shows less, never more.
        #expect(try place.asRole(role, "SET workflow.guest = 'off'; SELECT count(*) FROM execution") == "0")
        // What a migration makes later, as the owner, is the role's as well, and taken back with the rest.
        try place.server.run(
            """
            SET SESSION AUTHORIZATION \(PostgresStores.role);
            CREATE TABLE workflow.later (number BIGINT); CREATE SEQUENCE workflow.counter
            """,
            in: place.name
        )
        #expect(try place.asRole(role, "INSERT INTO later VALUES (nextval('counter')) RETURNING number") == "1")
        try await place.store.revoke("tenant-b", from: role)
        try place.server.run(
            "SET SESSION AUTHORIZATION \(PostgresStores.role); CREATE TABLE workflow.last (number BIGINT)",
            in: place.name
        )
        for table in ["later", "last"] {
            let refusal = place.refusal(role, "SELECT * FROM workflow.\(table)")
            #expect(refusal?.contains("permission denied") == true, "\(table): \(refusal ?? "let")")
        }
        await place.close()
    }

    @Test func `an application adds to the inbox of its tenant and does nothing else`() async throws {
        let place = try await Place()
        try await place.fill()
        let role = try place.makeRole("app")
        try await place.store.grant("tenant-b", to: role, asEngine: false)
        func insert(_ namespace: String, _ id: String) -> String {
            """
            INSERT INTO workflow_inbox (namespace, request_id, kind, workflow_id, workflow_type, task_queue)
            VALUES ('\(namespace)', '\(id)', 'start', 'b-1', 'Order', 'main')
            """
        }
        #expect(place.refusal(role, insert("tenant-b", "r1")) == nil)
        #expect(
            place.refusal(role, insert("tenant-b", "r1") + " ON CONFLICT (namespace, request_id) DO NOTHING") == nil
        )
        #expect(place.refusal(role, insert("default", "r2"))?.contains("there is no such namespace") == true)
        #expect(place.refusal(role, insert("nowhere", "r2"))?.contains("there is no such namespace") == true)
        // A table of its own by the name of ours changes nothing.
        let shadow =
            "SET search_path = public; CREATE TEMP TABLE namespace (name TEXT); "
            + "INSERT INTO pg_temp.namespace VALUES ('default');"
        let shadowed = place.refusal(
            role,
            shadow + insert("default", "r3").replacing(" workflow_inbox", with: " workflow.workflow_inbox")
        )
        #expect(shadowed?.contains("there is no such namespace") == true)
        for table in try place.tables() where !["namespace", "namespace_grant"].contains(table) {
            #expect(place.refusal(role, "SELECT * FROM \(table)")?.contains("permission denied") == true, "\(table)")
            #expect(place.refusal(role, "DELETE FROM \(table)")?.contains("permission denied") == true, "\(table)")
        }
        #expect(try place.asRole(role, "SELECT request_id, problem FROM workflow_inbox") == "r1|")
        #expect(place.refusal(role, "UPDATE workflow_inbox SET namespace = 'default'") != nil)
        #expect(place.refusal(role, "INSERT INTO workflow_inbox (position) VALUES (1)") != nil)
        #expect(
            try await place.store.grants().contains(NamespaceGrant(namespace: "tenant-b", role: role, servesIt: false))
        )
        try await place.store.revoke("tenant-b", from: role)
        #expect(place.refusal(role, insert("tenant-b", "r4"))?.contains("\"workflow_inbox\" does not exist") == true)
        await place.harness.refused(.notFound) { try await place.store.revoke("tenant-b", from: role) }
        await place.harness.refused(.notFound) {
            try await place.store.grant("tenant-b", to: "nobody-at-all", asEngine: false)
        }
        await place.harness.refused(.notFound) { try await place.store.grant("nowhere", to: role, asEngine: false) }
        await place.close()
    }

    @Test func `an engine of one tenant serves it, and forgets no session that has another's tasks`() async throws {
        let place = try await Place()
        try await place.fill()
        try place.server.run("CREATE ROLE \"odd \"\"\(place.name)\" LOGIN", in: place.name)
        let role = "odd \"\(place.name)"
        try await place.store.grant("tenant-b", to: role, asEngine: true)
        var settings = try PostgresSettings(
            place.server.connectionString(place.name, as: "'odd \"\(place.name)'")
        )
        settings.minimumConnections = 1
        let store = try await PostgresHistoryStore(
            database: try PostgresDatabase(settings),
            time: .init(now: { [clock = place.clock] in clock.now() }),
            instance: "b"
        )
        let harness = ConformanceHarness(over: store, clock: place.clock, seed: 2)
        try await harness.start("b-1") { $0.namespace = "tenant-b" }
        let task = try #require(try await harness.poll(namespace: "tenant-b"))
        try await harness.complete(task, [.complete()])
        #expect(try await store.listNamespaces().map(\.namespace) == ["tenant-b"])
        await harness.refused(.notFound) { try await harness.start("x") }
        await harness.refused(.notFound) { _ = try await harness.poll() }
        await #expect(throws: (any Error).self) { try await store.createNamespace("mine", retention: nil) }
        await #expect(throws: (any Error).self) { try await store.setRetention(of: "tenant-b", to: .seconds(1)) }
        // The worker of `default` dies. This engine sees nothing of what it had, so the other one must still find it.
        place.clock.advance(by: .seconds(60))
        #expect(try await store.reapSessions() == 0)
        let sessions = try place.server.run("SELECT count(*) FROM workflow.session", in: place.name)
        #expect(sessions == "1")
        #expect(try await place.harness.types().contains(.taskTimedOut) == false)
        let other = try await PostgresStores.open(place.server, place.name, clock: place.clock)
        #expect(try await other.reapSessions() > 0)
        #expect(try await place.harness.types().contains(.taskTimedOut))
        #expect(try place.server.run("SELECT count(*) FROM workflow.session", in: place.name) == "0")
        await other.close()
        await store.close()
        await place.close()
    }
}
#endif
