#if PostgreSQL
import Database
import WorkflowAPI

/// What a batch has to read, and lock, before its members can run: one round trip, however many there are.
struct BatchQuestions {
    /// A queue that members want tasks of.
    struct Wanted: Hashable {
        var kind: TaskWake.Kind
        var namespaceID: Int64
        var queue: TaskQueue
    }

    private(set) var statements: [PostgresStatement] = []
    /// Where the answers stand among the results.
    private(set) var locked: Int?
    private(set) var currents: Int?
    private(set) var requests: Int?
    private(set) var activities: [Int] = []
    private(set) var timers: [Int] = []
    private(set) var sessions: Int?
    private(set) var candidates: [(wanted: Wanted, tasks: Int, ready: Int)] = []

    /// Runs that are left out of claims.
    private let excluded: [Int64]
    private let isPatient: Bool
    private let known: KnownRunKeys

    init(_ members: [BatchMember], excluding excluded: Set<Int64>, _ known: KnownRunKeys) {
        self.excluded = excluded.sorted()
        self.known = known
        // A patient member comes alone.
        isPatient = members.contains { $0.isPatient }
        let isSerializable = members.contains { $0.isSerializable }
        _ = ask(PostgresStatement(isSerializable ? "BEGIN ISOLATION LEVEL SERIALIZABLE" : "BEGIN"))
        // Planning each statement for its values takes as long as running it, and serves none: they are all found by keys. Not
        // so those of a step, which runs in a transaction of its own.
        if !isSerializable { _ = ask(PostgresStatement("SET LOCAL plan_cache_mode = force_generic_plan")) }
        if isPatient { _ = ask(PostgresStatement("SET LOCAL lock_timeout = '5s'")) }
        lockRuns(of: members)
        askRequests(of: members)
        askRows(of: members)
        askTasks(of: members)
    }

    private mutating func ask(_ statement: PostgresStatement) -> Int {
        statements.append(statement)
        return statements.count - 1
    }

    private var locking: String { isPatient ? "FOR UPDATE" : "FOR UPDATE SKIP LOCKED" }

    private static let lockSQL = """
        SELECT run_key, \(ExecutionColumns.names.joined(separator: ", ")) FROM execution WHERE run_key = ANY (ARRAY(
            SELECT c.run_key FROM unnest($1::bigint[], $2::text[]) AS w (namespace_id, workflow_id)
                JOIN current_execution c USING (namespace_id, workflow_id)
            UNION SELECT x.run_key FROM unnest($3::text[]) AS r (run_id) JOIN execution x USING (run_id)
            UNION SELECT unnest($4::bigint[])))
        ORDER BY run_key
        """
    private static let lockKnownSQL = """
        SELECT run_key, \(ExecutionColumns.names.joined(separator: ", ")) FROM execution WHERE run_key = ANY ($1)
        ORDER BY run_key
        """

    /// In the order of their keys, so that two batches that wait for each other's runs cannot be.
    private mutating func lockRuns(of members: [BatchMember]) {
        var names: Set<WorkflowName> = []
        var runIDs: Set<RunID> = []
        var keys: Set<Int64> = []
        for member in members {
            switch member.work {
            case .update(.current(let name), _, _, _), .start(let name, _, _): names.insert(name)
            case .update(.run(_, let id), _, _, _):
                if let key = known[id] { keys.insert(key) } else { runIDs.insert(id) }
            case .update(.key(let key), _, _, _): keys.insert(key)
            case .claim: break
            }
        }
        guard !names.isEmpty || !runIDs.isEmpty || !keys.isEmpty else { return }
        guard !names.isEmpty || !runIDs.isEmpty else {
            locked = ask(PostgresStatement("\(BatchQuestions.lockKnownSQL) \(locking)", [.integers(Array(keys))]))
            return
        }
        let list = Array(names)
        let namespaces = PostgresValue.integers(list.map { Optional($0.namespaceID) })
        let ids = PostgresValue.texts(list.map { Optional($0.workflowID.rawValue) })
        locked = ask(
            PostgresStatement(
                "\(BatchQuestions.lockSQL) \(locking)",
                [namespaces, ids, .texts(runIDs.map(\.rawValue)), .integers(Array(keys))]
            )
        )
        guard !names.isEmpty else { return }
        // After the locks: which run is the current one may have changed before they were had.
        currents = ask(
            PostgresStatement(
                """
                SELECT c.namespace_id, c.workflow_id, c.run_key
                FROM unnest($1::bigint[], $2::text[]) AS w (namespace_id, workflow_id)
                JOIN current_execution c USING (namespace_id, workflow_id)
                """,
                [namespaces, ids]
            )
        )
    }

