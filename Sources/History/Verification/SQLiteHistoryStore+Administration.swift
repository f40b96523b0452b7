import Database
import WorkflowAPI

extension SQLiteHistoryStore {
    package func extent(_ filter: RunFilter) async throws -> RunExtent {
        try await reading { connection in
            let (sql, bindings) = SQLiteAdministration.condition(filter)
            return try connection.query(
                "SELECT count(*), coalesce(max(run_key), 0) FROM execution e JOIN namespace n USING (namespace_id) \(sql)",
                bindings
            ) { RunExtent(count: Int($0.integer(0)), lastKey: $0.integer(1)) }.first ?? RunExtent(count: 0, lastKey: 0)
        }
    }

    package func runs(_ filter: RunFilter, after: Int64, through: Int64, limit: Int) async throws -> [RunName] {
        try await reading { connection in
            let (sql, bindings) = SQLiteAdministration.condition(filter)
            return try connection.query(
                SQLiteAdministration.selectName + sql + " AND run_key > ? AND run_key <= ? ORDER BY run_key LIMIT ?",
                bindings + [.integer(after), .integer(through), .integer(Int64(limit))],
                SQLiteAdministration.name
            )
        }
    }

    package func record(of runKey: Int64) async throws -> RunRecord? {
        try await reading { try SQLiteAdministration(connection: $0).record(of: runKey) }
    }

    package func repair(
        _ runKey: Int64,
        _ body: @escaping @Sendable (RunRecord) throws -> MutableState?
    ) async throws {
        try await transaction { connection, notice in
            let administration = SQLiteAdministration(connection: connection)
            guard let record = try administration.record(of: runKey), let state = try body(record) else { return }
            try administration.write(state, over: record)
            // Anybody may wait for what has changed.
            notice.isElsewhere = true
        }
    }

    package func repairWorkflowIDs(_ filter: RunFilter, isRehearsal: Bool) async throws -> [WorkflowIDRepair] {
        if isRehearsal {
            return try await reading { try SQLiteAdministration(connection: $0).workflowIDRepairs(filter) }
        }
        return try await transaction { connection, notice in
            let administration = SQLiteAdministration(connection: connection)
            let repairs = try administration.workflowIDRepairs(filter)
            for repair in repairs { try administration.write(repair) }
            notice.isElsewhere = !repairs.isEmpty
            return repairs
        }
    }

    package func structuralProblems() async throws -> [StoreProblem] {
        try await reading { connection in
            let pages = try connection.query("PRAGMA integrity_check") { $0.text(0) }.filter { $0 != "ok" }
            // Damaged pages make the rest of no value.
            guard pages.isEmpty else { return pages.map { StoreProblem(store: $0) } }
            return try SQLiteAdministration(connection: connection).structuralProblems()
        }
    }

    /// What is wrong with the file, one line each.
    package func verify() async throws -> [String] {
        var lines: [String] = []
        _ = try await StoreVerification().run(over: self) { lines.append($0.line) }
        return lines
    }
}

/// Whole runs as a transaction sees them.
struct SQLiteAdministration {
    let connection: SQLiteConnection

    static let selectName = """
        SELECT run_key, n.name, workflow_id, run_id, workflow_type FROM execution e JOIN namespace n USING (namespace_id)
        """

    static func name(_ statement: SQLiteStatement) -> RunName {
        RunName(
            runKey: statement.integer(0),
            namespace: Namespace(statement.text(1)),
            execution: WorkflowExecution(
                workflowID: WorkflowID(statement.text(2)),
                runID: RunID(statement.text(3))
            ),
            workflowType: statement.text(4)
        )
    }

    static func condition(_ filter: RunFilter) -> (sql: String, bindings: [StoreValue]) {
        var sql = " WHERE 1"
        var bindings: [StoreValue] = []
        func add(_ column: String, _ value: String?) {
            guard let value else { return }
            sql += " AND \(column) = ?"
            bindings.append(.text(value))
        }
        add("n.name", filter.namespace?.rawValue)
        add("workflow_id", filter.workflowID?.rawValue)
        add("run_id", filter.runID?.rawValue)
        add("workflow_type", filter.workflowType)
        if !filter.statuses.isEmpty {
            sql += " AND status IN (" + filter.statuses.map { String($0.rawValue) }.joined(separator: ", ") + ")"
        }
        return (sql, bindings)
    }

