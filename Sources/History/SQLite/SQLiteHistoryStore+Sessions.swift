import Database
import Synchronization
package import WorkflowAPI

extension SQLiteHistoryStore {
    package func openSession(identity: String) async throws -> Int64 {
        let time = now()
        let session = try await transaction { [database] connection, _ in
            try connection.execute(
                "INSERT INTO session (identity, opened_time) VALUES (?, ?)",
                [.text(identity), .integer(time.nanoseconds)]
            )
            let session = connection.lastInsertRowID
            // Locked before the row can be seen, so that nobody takes the session for dead.
            guard database.sessions.tryLock(session) else {
                throw DatabaseError(.io, "the lock of session \(session) is held already")
            }
            return session
        }
        ownSessions.withLock { _ = $0.insert(session) }
        return session
    }

    package func closeSession(_ session: Int64) async throws {
        ownSessions.withLock { _ = $0.remove(session) }
        database.sessions.unlock(session)
        _ = try await reapSessions()
    }

    /// Throws `staleTask` when a session of this process is closed.
    func requireSession(_ session: Int64) throws {
        guard session == 0 || ownSessions.withLock({ $0.contains(session) }) else { throw closedSession(session) }
    }

    package func reapSessions() async throws -> Int {
        let known = try await reading { try $0.query("SELECT session_id FROM session") { $0.integer(0) } }
        let own = ownSessions.withLock { $0 }
        let dead = known.filter { !own.contains($0) && !database.sessions.isLocked($0) }
        guard !dead.isEmpty else { return 0 }
        let time = now()
        return try await transaction { connection, notice in
            var lost = 0
            for session in dead { lost += try self.loseTasks(of: session, at: time, connection, &notice) }
            return lost
        }
    }

    package func processesAtWork() async throws -> Int {
        let known = try await reading { try $0.query("SELECT session_id FROM session") { $0.integer(0) } }
        let own = ownSessions.withLock { $0 }
        return known.count { own.contains($0) || database.sessions.isLocked($0) }
    }

    package func publish(_ registration: WorkerRegistration) async throws {
        try await transaction { connection, _ in
            let tables = try self.tables(connection, registration.namespace)
            try connection.execute(
                "INSERT INTO registration (session_id, namespace_id, task_queue, identity) VALUES (?, ?, ?, ?)",
                [
                    .integer(registration.worker.session), .integer(tables.namespaceID),
                    .text(registration.taskQueue.rawValue), .text(registration.worker.identity),
                ]
            )
            try RegistrationTable.writeNames(of: registration, connection.lastInsertRowID, connection)
        }
    }

    package func withdraw(_ registration: WorkerRegistration) async throws {
        try await transaction { connection, _ in
            try connection.execute(
                "DELETE FROM registration WHERE session_id = ? AND task_queue = ?",
                [.integer(registration.worker.session), .text(registration.taskQueue.rawValue)]
            )
        }
    }

    package func registrations(in namespace: Namespace) async throws -> [WorkerRegistration] {
        let all = try await reading { try RegistrationTable.read(self.tables($0, namespace)) }
        let own = ownSessions.withLock { $0 }
        return all.filter { own.contains($0.worker.session) || database.sessions.isLocked($0.worker.session) }
    }
}

extension SQLiteHistoryStore {
    /// Ends what a dead session had, and forgets it; answers how many tasks that were. What cannot be worked on is left
    /// as it is, and does not keep the others from going on.
    private func loseTasks(
        of session: Int64,
        at time: Timestamp,
        _ connection: SQLiteConnection,
        _ notice: inout CommitNotice
    ) throws -> Int {
        var lost = 0
        let activities = try connection.query(
            "SELECT run_key, scheduled_event_id FROM activity WHERE session = ? AND phase = 2",
            [.integer(session)]
        ) { ($0.integer(0), $0.integer(1)) }
        for (runKey, scheduled) in activities {
            let isLost: Void? = try unreadable.working(on: runKey, at: time, connection) {
                let tables = try self.tables(connection, namespaceOf: runKey)
                let state = try tables.state(runKey, reading: ReadSet(activities: .one(scheduled)))
                var run = Transition(state: state, at: time)
                try run.loseActivity(scheduled, session: session)
                try tables.write(run, &notice)
            }
            if isLost != nil { lost += 1 }
        }
        let runs = try connection.query(
            """
            SELECT run_key FROM execution WHERE task_session = ?1 AND task_phase = 2
            UNION SELECT run_key FROM execution WHERE sticky_session = ?1 AND sticky_queue IS NOT NULL
            """,
            [.integer(session)]
        ) { $0.integer(0) }
        for runKey in runs {
            let isLost: Void? = try unreadable.working(on: runKey, at: time, connection) {
                let tables = try self.tables(connection, namespaceOf: runKey)
                var run = Transition(state: try tables.state(runKey, reading: .execution), at: time)
                try run.loseSession(session)
                try tables.write(run, &notice)
            }
            if isLost != nil { lost += 1 }
        }
        try connection.execute("DELETE FROM registration WHERE session_id = ?", [.integer(session)])
        try connection.execute("DELETE FROM session WHERE session_id = ?", [.integer(session)])
        return lost
    }
}
