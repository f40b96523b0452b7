#if PostgreSQL
import Database
package import WorkflowAPI

extension PostgresHistoryStore {
    package func extent(_ filter: RunFilter) async throws -> RunExtent {
        let (sql, values) = PostgresAdministration.condition(filter)
        let result = try await translated {
            try await database.query(
                """
                SELECT count(*), coalesce(max(e.run_key), 0) FROM execution e JOIN namespace n USING (namespace_id) \(sql)
                """,
                values
            )
        }
        return result.map { RunExtent(count: Int($0.integer(0)), lastKey: $0.integer(1)) }.first
            ?? RunExtent(count: 0, lastKey: 0)
    }

    package func runs(_ filter: RunFilter, after: Int64, through: Int64, limit: Int) async throws -> [RunName] {
        let (sql, values) = PostgresAdministration.condition(filter)
        let count = values.count
        let result = try await translated {
            try await database.query(
                PostgresAdministration.selectName + sql
                    + " AND e.run_key > $\(count + 1) AND e.run_key <= $\(count + 2) ORDER BY e.run_key LIMIT $\(count + 3)",
                values + [.integer(after), .integer(through), .integer(Int64(limit))]
            )
        }
        return result.map { PostgresAdministration.name($0) }
    }

    package func record(of runKey: Int64) async throws -> RunRecord? {
        try await translated {
            try await database.withConnection { [namespaces] connection in
                try await connection.script("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
                let record = try await PostgresAdministration(namespaces: namespaces).record(of: runKey, on: connection)
                try await connection.script("COMMIT")
                return record
            }
        }
    }

    package func repair(
        _ runKey: Int64,
        _ body: @escaping @Sendable (RunRecord) throws -> MutableState?
    ) async throws {
        let isChanged = try await translated {
            try await database.withConnection { [namespaces] connection in
                try await connection.script("BEGIN")
                // Who works on the run waits until its rows are whole again.
                _ = try await connection.query(
                    "SELECT FROM execution WHERE run_key = $1 FOR UPDATE",
                    [.integer(runKey)]
                )
                let administration = PostgresAdministration(namespaces: namespaces)
                guard let record = try await administration.record(of: runKey, on: connection),
                    var state = try body(record)
                else {
                    try await connection.script("ROLLBACK")
                    return false
                }
                state.execution.runKey = runKey
                state.execution.stateVersion = (record.state?.execution.stateVersion ?? 0) + 1
                let id = try await namespaces.id(of: record.name.namespace)
                let run = StagedRun(whole: state, namespaceID: id)
                let writes = BatchWrites([run], currents: [], riders: .init(), announcing: nil)
                _ = try await connection.pipeline(PostgresAdministration.deletion(of: runKey) + writes.statements)
                return true
            }
        }
        // Anybody may wait for what has changed.
        if isChanged { try await tellEverybody() }
    }

    package func importRun(_ export: RunExport) async throws {
        let run = try RunImport(export, at: now())
        let execution = export.run.execution
        try await translated {
            let id = try await namespaces.id(of: export.run.namespace)
            let name = WorkflowName(namespaceID: id, workflowID: execution.workflowID)
            try await database.withConnection { [self] connection in
                var reader = RunReader(namespaces: namespaces)
                let found = try await connection.pipeline([
                    PostgresStatement("BEGIN"),
                    PostgresStatement("SELECT 1 FROM execution WHERE run_id = $1", [.text(execution.runID.rawValue)]),
                    PostgresStatement(
                        """
                        SELECT run_key, \(ExecutionColumns.names.joined(separator: ", ")) FROM execution WHERE run_key = (
                            SELECT run_key FROM current_execution WHERE namespace_id = $1 AND workflow_id = $2) FOR UPDATE
                        """,
                        [.integer(id), .text(execution.workflowID.rawValue)]
                    ),
                ])
                guard found[1].rowCount == 0 else { throw run.isHere }
                try await reader.readRuns(found[2], on: connection)
                let current = reader.finish(.init()).runs.values.first?.state.execution
                var state = run.state
                state.execution.runKey = context.makeRunKey()
                state.execution.stateVersion = 1
                let history = run.rows.compactMap {
                    HistoryRow($0, appendingTo: &state.execution, keys: context.historyKeys)
                }
                let isCurrent = try run.replaces(current)
                let writes = BatchWrites(
                    [StagedRun(whole: state, namespaceID: id, history: history, requests: Array(run.requests))],
                    currents: isCurrent ? [(name, state.execution.runKey, current?.runKey ?? 0)] : [],
                    riders: .init(),
                    announcing: nil
                )
                _ = try await connection.pipeline(writes.statements)
            }
        }
        // Anybody may wait for what has come.
        try await tellEverybody()
    }

    private func tellEverybody() async throws {
        listeners.tell(.elsewhere)
        try await translated {
            _ = try await database.query(
                "SELECT pg_notify($1, $2)",
                [.text(announcement.channel), .text("\(announcement.sender)\n*")]
            )
        }
    }

    package func repairWorkflowIDs(_ filter: RunFilter, isRehearsal: Bool) async throws -> [WorkflowIDRepair] {
        let repairs = try await translated {
            try await database.withConnection { connection in
                // Nobody starts a workflow meanwhile: what is found stays true until it is written.
                try await connection.script(
                    "BEGIN" + (isRehearsal ? "" : "; LOCK TABLE current_execution IN SHARE ROW EXCLUSIVE MODE")
                )
                let repairs = try await connection.query(
                    WorkflowIDRepair.query(namespace: "$1::text", workflowID: "$2::text"),
                    [
                        PostgresValue(StoreValue(filter.namespace?.rawValue)),
                        PostgresValue(StoreValue(filter.workflowID?.rawValue)),
                    ]
                ).map { PostgresAdministration.workflowIDRepair($0) }
                let writes = isRehearsal ? [] : repairs.map { PostgresAdministration.write($0) }
                _ = try await connection.pipeline(writes + [PostgresStatement("COMMIT")])
                return repairs
            }
        }
        if !isRehearsal, !repairs.isEmpty { try await tellEverybody() }
        return repairs
    }

    package func structuralProblems() async throws -> [StoreProblem] {
        try await translated {
            var problems = try await database.query(
                """
                SELECT c.workflow_id FROM current_execution c LEFT JOIN execution e USING (run_key)
                WHERE e.workflow_id IS DISTINCT FROM c.workflow_id OR e.namespace_id <> c.namespace_id
                """
            ).map { StoreProblem(workflowID: $0.text(0), "leads to no run of its own") }
            problems += try await database.query(
                """
                SELECT DISTINCT e.workflow_id FROM execution e LEFT JOIN current_execution c
                ON c.namespace_id = e.namespace_id AND c.workflow_id = e.workflow_id WHERE c.run_key IS NULL
                """
            ).map { StoreProblem(workflowID: $0.text(0), "has runs, but leads to none of them") }
            problems += try await database.query(
                """
                SELECT e.workflow_id, e.run_id FROM execution e JOIN current_execution c
                ON c.namespace_id = e.namespace_id AND c.workflow_id = e.workflow_id
                WHERE e.status = 1 AND c.run_key <> e.run_key
                """
            ).map { StoreProblem(workflowID: $0.text(0), "leads to another run than \($0.text(1)), which is open") }
            for table in ["history", "activity", "timer", "buffered_event", "request"] {
                problems += try await database.query(
                    """
                    SELECT DISTINCT t.run_key FROM \(table) t
                    WHERE NOT EXISTS (SELECT FROM execution e WHERE e.run_key = t.run_key)
                    """
                ).map { StoreProblem(store: "\(table) has rows of run key \($0.integer(0)), which does not exist") }
            }
            return problems
        }
    }

    /// What is wrong with the store, one line each.
    package func verify() async throws -> [String] {
        let lines = Box<[String]>()
        _ = try await StoreVerification().run(over: self) { lines.value = (lines.value ?? []) + [$0.line] }
        return lines.value ?? []
    }
}

/// Whole runs as a transaction sees them.
struct PostgresAdministration {
    let namespaces: NamespaceCache

