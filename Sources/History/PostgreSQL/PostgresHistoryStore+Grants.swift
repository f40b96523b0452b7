#if PostgreSQL
import Database
import Logging
package import WorkflowAPI

extension PostgresHistoryStore {
    /// What an application may say of a row of the inbox; the rest is the engine's.
    private static let inboxColumns = """
        namespace, request_id, kind, workflow_id, workflow_type, task_queue, conflict_policy, signal_name, input, payload, \
        identity
        """
    /// Tables that no engine writes to: only the owner of the schema does.
    private static let ownersTables: Set<String> = ["namespace", "namespace_grant", "schema_version"]

    /// Lets a role see a namespace, with the rights that it needs: to add to the inbox, or all that an engine needs. Throws
    /// `notFound` for a role or namespace that is not there.
    package func grant(_ namespace: Namespace, to role: String, asEngine: Bool) async throws {
        try await translated {
            try await database.withConnection { [database] connection in
                try await connection.script("BEGIN")
                let id = try await Self.find(namespace, role, on: connection)
                _ = try await connection.query(
                    "INSERT INTO namespace_grant (role_name, namespace_id) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                    [.text(role), .integer(id)]
                )
                let (to, schema) = (PostgresMigrator.quoted(role), PostgresMigrator.quoted(database.settings.schema))
                var script = """
                    GRANT USAGE ON SCHEMA \(schema) TO \(to);
                    GRANT SELECT ON namespace, namespace_grant TO \(to);
                    GRANT INSERT (\(Self.inboxColumns)) ON workflow_inbox TO \(to);
                    GRANT SELECT (namespace, request_id, problem, refused_time) ON workflow_inbox TO \(to);
                    """
                if asEngine {
                    script += "GRANT SELECT ON schema_version TO \(to);"
                    script += "GRANT USAGE ON ALL SEQUENCES IN SCHEMA \(schema) TO \(to);"
                    for table in try await Self.tables(on: connection) where !Self.ownersTables.contains(table) {
                        let name = PostgresMigrator.quoted(table)
                        script += "GRANT SELECT, INSERT, UPDATE, DELETE ON \(name) TO \(to);"
                    }
                    script += Self.inFuture("GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO \(to)", schema)
                    script += Self.inFuture("GRANT USAGE ON SEQUENCES TO \(to)", schema)
                }
                try await connection.script(script + "COMMIT")
            }
        }
    }

    /// The same for what migrations will make: they run as the owner, who grants.
    private static func inFuture(_ change: String, _ schema: String) -> String {
        "ALTER DEFAULT PRIVILEGES IN SCHEMA \(schema) \(change);"
    }

    /// Hides a namespace from a role; a role that sees none any more loses its rights in the schema. Throws `notFound` when it
    /// was not granted.
    package func revoke(_ namespace: Namespace, from role: String) async throws {
        try await translated {
            try await database.withConnection { [database] connection in
                try await connection.script("BEGIN")
                let gone = try await connection.query(
                    """
                    DELETE FROM namespace_grant g USING namespace n
                    WHERE n.namespace_id = g.namespace_id AND n.name = $1 AND g.role_name = $2
                    """,
                    [.text(namespace.rawValue), .text(role)]
                )
                guard gone.affectedRows > 0 else {
                    throw WorkflowServiceError(.notFound, "namespace '\(namespace)' is not granted to role '\(role)'")
                }
                // The owner of the schema keeps what is his, and a role that is gone has nothing.
                let isOver = try await connection.query(
                    """
                    SELECT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = $1 AND r.oid <> (
                            SELECT s.nspowner FROM pg_namespace s WHERE s.oid = current_schema()::regnamespace))
                        AND NOT EXISTS (SELECT FROM namespace_grant g WHERE g.role_name = $1)
                    """,
                    [.text(role)]
                )
                if try isOver.boolean(0, 0) {
                    let from = PostgresMigrator.quoted(role)
                    let schema = PostgresMigrator.quoted(database.settings.schema)
                    try await connection.script(
                        """
                        REVOKE ALL ON ALL TABLES IN SCHEMA \(schema) FROM \(from);
                        REVOKE ALL ON ALL SEQUENCES IN SCHEMA \(schema) FROM \(from);
                        REVOKE ALL ON SCHEMA \(schema) FROM \(from);
                        \(Self.inFuture("REVOKE ALL ON TABLES FROM \(from)", schema))
                        \(Self.inFuture("REVOKE ALL ON SEQUENCES FROM \(from)", schema))
                        """
                    )
                }
                try await connection.script("COMMIT")
            }
        }
    }

    /// Who may see which namespace, as far as this role may know.
    package func grants() async throws -> [NamespaceGrant] {
        try await translated {
            try await database.query(
                """
                SELECT n.name, g.role_name,
                    CASE WHEN has_table_privilege(r.oid, 'execution'::regclass, 'UPDATE') THEN 1 ELSE 0 END::bigint
                FROM namespace_grant g JOIN namespace n USING (namespace_id)
                LEFT JOIN pg_roles r ON r.rolname = g.role_name ORDER BY 1, 2
                """
            ).map {
                NamespaceGrant(namespace: Namespace($0.text(0)), role: $0.text(1), servesIt: $0.integer(2) == 1)
            }
        }
    }

    private static func find(
        _ namespace: Namespace,
        _ role: String,
        on connection: PostgresConnection
    ) async throws -> Int64 {
        let found = try await connection.pipeline([
            PostgresStatement("SELECT namespace_id FROM namespace WHERE name = $1", [.text(namespace.rawValue)]),
            PostgresStatement("SELECT FROM pg_roles WHERE rolname = $1", [.text(role)]),
        ])
        guard let id = found[0].map({ $0.integer(0) }).first else { throw namespace.notFound }
        guard found[1].rowCount > 0 else {
            throw WorkflowServiceError(.notFound, "the server has no role '\(role)'; CREATE ROLE makes it")
        }
        return id
    }

    /// The engine's tables and those of others in its schema; partitions are reached through the table that they are part of.
    private static func tables(on connection: PostgresConnection) async throws -> [String] {
        try await connection.query(
            """
            SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace
                AND relkind IN ('r', 'p') AND NOT relispartition ORDER BY 1
            """
        ).map { $0.text(0) }
    }

    /// Row-level security does not hold for every role: then nothing keeps tenants apart but this program.
    func warnOfUnheldRole(_ logger: Logger) async throws {
        let found = try await database.query(
            "SELECT rolname FROM pg_roles WHERE rolname = current_user AND (rolsuper OR rolbypassrls)"
        )
        guard let role = found.map({ $0.text(0) }).first else { return }
        logger.warning(
            "row-level security does not hold for this role: connect as one that is no superuser and has no BYPASSRLS",
            metadata: ["role": "\(role)"]
        )
    }
}
#endif
