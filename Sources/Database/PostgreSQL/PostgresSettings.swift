#if PostgreSQL
/// Where the database is, and how long we wait for it.
///
/// The connection string is libpq's: a URL (`postgres://user@host:5432/db?sslmode=verify-full`), keywords
/// (`host=... dbname=...`) or nothing at all; what it does not say comes from the service file and the `PG...` environment
/// variables. A password belongs into `~/.pgpass` or `PGPASSWORD`; one in the string is never shown.
package struct PostgresSettings: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// As given, password and all: for libpq only.
    let connectionString: String
    /// Host, port, database and user, for people.
    package let description: String
    /// How many hosts the string names: each gets its time to answer.
    let hostCount: Int

    /// Connections that stay open although nobody needs them.
    package var minimumConnections = 4
    /// Connections at most, the one that listens aside.
    package var maximumConnections = 16
    /// Where tables are looked for.
    package var searchPath = ["workflow", "public"]
    /// What the server's list of sessions shows, unless the connection string says.
    package var applicationName = "workflow"
    /// What one statement may take; zero is no limit.
    package var statementTimeout: Duration = .seconds(30)
    /// How long a statement waits for a lock; zero is no limit.
    package var lockTimeout: Duration = .seconds(5)
    /// How long a transaction may be left alone before the server ends it: a paused process must not hold locks.
    package var idleInTransactionTimeout: Duration = .seconds(10)
    /// What one host may take to let us in.
    package var connectTimeout: Duration = .seconds(10)
    /// How much longer than the server we wait for the end of a statement before we give up the connection.
    package var answerMargin: Duration = .seconds(5)
    /// How long a lease is waited for while the server is there.
    package var leaseTimeout: Duration = .seconds(10)
    /// How long a lease is waited for while the server is not there.
    package var reconnectPatience: Duration = .seconds(30)
    /// A connection idle for longer is asked whether it is alive before it is used.
    package var healthCheckAfter: Duration = .seconds(30)
    /// A connection above the minimum that idles longer is closed.
    package var idleTimeout: Duration = .seconds(60)
    /// How long ``PostgresDatabase/close()`` waits for leases to come back.
    package var closePatience: Duration = .seconds(10)
    /// Statements that a connection keeps prepared.
    package var preparedStatements = 256
    /// Threads for ``PostgresDatabase/onThread(_:)``.
    package var maximumThreads = 16

    /// Throws ``DatabaseError`` `misuse` when it is no connection string. The message holds nothing of it.
    package init(_ connectionString: String) throws {
        let parts = try PostgresConnectionParts(connectionString)
        self.connectionString = connectionString
        description = parts.description
        hostCount = parts.hostCount
    }

    /// The description.
    package var debugDescription: String { description }

    /// Shows the description only.
    package var customMirror: Mirror { Mirror(self, children: ["server": description]) }

    /// How long an answer is waited for since the last sign of life; nil is for ever.
    var answerTimeout: Duration? { statementTimeout > .zero ? statementTimeout + answerMargin : nil }

    /// What the whole of connecting may take.
    var attemptTimeout: Duration { connectTimeout * hostCount + answerMargin }
}
#endif
