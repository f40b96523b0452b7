import Database
import WorkflowAPI

/// The tables of one namespace as a transaction sees them.
struct SQLiteTables {
    let connection: SQLiteConnection
    let namespace: Namespace
    let namespaceID: Int64
    /// Chain what is written; nil where nothing is.
    var historyKeys: HistoryKeys?

    /// Throws `notFound` when there is no such namespace.
    init(_ connection: SQLiteConnection, _ namespace: Namespace, historyKeys: HistoryKeys?) throws {
        let found = try connection.query(
            "SELECT namespace_id FROM namespace WHERE name = ?",
            [.text(namespace.rawValue)]
        ) { $0.integer(0) }
        guard let id = found.first else { throw namespace.notFound }
        self.connection = connection
        self.historyKeys = historyKeys
        self.namespace = namespace
        self.namespaceID = id
    }

    /// The tables of the namespace that a run is in.
    init(_ connection: SQLiteConnection, namespaceOf runKey: Int64, historyKeys: HistoryKeys?) throws {
        let found = try connection.query(
            "SELECT n.name, n.namespace_id FROM execution e JOIN namespace n USING (namespace_id) WHERE e.run_key = ?",
            [.integer(runKey)]
        ) { (Namespace($0.text(0)), $0.integer(1)) }
        guard let (namespace, id) = found.first else { throw BrokenInvariant("run key \(runKey) has no row") }
        self.connection = connection
        self.historyKeys = historyKeys
        self.namespace = namespace
        self.namespaceID = id
    }

    func currentKey(_ workflowID: WorkflowID) throws -> Int64? {
        try connection.query(
            "SELECT run_key FROM current_execution WHERE namespace_id = ? AND workflow_id = ?",
            [.integer(namespaceID), .text(workflowID.rawValue)]
        ) { $0.integer(0) }.first
    }

    func key(of target: RunTarget) throws -> Int64 {
        switch target {
        case .current(_, let workflowID):
            guard let key = try currentKey(workflowID) else { throw target.notFound }
            return key
        case .run(_, let execution):
            let found = try connection.query(
                "SELECT run_key FROM execution WHERE run_id = ? AND namespace_id = ? AND workflow_id = ?",
                [.text(execution.runID.rawValue), .integer(namespaceID), .text(execution.workflowID.rawValue)]
            ) { $0.integer(0) }
            guard let key = found.first else { throw target.notFound }
            return key
        }
    }

    /// The runs of a workflow id that have used a request id.
    func usedRequest(_ request: RequestKey, _ workflowID: WorkflowID) throws -> [Int64] {
        try connection.query(
            "SELECT run_key FROM request WHERE namespace_id = ? AND workflow_id = ? AND kind = ? AND request_id = ?",
            [.integer(namespaceID), .text(workflowID.rawValue), .integer(request.kind.rawValue), .text(request.id)]
        ) { $0.integer(0) }
    }

    func executionRow(_ runKey: Int64) throws -> ExecutionRow {
        let found = try connection.query(ExecutionTable.select + "WHERE run_key = ?", [.integer(runKey)]) {
            try ExecutionColumns.row($0, in: namespace)
        }
        guard let row = found.first else { throw BrokenInvariant("run key \(runKey) has no row") }
        return row
    }

    /// A run with the rows that the read set names.
    func state(_ runKey: Int64, reading: ReadSet) throws -> MutableState {
        let row = try executionRow(runKey)
        return MutableState(
            execution: row,
            activities: row.pendingActivityCount == 0
                ? RowSet(isWhole: reading.activities == .all)
                : try ActivityTable.read(runKey, reading.activities, connection),
            timers: row.pendingTimerCount == 0
                ? RowSet(isWhole: reading.timers == .all)
                : try TimerTable.read(runKey, reading.timers, connection),
            buffered: row.bufferedEventCount > 0 ? try HistoryTable.buffered(runKey, connection) : []
        )
    }

    /// Writes a new run and makes it the current one of its workflow id.
    func create(_ transition: Transition, _ notice: inout CommitNotice) throws {
        var new = transition
        new.state.execution.runKey = try ExecutionTable.nextKey(connection)
        let row = new.state.execution
        try CurrentExecutionTable.lead(row.execution.workflowID, of: namespaceID, to: row.runKey, connection)
        try write(new, isNew: true, &notice)
    }

    /// Writes what a transition changed: compare-and-set on the state version, or a new row.
    func write(_ transition: Transition, isNew: Bool = false, _ notice: inout CommitNotice) throws {
        var row = transition.state.execution
        try HistoryTable.append(transition.events, to: &row, keys: historyKeys, connection)
        try ActivityTable.write(transition.state.activities, runKey: row.runKey, namespaceID: namespaceID, connection)
        try TimerTable.write(transition.state.timers, runKey: row.runKey, connection)
        if transition.bufferChanged || transition.closedRun {
            try HistoryTable.writeBuffered(transition.state.buffered, runKey: row.runKey, connection)
        }
        if isNew {
            row.stateVersion += 1
            try ExecutionTable.insert(row, namespaceID: namespaceID, connection)
        } else {
            try ExecutionTable.update(row, namespaceID: namespaceID, connection)
        }
        for request in transition.usedRequests {
            try connection.execute(
                """
                INSERT INTO request (namespace_id, workflow_id, kind, request_id, run_key) VALUES (?, ?, ?, ?, ?)
                """,
                [
                    .integer(namespaceID), .text(row.execution.workflowID.rawValue), .integer(request.kind.rawValue),
                    .text(request.id), .integer(row.runKey),
                ]
            )
        }
        for fetch in transition.fetches where fetch.isSmall {
            // Nothing to read when all of it was written here.
            let isFresh = transition.events.first.map { $0.id == fetch.after + 1 } ?? false
            if isFresh {
                fetch.fill(transition.events.filter { $0.id <= fetch.through })
                continue
            }
            do {
                fetch.fill(
                    try HistoryTable.events(row.runKey, after: fetch.after, through: fetch.through, connection)
                )
            } catch is CodecError {
                // Whoever wants the events will see; what was to be written here is none the worse for it.
            }
        }
        notice.add(transition)
    }
}
