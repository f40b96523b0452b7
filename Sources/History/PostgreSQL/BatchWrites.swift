#if PostgreSQL
import Database
import WorkflowAPI

/// Everything that a batch has changed, as statements whose texts do not depend on how much it is, and the commit.
struct BatchWrites {
    /// What members want written beside their transitions.
    struct Riders {
        var inbox: [Int64] = []
        var requests: [(WorkflowName, RequestKey, Int64)] = []
    }

    private(set) var statements: [PostgresStatement] = []
    private var reads = EventReads([])
    /// Where their results stand.
    private var firstRead = 0

    /// Nothing has changed.
    var isEmpty: Bool { statements.isEmpty }

    init(
        _ runs: [StagedRun],
        currents: [(name: WorkflowName, key: Int64, replaces: Int64)],
        riders: Riders,
        announcing announcement: PostgresStatement?
    ) {
        write(runs)
        write(currents)
        write(riders, runs)
        guard !statements.isEmpty else { return }
        read(runs)
        if let announcement { statements.append(announcement) }
        statements.append(PostgresStatement("COMMIT"))
    }

    private mutating func add(_ sql: String, _ values: [PostgresValue]) {
        statements.append(PostgresStatement(sql, values))
    }

    // MARK: - Runs

    private static let allColumns = PostgresRows(["run_key"] + ExecutionColumns.names)
    private static let changing = RunUpdate(ExecutionColumns.changing)
    private static let frequent = RunUpdate(ExecutionColumns.frequent)
    private static let insertRuns = allColumns.insert(into: "execution")

    private mutating func write(_ runs: [StagedRun]) {
        let new = runs.filter { $0.readVersion == nil }
        let old = runs.filter { $0.readVersion != nil }
        if !new.isEmpty {
            let rows = new.map { run in
                [.integer(run.state.execution.runKey)] + ExecutionColumns.values(run.state.execution, run.namespaceID)
            }
            add(BatchWrites.insertRuns, BatchWrites.allColumns.values(rows))
        }
        if !old.isEmpty {
            let update = old.allSatisfy(\.keptSeldomColumns) ? BatchWrites.frequent : BatchWrites.changing
            statements.append(update.statement(old))
        }
        writeHistory(runs)
        writeActivities(runs)
        writeTimers(runs)
        writeBuffered(runs)
        writeRequests(runs)
    }

    private static let currentSQL = """
        WITH changed AS (
            INSERT INTO current_execution (namespace_id, workflow_id, run_key)
            SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[]) AS new (n, w, k) ORDER BY n, w
            ON CONFLICT (namespace_id, workflow_id) DO UPDATE SET run_key = excluded.run_key
                WHERE current_execution.run_key = ANY ($4) RETURNING 1)
        SELECT require(count(*) = $5, 'a workflow id was started by somebody else') FROM changed
        """

    private mutating func write(_ currents: [(name: WorkflowName, key: Int64, replaces: Int64)]) {
        guard !currents.isEmpty else { return }
        add(
            BatchWrites.currentSQL,
            [
                .integers(currents.map(\.name.namespaceID)), .texts(currents.map(\.name.workflowID.rawValue)),
                .integers(currents.map(\.key)), .integers(currents.map(\.replaces)), .integer(Int64(currents.count)),
            ]
        )
    }

    // MARK: - What belongs to a run

    private static let historyRows = PostgresRows([
        "run_key", "first_event_id", "namespace_id", "format", "events", "chain",
    ])

    private mutating func writeHistory(_ runs: [StagedRun]) {
        let rows: [[StoreValue]] = runs.flatMap { run in
            run.history.map { row in
                [
                    .integer(run.state.execution.runKey), .integer(row.firstEventID), .integer(run.namespaceID),
                    .integer(row.format), .blob(row.bytes), .blob(row.link),
                ]
            }
        }
        guard !rows.isEmpty else { return }
        add(BatchWrites.historyRows.insert(into: "history"), BatchWrites.historyRows.values(rows))
    }

    private static let activityRows = PostgresRows(ActivityColumns.names)
    private static let activitySQL =
        activityRows.insert(into: "activity") + " ON CONFLICT (run_key, scheduled_event_id) DO UPDATE SET "
        + ActivityColumns.names.filter { !["run_key", "scheduled_event_id", "namespace_id"].contains($0) }
        .map { "\($0) = excluded.\($0)" }.joined(separator: ", ")

    private mutating func writeActivities(_ runs: [StagedRun]) {
        remove(from: "activity", by: "scheduled_event_id", runs) {
            ($0.state.activities.clearedAll && $0.hadActivities, $0.state.activities.removed)
        }
        let rows = runs.flatMap { run in
            run.state.activities.changed.sorted().compactMap { key in
                run.state.activities[key].map {
                    ActivityColumns.values($0, run.state.execution.runKey, run.namespaceID)
                }
            }
        }
        guard !rows.isEmpty else { return }
        add(BatchWrites.activitySQL, BatchWrites.activityRows.values(rows))
    }

    private static let timerRows = PostgresRows([
        "run_key", "started_event_id", "namespace_id", "timer_id", "fire_time",
    ])

