package import WorkflowAPI

/// Which roles of the database may see which namespace. Only PostgreSQL knows roles.
extension WorkflowEngine {
    /// Lets a role see a namespace: to add to the inbox, or, as an engine, everything. The caller owns the schema.
    ///
    /// Throws ``WorkflowAPI/WorkflowServiceError``: `notFound` for a role or namespace that is not there, `unimplemented`
    /// where there are no roles.
    package func grant(_ namespace: Namespace, to role: String, asEngine: Bool) async throws {
        #if PostgreSQL
        if let store = embedded.store as? PostgresHistoryStore {
            return try await store.grant(namespace, to: role, asEngine: asEngine)
        }
        #endif
        throw noRoles
    }

    /// Hides a namespace from a role. Throws `notFound` when it was not granted, `unimplemented` where there are no roles.
    package func revoke(_ namespace: Namespace, from role: String) async throws {
        #if PostgreSQL
        if let store = embedded.store as? PostgresHistoryStore {
            return try await store.revoke(namespace, from: role)
        }
        #endif
        throw noRoles
    }

    /// Who may see which namespace; nil where there are no roles.
    package func namespaceGrants() async throws -> [NamespaceGrant]? {
        #if PostgreSQL
        if let store = embedded.store as? PostgresHistoryStore { return try await store.grants() }
        #endif
        return nil
    }

    private var noRoles: WorkflowServiceError {
        WorkflowServiceError(.unimplemented, "only a PostgreSQL store has roles that namespaces are granted to")
    }
}
