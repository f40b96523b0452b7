#if PostgreSQL
/// What a listener is told.
package enum PostgresNotification: Hashable, Sendable {
    /// Somebody notified, with this payload.
    case payload(String)
    /// Listening begins, or begins anew: what was notified before was not heard. Look for yourself.
    case resynchronize
}
#endif