    func record(of runKey: Int64) throws -> RunRecord? {
        let names = try connection.query(SQLiteAdministration.selectName + " WHERE run_key = ?", [.integer(runKey)]) {
            SQLiteAdministration.name($0)
        }
        guard let name = names.first else { return nil }
        let tables = try SQLiteTables(connection, name.namespace, historyKeys: nil)
        var record = RunRecord(
            name: name,
            state: nil,
            rows: try rows(of: runKey),
            requests: try requests(of: runKey),
            isCurrent: try tables.currentKey(name.execution.workflowID) == runKey,
            listing: try connection.query(
                "SELECT run_key, run_id, workflow_id, workflow_type, task_queue, status, start_time, close_time, "
                    + "next_event_id, \(SQLiteTables.problem) FROM execution WHERE run_key = ?",
                [.integer(runKey)]
            ) { WorkflowSummary($0, in: name.namespace) }.first,
            lookups: try lookups(of: runKey)
        )
        func read<Part>(_ part: RunPart, _ body: () throws -> Part) throws -> Part? {
            do {
                return try body()
            } catch let error where error is CodecError || error is BrokenInvariant {
                record.unreadable[part] = "\(error)"
                return nil
            }
        }
        guard let row = try read(.row, { try tables.executionRow(runKey) }) else { return record }
        let activities = try read(.activities) { try ActivityTable.read(runKey, .all, connection) }
        let timers = try read(.timers) { try TimerTable.read(runKey, .all, connection) }
        let buffered = try read(.buffer) { try HistoryTable.buffered(runKey, connection) }
        record.state = MutableState(
            execution: row,
            activities: activities ?? RowSet(),
            timers: timers ?? RowSet(),
            buffered: buffered ?? []
        )
        return record
    }

    private func rows(of runKey: Int64) throws -> [HistoryRow] {
        try connection.query(
            "SELECT first_event_id, format, events, chain FROM history WHERE run_key = ? ORDER BY first_event_id",
            [.integer(runKey)]
        ) {
            HistoryRow(firstEventID: $0.integer(0), format: $0.integer(1), bytes: $0.blob(2), link: $0.blob(3))
        }
    }

    private func requests(of runKey: Int64) throws -> Set<RequestKey> {
        let found = try connection.query(
            """
            SELECT r.kind, r.request_id FROM execution e JOIN request r
            ON r.namespace_id = e.namespace_id AND r.workflow_id = e.workflow_id AND r.run_key = e.run_key
            WHERE e.run_key = ?
            """,
            [.integer(runKey)]
        ) { statement in
            RequestKey.Kind(rawValue: statement.integer(0)).map { RequestKey($0, statement.text(1)) }
        }
        return Set(found.compactMap { $0 })
    }

    private func lookups(of runKey: Int64) throws -> RunLookups? {
        let found = try connection.query(
            "SELECT dispatch_queue, due, problem FROM execution WHERE run_key = ?",
            [.integer(runKey)]
        ) { (queue: $0.optionalText(0), due: $0.optionalTimestamp(1), problem: $0.optionalText(2)) }
        guard let row = found.first else { return nil }
        var lookups = RunLookups(
            dispatchQueue: row.queue,
            due: row.due,
            problem: row.problem,
            activityDue: [:],
            activityProblem: [:]
        )
        let activities = try connection.query(
            "SELECT scheduled_event_id, due, problem FROM activity WHERE run_key = ?",
            [.integer(runKey)]
        ) { (id: $0.integer(0), due: $0.optionalTimestamp(1), problem: $0.optionalText(2)) }
        for activity in activities {
            lookups.activityDue[activity.id] = activity.due
            lookups.activityProblem[activity.id] = activity.problem
        }
        return lookups
    }

