#if PostgreSQL
import Database
import Synchronization
import WorkflowAPI

/// The row by which this process is known to live, and the sessions of its workers.
///
/// The row is made with the first session and renewed every third of the lease, whatever the workers do. When it is gone,
/// because the process slept through its lease and others took it for dead, so are its sessions: workers register again.
final class ProcessLease: Sendable {
    private struct State {
        var process: Int64?
        var sessions: Set<Int64> = []
        /// Sessions that were closed, of which something may be left.
        var ending: Set<Int64> = []
        var renewal: Task<Void, Never>?
        /// When the row was renewed last.
        var renewed = Timestamp.zero
        /// How often the row was found gone.
        var losses = 0
        var isStopped = false
    }

    let length: Duration
    private let database: PostgresDatabase
    private let time: PostgresHistoryStore.Time
    private let identity: String
    private let state = Mutex(State())

    init(_ database: PostgresDatabase, _ time: PostgresHistoryStore.Time, length: Duration, identity: String) {
        self.database = database
        self.time = time
        self.length = length
        self.identity = identity
    }

    /// How often it slept through its lease.
    var losses: Int { state.withLock { $0.losses } }

    /// Whether a session is one of this process, as far as it knows.
    func holds(_ session: Int64) -> Bool { state.withLock { $0.sessions.contains(session) } }

    /// Sessions that were closed while not everything that they had could be ended.
    var ending: Set<Int64> { state.withLock { $0.ending } }

    /// A session holds no longer; what it had is to be ended.
    func end(_ session: Int64) {
        state.withLock { state in
            state.sessions.remove(session)
            state.ending.insert(session)
        }
    }

    /// Nothing is left of sessions.
    func ended(_ sessions: [Int64]) { state.withLock { $0.ending.subtract(sessions) } }

    /// Opens a session, and the row of the process when it is the first.
    func openSession(identity worker: String) async throws -> Int64 {
        let process = try await ownProcess()
        let opened = try await database.query(
            """
            INSERT INTO session (process_id, identity, opened_time)
            SELECT process_id, $2, $3 FROM process WHERE process_id = $1 RETURNING session_id
            """,
            [.integer(process), .text(worker), .integer(time.now().nanoseconds)]
        )
        guard opened.rowCount > 0 else {
            lost(process)
            return try await openSession(identity: worker)
        }
        let session = PostgresRow(result: opened, row: 0).integer(0)
        state.withLock { _ = $0.sessions.insert(session) }
        return session
    }

    private func ownProcess() async throws -> Int64 {
        if let process = state.withLock({ $0.process }) { return process }
        let made = try await database.query(
            "INSERT INTO process (identity, expires_time) VALUES ($1, $2) RETURNING process_id",
            [.text(identity), .integer((time.now() + length).nanoseconds)]
        )
        let process = PostgresRow(result: made, row: 0).integer(0)
        let isOurs = state.withLock { state in
            guard state.process == nil else { return false }
            state.process = process
            return true
        }
        guard isOurs else {
            _ = try await database.query("DELETE FROM process WHERE process_id = $1", [.integer(process)])
            return try await ownProcess()
        }
        beginRenewing()
        return process
    }

    private func beginRenewing() {
        guard let pause = time.pause else { return }
        state.withLock { state in
            guard state.renewal == nil, !state.isStopped else { return }
            state.renewal = Task.detached { [self] in
                while !Task.isCancelled {
                    guard (try? await pause(length / 3)) != nil else { return }
                    try? await renew()
                }
            }
        }
    }

    /// Renews the lease, unless that was done just now; when it is gone, so are the sessions.
    private func renew() async throws {
        let (process, renewed) = state.withLock { ($0.process, $0.renewed) }
        let moment = time.now()
        // A renewal in the future: the server's clock was set back since.
        guard let process, renewed + length / 4 <= moment || renewed > moment else { return }
        let (answer, now, asked) = try await ask { now in
            PostgresStatement(
                "UPDATE process SET expires_time = $2 WHERE process_id = $1 RETURNING \(ServerClock.expression)",
                [.integer(process), .integer((now + length).nanoseconds)]
            )
        }
        guard answer.rowCount > 0 else { return lost(process) }
        if let asked { time.server?.adopt(PostgresRow(result: answer, row: 0).timestamp(0), asked: asked) }
        state.withLock { $0.renewed = now }
    }