    private mutating func askRequests(of members: [BatchMember]) {
        let wanted: [(WorkflowName, RequestKey)] = members.compactMap { member in
            switch member.work {
            case .update(let subject, _, let request?, _): subject.name.map { ($0, request) }
            case .start(let name, let requestID, _): (name, RequestKey(.start, requestID))
            default: nil
            }
        }
        guard !wanted.isEmpty else { return }
        requests = ask(
            PostgresStatement(
                """
                SELECT q.namespace_id, q.workflow_id, q.kind, q.request_id, q.run_key, e.run_id
                FROM unnest($1::bigint[], $2::text[], $3::bigint[], $4::text[])
                    AS w (namespace_id, workflow_id, kind, request_id)
                JOIN request q USING (namespace_id, workflow_id, kind, request_id)
                LEFT JOIN execution e ON e.run_key = q.run_key
                """,
                [
                    .integers(wanted.map { $0.0.namespaceID }), .texts(wanted.map { $0.0.workflowID.rawValue }),
                    .integers(wanted.map { $0.1.kind.rawValue }), .texts(wanted.map { $0.1.id }),
                ]
            )
        )
    }

    /// The activities and timers of the read sets.
    private mutating func askRows(of members: [BatchMember]) {
        let updates: [(RunSubject, ReadSet)] = members.compactMap { member in
            if case .update(let subject, let reading, _, _) = member.work { (subject, reading) } else { nil }
        }
        for statement in RowQuestion.activities.statements(updates.map { ($0, $1.activities) }, known) {
            activities.append(ask(statement))
        }
        for statement in RowQuestion.timers.statements(updates.map { ($0, $1.timers) }, known) {
            timers.append(ask(statement))
        }
    }

    private mutating func askTasks(of members: [BatchMember]) {
        var counts: [Wanted: Int64] = [:]
        var waiting: Set<Int64> = []
        for case .claim(let request, _) in members.map(\.work) {
            for queue in request.queues {
                counts[Wanted(kind: request.kind, namespaceID: request.namespaceID, queue: queue), default: 0] += 1
            }
            if request.session != 0 { waiting.insert(request.session) }
        }
        guard !counts.isEmpty else { return }
        if !waiting.isEmpty {
            // Locked against whoever takes the process for dead: what is claimed here would be lost by nobody.
            sessions = ask(
                PostgresStatement(
                    """
                    SELECT s.session_id FROM session s JOIN process p USING (process_id)
                    WHERE s.session_id = ANY ($1) FOR KEY SHARE OF p
                    """,
                    [.integers(Array(waiting))]
                )
            )
        }
        for (wanted, count) in counts {
            let parameters: [PostgresValue] = [
                .integer(wanted.namespaceID), .text(wanted.queue.rawValue), .integers(excluded), .integer(count),
            ]
            let sql = wanted.kind == .workflow ? BatchQuestions.workflowTasks : BatchQuestions.activityTasks
            let tasks = ask(PostgresStatement("\(sql) \(locking)", parameters))
            // What is ready beyond those that were locked is somebody else's at the moment.
            let counting =
                wanted.kind == .workflow ? BatchQuestions.readyWorkflowTasks : BatchQuestions.readyActivityTasks
            let ready = ask(PostgresStatement(counting, parameters))
            candidates.append((wanted, tasks, ready))
        }
    }

    /// In the order of the index: without it the planner takes the table for full of such rows and reads it from its beginning,
    /// where all are done.
    static let readyWorkflowTasks = """
        SELECT count(*) FROM (SELECT FROM execution WHERE namespace_id = $1 AND dispatch_queue = $2
            AND task_phase = 1 AND run_key <> ALL ($3) ORDER BY task_visible_time, run_key LIMIT $4) AS ready
        """
    static let readyActivityTasks = """
        SELECT count(*) FROM (SELECT FROM activity WHERE namespace_id = $1 AND task_queue = $2
            AND phase = 1 AND run_key <> ALL ($3)
            ORDER BY visible_time, run_key, scheduled_event_id LIMIT $4) AS ready
        """
    private static let workflowTasks = """
        SELECT run_key, \(ExecutionColumns.names.joined(separator: ", ")) FROM execution
        WHERE namespace_id = $1 AND dispatch_queue = $2 AND task_phase = 1 AND run_key <> ALL ($3)
        ORDER BY task_visible_time, run_key LIMIT $4
        """
    private static let activityTasks = """
        SELECT e.run_key, \(ExecutionColumns.names.map { "e." + $0 }.joined(separator: ", ")),
            \(ActivityColumns.names.map { "a." + $0 }.joined(separator: ", "))
        FROM activity a JOIN execution e ON e.run_key = a.run_key
        WHERE a.namespace_id = $1 AND a.task_queue = $2 AND a.phase = 1 AND a.run_key <> ALL ($3)
        ORDER BY a.visible_time, a.run_key, a.scheduled_event_id LIMIT $4
        """
}
#endif
