#if PostgreSQL
import Database
import Foundation
import PostgresServer
import TestDatabases
import Testing

@testable import ERPWorkflows

/// Tables that the version before has made get to those of today.
@Suite(.enabled(if: PostgresServer.isAvailable)) struct PostgresStepTests {
    @Test func `numbers of invoices and logins of an older database are as those of a new one`() async throws {
        let server = try PostgresServer.shared
        // It is not given back, since its tables are changed.
        let name = try await PostgresStores.borrow(server, with: ERPSchema.components)
        let today = try listing(server, name)
        try server.run(
            """
            SET search_path = workflow;
            DROP TRIGGER erp_invoice_key ON erp_invoice;
            ALTER TABLE erp_invoice DROP COLUMN number_key;
            CREATE UNIQUE INDEX erp_invoice_number ON erp_invoice
                (tenant, vendor_id, upper(replace(invoice_number, ' ', ''))) WHERE state IN ('open', 'approved');
            DROP INDEX erp_login_login;
            CREATE INDEX erp_login_login ON erp_login (tenant, login);
            INSERT INTO erp_login VALUES ('default', 'a', 'x'), ('default', 'b', 'x'), ('hidden', 'a', 'y'),
                ('hidden', 'b', 'y'), ('hidden', 'c', 'z');
            UPDATE schema_version SET version = 1 WHERE component IN ('erp_finance', 'erp_tasks');
            """,
            in: name
        )
        #expect(try listing(server, name) != today)
        let database = try PostgresStores.database(server, name)
        for component in [ERPSchema.finance, ERPSchema.tasks] {
            let steps = try await PostgresMigrator.migrate(component, in: database, dryRun: false)
            #expect(steps == component.steps.dropFirst().map(\.name))
        }
        #expect(try listing(server, name) == today)
        let logins = try server.run("SELECT login FROM workflow.erp_login ORDER BY tenant, user_id", in: name)
        #expect(logins.split(separator: "\n") == ["x of a", "x of b", "y of a", "y of b", "z"])
        await database.close()
    }

    /// Columns, indexes, triggers and the kind of row-level security.
    private func listing(_ server: PostgresServer, _ name: String) throws -> [Substring] {
        try server.run(
            """
            SET search_path = workflow;
            SELECT table_name || '.' || column_name || ' ' || data_type || ' ' || coalesce(collation_name, '') AS line
            FROM information_schema.columns WHERE table_schema = 'workflow' AND table_name LIKE 'erp%'
            UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = 'workflow' AND tablename LIKE 'erp%'
            UNION ALL SELECT pg_get_triggerdef(oid) FROM pg_trigger
            WHERE NOT tgisinternal AND tgrelid::regclass::text LIKE 'erp%'
            UNION ALL SELECT relname || relrowsecurity || relforcerowsecurity FROM pg_class WHERE relname LIKE 'erp%'
            ORDER BY line
            """,
            in: name
        ).split(separator: "\n")
    }
}
#endif