    static let selectName = """
        SELECT e.run_key, n.name, e.workflow_id, e.run_id, e.workflow_type
        FROM execution e JOIN namespace n USING (namespace_id)
        """

    static func name(_ row: PostgresRow) -> RunName {
        RunName(
            runKey: row.integer(0),
            namespace: Namespace(row.text(1)),
            execution: WorkflowExecution(workflowID: WorkflowID(row.text(2)), runID: RunID(row.text(3))),
            workflowType: row.text(4)
        )
    }

    static func condition(_ filter: RunFilter) -> (sql: String, values: [PostgresValue]) {
        var sql = " WHERE true"
        var values: [PostgresValue] = []
        func add(_ column: String, _ value: String?) {
            guard let value else { return }
            values.append(.text(value))
            sql += " AND \(column) = $\(values.count)"
        }
        add("n.name", filter.namespace?.rawValue)
        add("e.workflow_id", filter.workflowID?.rawValue)
        add("e.run_id", filter.runID?.rawValue)
        add("e.workflow_type", filter.workflowType)
        if !filter.statuses.isEmpty {
            sql += " AND e.status IN (" + filter.statuses.map { String($0.rawValue) }.joined(separator: ", ") + ")"
        }
        return (sql, values)
    }

    /// Every row of a run but its history.
    static func deletion(of runKey: Int64) -> [PostgresStatement] {
        ["execution", "activity", "timer", "buffered_event"].map {
            PostgresStatement("DELETE FROM \($0) WHERE run_key = $1", [.integer(runKey)])
        }
    }

