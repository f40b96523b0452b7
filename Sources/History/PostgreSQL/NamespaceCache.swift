#if PostgreSQL
import Database
import Synchronization
import WorkflowAPI

/// The ids of namespaces: they never change, so each is asked for once.
final class NamespaceCache: Sendable {
    private struct State {
        var ids: [Namespace: Int64] = [:]
        var names: [Int64: Namespace] = [:]
    }

    private let state = Mutex(State())
    private let database: PostgresDatabase

    init(_ database: PostgresDatabase) { self.database = database }

    /// Throws `notFound` when there is no such namespace, or this role may not see it.
    func id(of namespace: Namespace) async throws -> Int64 {
        if let known = state.withLock({ $0.ids[namespace] }) { return known }
        guard namespace.rawValue.utf8.allSatisfy({ $0 != 0 }) else { throw namespace.notFound }
        let found = try await database.query(
            "SELECT namespace_id FROM namespace WHERE name = $1 AND namespace_id = ANY (granted_namespaces(current_user))",
            [.text(namespace.rawValue)]
        )
        guard found.rowCount > 0 else { throw namespace.notFound }
        let id = PostgresRow(result: found, row: 0).integer(0)
        remember(namespace, id)
        return id
    }

    /// The name, if it was asked for before.
    func name(of id: Int64) -> Namespace? { state.withLock { $0.names[id] } }

    /// The name; nil when there is no such namespace.
    func name(of id: Int64, on connection: PostgresConnection) async throws -> Namespace? {
        if let known = name(of: id) { return known }
        let found = try await connection.query("SELECT name FROM namespace WHERE namespace_id = $1", [.integer(id)])
        guard found.rowCount > 0 else { return nil }
        let name = Namespace(PostgresRow(result: found, row: 0).text(0))
        remember(name, id)
        return name
    }

    private func remember(_ name: Namespace, _ id: Int64) {
        state.withLock {
            $0.ids[name] = id
            $0.names[id] = name
        }
    }
}
#endif
