#if PostgreSQL
/// What a ``PostgresDatabase`` would log, for who wants to: told on any thread, not to be blocked.
package enum PostgresEvent: Sendable {
    /// An attempt to connect failed; another follows.
    case connectFailed(DatabaseError)
    /// A connection broke.
    case connectionLost(DatabaseError)
    /// After failed attempts, one went well.
    case reachable
}
#endif