    /// One round trip, and a second for buffered events.
    func record(of runKey: Int64, on connection: PostgresConnection) async throws -> RunRecord? {
        let key: [PostgresValue] = [.integer(runKey)]
        let all = [(RunSubject.key(runKey), ReadSet.Rows.all)]
        let results = try await connection.pipeline(
            [
                PostgresStatement(PostgresAdministration.selectName + " WHERE e.run_key = $1", key),
                PostgresStatement(
                    "SELECT run_key, \(ExecutionColumns.names.joined(separator: ", ")) FROM execution WHERE run_key = $1",
                    key
                ),
                PostgresStatement(
                    "SELECT first_event_id, format, events, chain FROM history WHERE run_key = $1 ORDER BY 1",
                    key
                ),
                PostgresStatement("SELECT kind, request_id FROM request WHERE run_key = $1", key),
                PostgresStatement(
                    """
                    SELECT 1 FROM current_execution c JOIN execution e USING (namespace_id, workflow_id)
                    WHERE e.run_key = $1 AND c.run_key = $1
                    """,
                    key
                ),
                PostgresStatement(
                    "SELECT run_key, run_id, workflow_id, workflow_type, task_queue, status, start_time, close_time, "
                        + "next_event_id, \(PostgresHistoryStore.problem) FROM execution WHERE run_key = $1",
                    key
                ),
                PostgresStatement("SELECT dispatch_queue, due, problem FROM execution WHERE run_key = $1", key),
                PostgresStatement("SELECT scheduled_event_id, due, problem FROM activity WHERE run_key = $1", key),
                PostgresStatement(
                    "SELECT event FROM buffered_event WHERE run_key = $1 ORDER BY position",
                    key
                ),
            ] + RowQuestion.activities.statements(all) + RowQuestion.timers.statements(all)
        )
        guard let name = results[0].map({ PostgresAdministration.name($0) }).first else { return nil }
        var record = RunRecord(
            name: name,
            state: nil,
            rows: results[2].map {
                HistoryRow(firstEventID: $0.integer(0), format: $0.integer(1), bytes: $0.blob(2), link: $0.blob(3))
            },
            requests: Set(
                results[3].map { row in
                    RequestKey.Kind(rawValue: row.integer(0)).map { RequestKey($0, row.text(1)) }
                }.compactMap { $0 }
            ),
            isCurrent: results[4].rowCount > 0,
            listing: results[5].map { WorkflowSummary($0, in: name.namespace) }.first,
            lookups: lookups(results[6], results[7])
        )
        readState(of: &record, results)
        return record
    }

    private func lookups(_ run: PostgresResult, _ activities: PostgresResult) -> RunLookups? {
        guard let row = run.map({ $0 }).first else { return nil }
        var lookups = RunLookups(
            dispatchQueue: row.optionalText(0),
            due: row.optionalTimestamp(1),
            problem: row.optionalText(2),
            activityDue: [:],
            activityProblem: [:]
        )
        for activity in activities.map({ $0 }) {
            lookups.activityDue[activity.integer(0)] = activity.optionalTimestamp(1)
            lookups.activityProblem[activity.integer(0)] = activity.optionalText(2)
        }
        return lookups
    }

    private func readState(of record: inout RunRecord, _ results: [PostgresResult]) {
        func read<Part>(_ part: RunPart, _ body: () throws -> Part) -> Part? {
            do {
                return try body()
            } catch {
                record.unreadable[part] = "\(error)"
                return nil
            }
        }
        let namespace = record.name.namespace
        guard
            let row = read(.row, { try results[1].map { try ExecutionColumns.row($0, in: namespace) }.first }) ?? nil
        else { return }
        let activities = read(.activities) { try results[9].map { try ActivityColumns.row($0) } } ?? []
        let timers = results[10].map { PendingTimer.row(PostgresRow(result: $0.result, row: $0.row, skipping: 1)) }
        let buffered = read(.buffer) { try results[8].map { try HistoryRow.decodeBuffered($0.blob(0)) } } ?? []
        record.state = MutableState(
            execution: row,
            activities: RowSet(Dictionary(activities.map { ($0.scheduledEventID, $0) }) { first, _ in first }),
            timers: RowSet(Dictionary(timers.map { ($0.startedEventID, $0) }) { first, _ in first }),
            buffered: buffered
        )
    }
}

extension PostgresAdministration {
    static func workflowIDRepair(_ row: PostgresRow) -> WorkflowIDRepair {
        WorkflowIDRepair(
            namespace: Namespace(row.text(1)),
            workflowID: WorkflowID(row.text(2)),
            runID: row.optionalText(4).map { RunID($0) },
            namespaceID: row.integer(0),
            runKey: row.optionalInteger(3)
        )
    }

    static func write(_ repair: WorkflowIDRepair) -> PostgresStatement {
        let name: [PostgresValue] = [.integer(repair.namespaceID), .text(repair.workflowID.rawValue)]
        guard let runKey = repair.runKey else {
            return PostgresStatement("DELETE FROM current_execution WHERE namespace_id = $1 AND workflow_id = $2", name)
        }
        return PostgresStatement(
            """
            INSERT INTO current_execution (namespace_id, workflow_id, run_key) VALUES ($1, $2, $3)
            ON CONFLICT (namespace_id, workflow_id) DO UPDATE SET run_key = excluded.run_key
            """,
            name + [.integer(runKey)]
        )
    }
}
#endif
