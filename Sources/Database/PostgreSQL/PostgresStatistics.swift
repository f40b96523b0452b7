#if PostgreSQL
import Synchronization

/// What a ``PostgresDatabase`` has done since it was made.
package struct PostgresStatistics: Hashable, Sendable {
    /// Pipelines and scripts sent, each answered once.
    package var roundTrips = 0
    /// Statements in them.
    package var statements = 0
    /// Statements prepared.
    package var prepared = 0
    /// Bytes of values sent.
    package var parameterBytes = 0
    /// Connections made.
    package var connects = 0
    /// Connections lost that had been made.
    package var losses = 0
    /// Attempts to connect that failed.
    package var failedConnects = 0
    /// Leases given.
    package var leases = 0
    /// Leases that had to be waited for.
    package var waits = 0
    /// Connections that were dead when they were asked before use.
    package var failedChecks = 0
    /// Transactions that were left open at the end of a lease, and rolled back.
    package var abandonedTransactions = 0
    /// Notifications handed on, equal ones that came together counted once.
    package var notifications = 0
}

/// The same, while it is being counted.
final class PostgresCounters: Sendable {
    private let counts = Mutex(PostgresStatistics())

    var value: PostgresStatistics { counts.withLock { $0 } }

    func count(_ change: (inout PostgresStatistics) -> Void) { counts.withLock { change(&$0) } }
}
#endif