    /// The row of session `s` is this role's to take away: what another role's session had may be out of sight here, so its own
    /// engines forget it, or those of the owner when the role is gone.
    static let isOurs = """
        (s.role_name = current_user OR NOT EXISTS (SELECT FROM pg_roles r WHERE r.rolname = s.role_name))
        """

    /// Something that is in sight here names session `s`: it has to be ended first.
    static let isNamed = """
        (EXISTS (SELECT FROM activity a WHERE a.session = s.session_id AND a.phase = 2)
            OR EXISTS (SELECT FROM execution e WHERE e.task_session = s.session_id AND e.task_phase = 2)
            OR EXISTS (SELECT FROM execution e WHERE e.sticky_session = s.session_id AND e.sticky_queue IS NOT NULL))
        """

    /// What a look at all processes shows.
    struct Look: Sendable {
        /// Sessions whose process is no more.
        var orphans: [Int64]
        /// When the first of the leases passes that hold now, if it is not renewed.
        var earliest: Timestamp?
    }

    /// Renews the lease, forgets processes whose lease has passed, and tells what they have left behind: one statement.
    ///
    /// The session of another role is named only while something that is in sight here names it: its row is not ours to take away,
    /// and would be found again with every look.
    ///
    /// A lease that lies further ahead than any is given was written before the server's clock was set back: its process is
    /// taken for dead like one that slept. If it lives it opens its sessions again; if not, nobody waits for that hour.
    func look() async throws -> Look {
        let process = state.withLock { $0.process }
        let (answer, now, asked) = try await ask { now in
            PostgresStatement(
                """
                WITH renewed AS (UPDATE process SET expires_time = $3 WHERE process_id = $1 RETURNING 1),
                gone AS (DELETE FROM process
                    WHERE (expires_time < $2 OR expires_time > $4) AND process_id IS DISTINCT FROM $1::bigint),
                living AS (SELECT process_id, expires_time FROM process
                    WHERE expires_time BETWEEN $2 AND $4 OR process_id IS NOT DISTINCT FROM $1::bigint)
                SELECT (SELECT count(*) FROM renewed), (SELECT min(expires_time) FROM living WHERE expires_time >= $2),
                    ARRAY(SELECT session_id FROM session s
                        WHERE NOT EXISTS (SELECT FROM living l WHERE l.process_id = s.process_id)
                            AND (\(Self.isOurs) OR \(Self.isNamed))),
                    \(ServerClock.expression)
                """,
                [
                    process.map { .integer($0) } ?? .null, .integer(now.nanoseconds),
                    .integer((now + length).nanoseconds), .integer((now + length * 3).nanoseconds),
                ]
            )
        }
        let row = PostgresRow(result: answer, row: 0)
        if let asked { time.server?.adopt(row.timestamp(3), asked: asked) }
        if let process {
            if row.integer(0) == 0 { lost(process) } else { state.withLock { $0.renewed = now } }
        }
        return Look(orphans: try answer.integers(0, 2).compactMap { $0 }, earliest: row.optionalTimestamp(1))
    }

    /// Asks with a connection at hand, since the time in the question has to be that of the question: a wait for the server would
    /// make it one of the past, by which others look dead that are not, or do not that are.
    private func ask(
        _ statement: @Sendable (_ now: Timestamp) -> PostgresStatement
    ) async throws -> (answer: PostgresResult, now: Timestamp, asked: Timestamp?) {
        try await database.withConnection { [time] connection in
            let (now, asked) = (time.now(), time.server?.localTime)
            let results = try await connection.pipeline([statement(now)])
            guard let answer = results.first else { throw BrokenInvariant("a question about leases was not answered") }
            return (answer, now, asked)
        }
    }

    private func lost(_ process: Int64) {
        state.withLock { state in
            guard state.process == process else { return }
            state.process = nil
            state.sessions = []
            state.losses += 1
        }
    }

    /// Renews nothing from now on.
    func stop() async {
        let renewal = state.withLock { state in
            state.isStopped = true
            return state.renewal
        }
        renewal?.cancel()
        await renewal?.value
    }

    /// Takes the row away: whatever the process still had is lost at once rather than at the end of the lease.
    func leave() async throws {
        guard let process = state.withLock({ $0.process }) else { return }
        _ = try await database.query("DELETE FROM process WHERE process_id = $1", [.integer(process)])
        lost(process)
    }
}
#endif
