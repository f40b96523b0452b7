#if PostgreSQL
import Database
import Foundation
import PostgresServer
import TestDatabases
import Testing
import WorkflowAPI

@testable import ERPWorkflows

/// Row-level security on PostgreSQL: what raw SQL of a role can see and do that is granted one tenant only.
@Suite(.serialized, .enabled(if: PostgresServer.isAvailable, Comment(rawValue: PostgresServer.unavailable)))
struct TenantWallTests {
    /// A company of two tenants, each with one paid invoice of an order, and a clerk who may see `other`.
    private func makeCompany() async throws -> (books: Books, server: PostgresServer, name: String, clerk: String) {
        let books = try await DatabaseKind.$current.withValue(.postgres) { try await Books() }
        for tenant in ["default", "other"] {
            let own = books.of(tenant)
            let item = PurchaseOrderItem(productId: "work", quantity: Quantity(1), unitPrice: Money(taka: 1_000))
            let number = try await own.order("PO", [item])
            let invoice = try Books.invoice("A", net: Money(taka: 1_000), po: number)
            _ = try await own.register(invoice)
            _ = try await own.reserve(invoice)
            _ = try await own.postings.post(try own.posting(invoice))
        }
        let server = try PostgresServer.shared
        let database = try #require(books.database as? PostgresDatabase)
        let name = try await database.query("SELECT current_database()::text").text(0, 0)
        let clerk = "clerk_\(UUID().uuidString.prefix(8).lowercased())"
        try server.makeRole(clerk)
        try server.run(
            """
            SET search_path = workflow;
            GRANT USAGE ON SCHEMA workflow TO \(clerk);
            GRANT ALL ON ALL TABLES IN SCHEMA workflow TO \(clerk);
            INSERT INTO namespace_grant SELECT '\(clerk)', namespace_id FROM namespace WHERE name = 'other'
            """,
            in: name
        )
        return (books, server, name, clerk)
    }

    private func refusal(_ database: PostgresDatabase, _ sql: String) async -> DatabaseError.Code? {
        do {
            _ = try await database.query(sql)
            return nil
        } catch {
            return (error as? DatabaseError)?.code ?? .misuse
        }
    }

    @Test func `every table has row-level security, forced, and both databases have the same tables and versions`()
        async throws
    {
        let company = try await makeCompany()
        defer { company.books.close() }
        let database = try #require(company.books.database as? PostgresDatabase)
        let open = try await database.query(
            """
            SELECT relname FROM pg_class WHERE relnamespace = 'workflow'::regnamespace AND relkind IN ('r', 'p')
            AND NOT (relrowsecurity AND relforcerowsecurity) AND relname <> 'schema_version'
            """
        )
        #expect(try (0..<open.rowCount).map { try open.text($0, 0) } == [])
        let found = try await database.query(
            "SELECT tablename FROM pg_policies WHERE policyname = 'of_tenant' ORDER BY 1"
        )
        let tables = ERPSchema.components.flatMap(\.tables).sorted()
        #expect(try (0..<found.rowCount).map { try found.text($0, 0) } == tables)
        #expect(tables.count > 35)
        for component in ERPSchema.components { #expect(component.onPostgres.version == component.version) }
        let stored = try await database.storedVersions().filter { $0.component.hasPrefix("erp") }
        #expect(stored.count == ERPSchema.components.count)
    }

    @Test func `raw SQL of a role crosses over to no other tenant`() async throws {
        let company = try await makeCompany()
        defer { company.books.close() }
        let clerk = try PostgresStores.database(company.server, company.name, as: company.clerk)
        var tablesWithRows = 0
        for table in ERPSchema.components.flatMap(\.tables) {
            let rows = try await clerk.query(
                "SELECT count(*) FILTER (WHERE tenant = 'other'), count(*) FILTER (WHERE tenant <> 'other') FROM \(table)"
            )
            if try rows.integer(0, 0) > 0 { tablesWithRows += 1 }
            #expect(try rows.integer(0, 1) == 0, "\(table)")
            #expect(
                try await clerk.query("UPDATE \(table) SET tenant = tenant WHERE tenant = 'default'").affectedRows == 0
            )
            #expect(try await clerk.query("DELETE FROM \(table) WHERE tenant = 'default'").affectedRows == 0)
            #expect(await refusal(clerk, "TRUNCATE \(table) CASCADE") == .constraint, "\(table)")
        }
        #expect(tablesWithRows >= 15)
        for statement in [
            "INSERT INTO erp_vendor VALUES ('default', 'V', 'n', 'e', NULL, NULL, NULL, NULL, 1, NULL)",
            "UPDATE erp_vendor SET tenant = 'default'", "INSERT INTO erp_audit_head VALUES ('default', 99, '')",
            "INSERT INTO erp_vendor SELECT 'default', 'V', name, email, kind, tin, bin, mobile, 1, NULL FROM erp_vendor",
            "INSERT INTO namespace_grant VALUES (current_user, 1)",
        ] {
            #expect(await refusal(clerk, statement) == .notPermitted, "\(statement)")
        }
        // Its own it may read and write, by the rules.
        let own = SQLVendorService(database: clerk)
        #expect(try await own.vendor("V-1", in: "other") != nil)
        #expect(try await own.vendor("V-1", in: "default") == nil)
        #expect(await refusal(clerk, "UPDATE erp_audit SET details = 'x'") == nil)
        #expect(await refusal(clerk, "UPDATE erp_journal_line SET debit = 1") == .constraint)
        await clerk.close()
    }

    @Test func `the owner of the tables sees no tenant that it was not granted`() async throws {
        let company = try await makeCompany()
        defer { company.books.close() }
        try company.server.run("INSERT INTO workflow.erp_mail_domain VALUES ('third', 'example.net')", in: company.name)
        let engine = try #require(company.books.database as? PostgresDatabase)
        #expect(try await engine.query("SELECT 1 FROM erp_mail_domain WHERE tenant = 'third'").rowCount == 0)
        #expect(await refusal(engine, "INSERT INTO erp_mail_domain VALUES ('fourth', 'x')") == .notPermitted)
        #expect(await refusal(engine, "TRUNCATE erp_audit") == .constraint)
        #expect(try await SQLAuditService(database: engine).verify("default") == [])
    }

    @Test func `temporary tables of a writer do not take the place of those that the rules look at`() async throws {
        let company = try await makeCompany()
        defer { company.books.close() }
        let clerk = try PostgresStores.database(company.server, company.name, as: company.clerk)
        let refused = await #expect(throws: DatabaseError.self) {
            try await clerk.withConnection { connection in
                try await connection.script(
                    """
                    CREATE TEMP TABLE erp_journal_draft AS SELECT 'other'::text AS tenant, entry_id, 9::bigint AS line,
                        account, 100::bigint AS debit, 0::bigint AS credit FROM erp_journal_line;
                    INSERT INTO erp_journal_line (tenant, entry_id, line, account, debit, credit, text)
                        SELECT 'other', entry_id, 9, account, 100, 0, 't' FROM erp_journal_draft LIMIT 1
                    """
                )
            }
        }
        #expect(refused?.message.contains("lines come into the ledger only with their entry") == true)
        await clerk.close()
    }
}
#endif
