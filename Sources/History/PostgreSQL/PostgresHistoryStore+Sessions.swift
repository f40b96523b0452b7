#if PostgreSQL
import Database
import Synchronization
package import WorkflowAPI

extension PostgresHistoryStore {
    package func openSession(identity: String) async throws -> Int64 {
        try await translated { try await lease.openSession(identity: identity) }
    }

    package func closeSession(_ session: Int64) async throws {
        lease.end(session)
        try await loseTasks(of: [session])
    }

    /// How often this process slept through its lease and lost what it had.
    package var leaseLosses: Int { lease.losses }

    /// Ends what processes had whose lease has passed.
    ///
    /// Called often, asks seldom: a process that renews in time cannot be dead before a time that is known from the last look.
    package func reapSessions() async throws -> Int {
        let time = now()
        // Further ahead than it is ever put: the clock was set back since.
        guard nextLook.withLock({ $0 <= time || $0 > time + lease.length }) else { return 0 }
        // The lease of this process with it: it lives, whatever its clock has done.
        let look = try await translated { try await lease.look() }
        nextLook.withLock { next in
            let soon = time + lease.length / 3
            next = min(soon, max((look.earliest ?? soon) + .milliseconds(20), time + .milliseconds(20)))
        }
        // What could not be ended when its session was closed is tried again.
        let dead = Set(look.orphans).union(lease.ending).sorted()
        return dead.isEmpty ? 0 : try await loseTasks(of: dead)
    }

    package func processesAtWork() async throws -> Int {
        let found = try await translated {
            try await database.query(
                "SELECT count(*) FROM process WHERE expires_time >= $1",
                [.integer(now().nanoseconds)]
            )
        }
        return found.map { Int($0.integer(0)) }.first ?? 0
    }

    private struct LostTask: Sendable {
        var runKey: Int64
        var session: Int64
        /// Of an activity; nil for what the run itself had.
        var scheduledEventID: Int64?
    }

    /// Ends what sessions had, and forgets them; answers how many tasks that were.
    ///
    /// A session is forgotten when nothing names it any longer: what could not be ended, because the server was away for a moment
    /// or the rows of a run are damaged, is tried again with the next look.
    @discardableResult
    private func loseTasks(of sessions: [Int64]) async throws -> Int {
        let list = PostgresValue.integers(sessions)
        let found = try await translated {
            try await database.withConnection { connection in
                try await connection.pipeline([
                    PostgresStatement(
                        "SELECT run_key, session, scheduled_event_id FROM activity WHERE session = ANY ($1) AND phase = 2",
                        [list]
                    ),
                    PostgresStatement(
                        """
                        SELECT run_key, task_session FROM execution WHERE task_session = ANY ($1) AND task_phase = 2
                        UNION SELECT run_key, sticky_session FROM execution
                            WHERE sticky_session = ANY ($1) AND sticky_queue IS NOT NULL
                        """,
                        [list]
                    ),
                ])
            }
        }
        let tasks =
            found[0].map { LostTask(runKey: $0.integer(0), session: $0.integer(1), scheduledEventID: $0.integer(2)) }
            + found[1].map { LostTask(runKey: $0.integer(0), session: $0.integer(1)) }
        let leftAlone = unreadable.keys(at: now())
        let lost = await withTaskGroup(of: Bool.self) { group in
            for task in tasks where !leftAlone.contains(task.runKey) { group.addTask { await self.lose(task) } }
            return await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
        }
        try await forget(sessions)
        return lost
    }

    /// Takes away the rows of sessions that nothing names any longer.
    private func forget(_ sessions: [Int64]) async throws {
        let list = PostgresValue.integers(sessions)
        let results = try await translated {
            try await database.withConnection { connection in
                try await connection.pipeline([
                    PostgresStatement("DELETE FROM registration WHERE session_id = ANY ($1)", [list]),
                    PostgresStatement(
                        """
                        DELETE FROM session s WHERE session_id = ANY ($1)
                            AND \(ProcessLease.isOurs) AND NOT \(ProcessLease.isNamed)
                        RETURNING session_id
                        """,
                        [list]
                    ),
                ])
            }
        }
        lease.ended(results[1].map { $0.integer(0) })
    }

    private func lose(_ task: LostTask) async -> Bool {
        let rows = task.scheduledEventID.map { ReadSet(activities: .one($0)) } ?? .execution
        let lost: Bool?? = try? await queue.run(isUnasked: true) { put in
            .update(.key(task.runKey), reading: rows, unlessUsed: nil) { run in
                if let id = task.scheduledEventID {
                    guard run.state.activities[id]?.claim.session == task.session else { throw NothingToDo() }
                    try run.loseActivity(id, session: task.session)
                } else {
                    try run.loseSession(task.session)
                }
                put(true)
            }
        }
        return lost.flatMap { $0 } ?? false
    }

    package func publish(_ registration: WorkerRegistration) async throws {
        let namespaceID = try await translated { try await namespaces.id(of: registration.namespace) }
        let names = RegistrationName.all(of: registration)
        try await translated {
            try await database.withConnection { connection in
                _ = try await connection.pipeline([
                    PostgresStatement(
                        """
                        WITH made AS (
                            INSERT INTO registration (session_id, namespace_id, task_queue, identity)
                            VALUES ($1, $2, $3, $4) RETURNING registration_id)
                        INSERT INTO registration_name (registration_id, namespace_id, kind, workflow_type, name)
                        SELECT made.registration_id, $2, n.kind, n.workflow_type, n.name
                        FROM made, unnest($5::bigint[], $6::text[], $7::text[]) AS n (kind, workflow_type, name)
                        ON CONFLICT DO NOTHING
                        """,
                        [
                            .integer(registration.worker.session), .integer(namespaceID),
                            .text(registration.taskQueue.rawValue), .text(registration.worker.identity),
                            .integers(names.map { $0.kind.rawValue }), .texts(names.map(\.workflowType)),
                            .texts(names.map(\.name)),
                        ]
                    )
                ])
            }
        }
    }

    package func withdraw(_ registration: WorkerRegistration) async throws {
        _ = try await translated {
            try await database.query(
                "DELETE FROM registration WHERE session_id = $1 AND task_queue = $2",
                [.integer(registration.worker.session), .text(registration.taskQueue.rawValue)]
            )
        }
    }

    package func registrations(in namespace: Namespace) async throws -> [WorkerRegistration] {
        let namespaceID = try await translated { try await namespaces.id(of: namespace) }
        let result = try await translated {
            try await database.query(
                """
                SELECT r.registration_id, r.session_id, r.task_queue, r.identity, n.kind, n.workflow_type, n.name
                FROM registration r JOIN session s USING (session_id) JOIN process p USING (process_id)
                LEFT JOIN registration_name n USING (registration_id)
                WHERE r.namespace_id = $1 ORDER BY 1, 5, 6, 7
                """,
                [.integer(namespaceID)]
            )
        }
        return Dictionary(grouping: result.map { $0 }) { $0.integer(0) }.sorted { $0.key < $1.key }
            .compactMap { _, rows in
                rows.first.map { first in
                    WorkerRegistration(
                        namespace: namespace,
                        taskQueue: TaskQueue(first.text(2)),
                        worker: WorkerIdentity(identity: first.text(3), session: first.integer(1)),
                        names: rows.compactMap { row in
                            row.optionalInteger(4).flatMap { RegistrationName.Kind(rawValue: $0) }.map {
                                RegistrationName(kind: $0, workflowType: row.text(5), name: row.text(6))
                            }
                        }
                    )
                }
            }
    }
}
#endif