    private mutating func writeTimers(_ runs: [StagedRun]) {
        remove(from: "timer", by: "started_event_id", runs) {
            ($0.state.timers.clearedAll && $0.hadTimers, $0.state.timers.removed)
        }
        let rows: [[StoreValue]] = runs.flatMap { run in
            run.state.timers.changed.sorted().compactMap { key in
                run.state.timers[key].map { timer in
                    [
                        .integer(run.state.execution.runKey), .integer(key), .integer(run.namespaceID),
                        .text(timer.timerID), .integer(timer.fireTime.nanoseconds),
                    ]
                }
            }
        }
        guard !rows.isEmpty else { return }
        add(
            BatchWrites.timerRows.insert(into: "timer")
                + " ON CONFLICT (run_key, started_event_id) DO UPDATE SET fire_time = excluded.fire_time",
            BatchWrites.timerRows.values(rows)
        )
    }

    /// Deletes rows of runs that lost all of them, and single rows of others; nothing where nothing stands.
    private mutating func remove(
        from table: String,
        by key: String,
        _ runs: [StagedRun],
        _ gone: (StagedRun) -> (all: Bool, keys: Set<Int64>)
    ) {
        var cleared: [Int64] = []
        var single: [(Int64, Int64)] = []
        for run in runs where run.readVersion != nil {
            let runKey = run.state.execution.runKey
            let (all, keys) = gone(run)
            if all { cleared.append(runKey) } else { single += keys.sorted().map { (runKey, $0) } }
        }
        if !cleared.isEmpty { add("DELETE FROM \(table) WHERE run_key = ANY ($1)", [.integers(cleared)]) }
        guard !single.isEmpty else { return }
        add(
            """
            DELETE FROM \(table) t USING unnest($1::bigint[], $2::bigint[]) AS gone (run_key, key)
            WHERE t.run_key = gone.run_key AND t.\(key) = gone.key
            """,
            [.integers(single.map(\.0)), .integers(single.map(\.1))]
        )
    }

    private static let bufferedRows = PostgresRows(["run_key", "position", "namespace_id", "event"])

    private mutating func writeBuffered(_ runs: [StagedRun]) {
        let changed = runs.filter(\.bufferChanged)
        guard !changed.isEmpty else { return }
        let full = changed.filter(\.hadBuffered).map(\.state.execution.runKey)
        if !full.isEmpty { add("DELETE FROM buffered_event WHERE run_key = ANY ($1)", [.integers(full)]) }
        let rows: [[StoreValue]] = changed.flatMap { run in
            run.state.buffered.enumerated().map { position, event in
                [
                    .integer(run.state.execution.runKey), .integer(Int64(position)), .integer(run.namespaceID),
                    .blob(HistoryRow.encode(event)),
                ]
            }
        }
        guard !rows.isEmpty else { return }
        add(BatchWrites.bufferedRows.insert(into: "buffered_event"), BatchWrites.bufferedRows.values(rows))
    }

    private static let requestRows = PostgresRows(["namespace_id", "workflow_id", "kind", "request_id", "run_key"])

    private mutating func writeRequests(_ runs: [StagedRun]) {
        let rows: [[StoreValue]] = runs.flatMap { run in
            run.requests.map { request in
                let execution = run.state.execution
                return [
                    .integer(run.namespaceID), .text(execution.execution.workflowID.rawValue),
                    .integer(request.kind.rawValue), .text(request.id), .integer(execution.runKey),
                ]
            }
        }
        guard !rows.isEmpty else { return }
        add(BatchWrites.requestRows.insert(into: "request"), BatchWrites.requestRows.values(rows))
    }

    private mutating func write(_ riders: Riders, _ runs: [StagedRun]) {
        if !riders.requests.isEmpty {
            let rows: [[StoreValue]] = riders.requests.map { name, request, key in
                [
                    .integer(name.namespaceID), .text(name.workflowID.rawValue), .integer(request.kind.rawValue),
                    .text(request.id), .integer(key),
                ]
            }
            add(
                BatchWrites.requestRows.insert(into: "request") + " ON CONFLICT DO NOTHING",
                BatchWrites.requestRows.values(rows)
            )
        }
        guard !riders.inbox.isEmpty else { return }
        // Whoever was first has delivered the row; the transaction of the other is undone.
        add(
            """
            WITH gone AS (DELETE FROM workflow_inbox WHERE position = ANY ($1) RETURNING 1)
            SELECT require(count(*) = $2, 'a row of the inbox was delivered by somebody else') FROM gone
            """,
            [.integers(riders.inbox), .integer(Int64(riders.inbox.count))]
        )
    }

    // MARK: - What takers of tasks want to see

    private mutating func read(_ runs: [StagedRun]) {
        reads = EventReads(runs.flatMap { run in run.fetches.map { (run, $0) } })
        firstRead = statements.count
        statements += reads.statements
    }

    /// Hands over what was read for takers of tasks.
    func fill(from results: [PostgresResult]) {
        reads.fill(from: results[firstRead...], addingNew: false)
    }
}
#endif