    /// Writes rows over those of a record that was read in this transaction.
    func write(_ state: MutableState, over record: RunRecord) throws {
        let runKey = record.name.runKey
        try connection.execute("DELETE FROM execution WHERE run_key = ?", [.integer(runKey)])
        var row = state.execution
        row.runKey = runKey
        row.stateVersion = (record.state?.execution.stateVersion ?? 0) + 1
        try writeWhole(state, row)
    }

    /// Writes every row of a run but its history, over none or over those that stand.
    func writeWhole(_ state: MutableState, _ row: ExecutionRow) throws {
        let namespaceID = try SQLiteTables(connection, row.namespace, historyKeys: nil).namespaceID
        try ActivityTable.write(
            RowSet(replacingWith: state.activities.loaded, key: \.scheduledEventID),
            runKey: row.runKey,
            namespaceID: namespaceID,
            connection
        )
        try TimerTable.write(
            RowSet(replacingWith: state.timers.loaded, key: \.startedEventID),
            runKey: row.runKey,
            connection
        )
        try HistoryTable.writeBuffered(state.buffered, runKey: row.runKey, connection)
        try ExecutionTable.insert(row, namespaceID: namespaceID, connection)
    }
}

extension SQLiteAdministration {
    func workflowIDRepairs(_ filter: RunFilter) throws -> [WorkflowIDRepair] {
        return try connection.query(
            WorkflowIDRepair.query(namespace: "?1", workflowID: "?2"),
            [StoreValue(filter.namespace?.rawValue), StoreValue(filter.workflowID?.rawValue)]
        ) {
            WorkflowIDRepair(
                namespace: Namespace($0.text(1)),
                workflowID: WorkflowID($0.text(2)),
                runID: $0.isNull(4) ? nil : RunID($0.text(4)),
                namespaceID: $0.integer(0),
                runKey: $0.isNull(3) ? nil : $0.integer(3)
            )
        }
    }

    func write(_ repair: WorkflowIDRepair) throws {
        if let runKey = repair.runKey {
            return try CurrentExecutionTable.lead(repair.workflowID, of: repair.namespaceID, to: runKey, connection)
        }
        try connection.execute(
            "DELETE FROM current_execution WHERE namespace_id = ? AND workflow_id = ?",
            [.integer(repair.namespaceID), .text(repair.workflowID.rawValue)]
        )
    }

    /// Rows that belong to nothing, workflow ids that lead nowhere.
    func structuralProblems() throws -> [StoreProblem] {
        var problems = try connection.query("PRAGMA foreign_key_check") {
            StoreProblem(store: "row \($0.integer(1)) of \($0.text(0)) refers to nothing")
        }
        problems += try connection.query(
            """
            SELECT c.workflow_id FROM current_execution c LEFT JOIN execution e USING (run_key)
            WHERE e.workflow_id IS NOT c.workflow_id OR e.namespace_id <> c.namespace_id
            """
        ) { StoreProblem(workflowID: $0.text(0), "leads to no run of its own") }
        problems += try connection.query(
            """
            SELECT DISTINCT e.workflow_id FROM execution e LEFT JOIN current_execution c
            ON c.namespace_id = e.namespace_id AND c.workflow_id = e.workflow_id WHERE c.run_key IS NULL
            """
        ) { StoreProblem(workflowID: $0.text(0), "has runs, but leads to none of them") }
        problems += try connection.query(
            """
            SELECT e.workflow_id, e.run_id FROM execution e JOIN current_execution c
            ON c.namespace_id = e.namespace_id AND c.workflow_id = e.workflow_id
            WHERE e.status = 1 AND c.run_key <> e.run_key
            """
        ) { StoreProblem(workflowID: $0.text(0), "leads to another run than \($0.text(1)), which is open") }
        for table in ["history", "activity", "timer", "buffered_event", "request"] {
            problems += try connection.query(
                "SELECT DISTINCT run_key FROM \(table) WHERE run_key NOT IN (SELECT run_key FROM execution)"
            ) { StoreProblem(store: "\(table) has rows of run key \($0.integer(0)), which does not exist") }
        }
        return problems
    }
}

extension RowSet {
    /// Rows that are to be written in the place of all that a run has.
    init(replacingWith rows: [Row], key: (Row) -> Int64) {
        self.init()
        removeAll()
        for row in rows { self[key(row)] = row }
    }
}
